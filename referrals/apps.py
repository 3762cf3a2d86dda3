from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from agencies.roles import Permission
        from ohsc.core import metrics, registry
        from ohsc.core.navigation import Place, add
        from referrals.access import may_be_told, may_be_told_of_the_books
        from referrals.figures import figures

        metrics.add(figures)
        registry.register("referral", may_be_told=may_be_told, page="/referrals/{}".format)
        registry.register("reckoning", may_be_told=may_be_told_of_the_books, page=lambda _: "/books")
        add(Place("Triage", leads_to="triage", order=10, shortcut="g t"))
        add(
            Place("Board", leads_to="board", order=20, shortcut="g b", shown_to=lambda actor: actor.is_centre)
        )
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
