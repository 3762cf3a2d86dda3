from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self):
        from agencies import checks, naming  # noqa: F401  (checks registers itself)
        from agencies.access import (
            may_be_told_of_client,
            may_be_told_of_invitation,
            may_be_told_of_person,
            may_be_told_of_proposal,
            visible_capability_proposals,
        )
        from agencies.agreed import may_be_told_of_agreement
        from agencies.roles import Permission
        from ohsc.core import names, registry
        from ohsc.core.navigation import Place, add, add_to_menu

        names.register("agency", naming.AGENCIES)
        names.register("person", naming.PEOPLE)
        names.register("client", naming.CLIENTS)
        names.register_desks(naming.desks_of)
        registry.register("client", may_be_told=may_be_told_of_client, page="/systems/clients/{}".format)
        registry.register("agreement", may_be_told=may_be_told_of_agreement, page="/agreements/{}".format)
        registry.register("person", may_be_told=may_be_told_of_person, page="/people/{}".format)
        registry.register("invitation", may_be_told=may_be_told_of_invitation, page=lambda _: "/people")
        registry.register(
            "capability_proposal",
            may_be_told=may_be_told_of_proposal,
            page="/capabilities/proposals/{}".format,
        )
        add_to_menu(
            Place(
                "People",
                leads_to="people",
                order=5,
                shown_to=lambda actor: actor.may(Permission.MANAGE_PEOPLE),
            )
        )
        add_to_menu(
            Place(
                "Partner systems",
                leads_to="clients",
                order=10,
                shown_to=lambda actor: actor.may(Permission.MANAGE_CLIENTS),
            )
        )
        add_to_menu(
            Place(
                "What we can do",
                leads_to="capabilities",
                order=7,
                shown_to=lambda actor: actor.may(Permission.KEEP_CAPABILITIES),
            )
        )
        add_to_menu(
            Place(
                "Capability proposals",
                leads_to="capability-proposals",
                order=8,
                shown_to=lambda actor: actor.is_centre and actor.may(Permission.DECIDE_CAPABILITIES),
                waiting=lambda actor: visible_capability_proposals(actor).filter(verdict=""),
            )
        )
        add(Place("Agencies", leads_to="agencies", order=47, shortcut="g a"))
