from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self):
        from agencies import checks  # noqa: F401  (registers the check)
        from agencies.access import may_be_told_of_client
        from agencies.roles import Permission
        from ohsc.core import registry
        from ohsc.core.navigation import Place, add, add_to_menu

        registry.register("client", may_be_told=may_be_told_of_client, page="/systems/clients/{}".format)
        add_to_menu(
            Place(
                "Partner systems",
                leads_to="clients",
                order=10,
                shown_to=lambda actor: actor.may(Permission.MANAGE_CLIENTS),
            )
        )
        add(Place("Agencies", leads_to="agencies", order=47, shortcut="g a"))
