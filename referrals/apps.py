from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from agencies import wording
        from agencies.roles import Permission
        from ohsc.core import metrics, names, registry
        from ohsc.core.navigation import Place, add
        from referrals.access import told_of, told_of_the_books
        from referrals.figures import figures
        from referrals.harms import harm_types
        from referrals.naming import REFERRALS

        metrics.add(figures)
        names.register("referral", REFERRALS)
        registry.register("referral", told_of=told_of, page="/referrals/{}".format)
        registry.register("reckoning", told_of=told_of_the_books, page=lambda _: "/books")
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
