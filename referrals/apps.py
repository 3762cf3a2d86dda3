from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from agencies import wording
        from agencies.beyond import beyond
        from agencies.roles import Permission
        from ohsc.core import metrics, registry
        from ohsc.core.navigation import Place, add
        from referrals.access import told_of, told_of_the_books
        from referrals.actions.hold import put_down_all
        from referrals.figures import figures
        from referrals.harms import harm_types
        from referrals.work import held_by

        metrics.add(figures)
        registry.register("referral", told_of=told_of, page="/referrals/{}".format)
        registry.register("reckoning", told_of=told_of_the_books, page=lambda _: "/books")
        beyond.held, beyond.put_down = held_by, put_down_all
        wording.name_harms(lambda: dict(harm_types().values_list("code", "label")))
        add(Place("Triage", leads_to="triage", order=10, shortcut="g t"))
        add(
            Place("Board", leads_to="board", order=20, shortcut="g b", shown_to=lambda actor: actor.is_centre)
        )
        add(Place("Search", leads_to="search", order=45, shortcut="g s"))
        add(Place("My work", leads_to="work", order=30, shortcut="g w"))
        add(
            Place(
                "New referral",
                leads_to="new-referral",
                order=40,
                shortcut="g n",
                shown_to=lambda actor: actor.may(Permission.MAKE_REFERRALS),
            )
        )
