from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self):
        from agencies.roles import Permission
        from ohsc.core.navigation import Place, add_to_menu

        add_to_menu(
            Place(
                "Partner systems",
                leads_to="clients",
                order=10,
                shown_to=lambda actor: actor.may(Permission.MANAGE_CLIENTS),
            )
        )
