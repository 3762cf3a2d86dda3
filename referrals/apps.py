from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from agencies import wording
        from agencies.beyond import beyond
        from agencies.roles import Permission
        from ohsc.core import disclosures, metrics, names, registry
        from ohsc.core.navigation import Place, add, add_to_menu
        from referrals.access import (
            told_of,
            told_of_alarms,
            told_of_openings,
            told_of_the_books,
            why_withheld,
        )
        from referrals.actions import register
        from referrals.actions.hold import put_down_all
        from referrals.alarms import live_alarms
        from referrals.emergencies import waiting_for
        from referrals.feedback_lists import late_with
        from referrals.figures import figures
        from referrals.harms import harm_types
        from referrals.loads import loads_of
        from referrals.naming import REFERRALS
        from referrals.work import held_by

        metrics.add(figures)
        names.register("referral", REFERRALS)
        disclosures.kept_by(register.keep, register.take_back)
        registry.register("referral", told_of=told_of, why_withheld=why_withheld, page="/referrals/{}".format)
        registry.register("referral_clock", told_of=told_of, page="/referrals/{}".format)  # people alone
        registry.register("reckoning", told_of=told_of_the_books, page=lambda _: "/books")
        registry.register("alarm", told_of=told_of_alarms, page=lambda _: "/at-risk-now")
        registry.register("emergency_opening", told_of=told_of_openings, page=lambda _: "/break-glass")
        beyond.held, beyond.put_down, beyond.loads = held_by, put_down_all, loads_of
        wording.name_harms(lambda: dict(harm_types().values_list("code", "label")))
        for order, label, leads_to in (
            (20, "Scorecards", "scorecards"),
            (60, "Sharing agreements", "agreements"),
            (70, "Disclosures", "disclosures"),
        ):
            add_to_menu(
                Place(
                    label,
                    leads_to=leads_to,
                    order=order,
                    shown_to=lambda actor: actor.may(Permission.SEE_REFERRALS),
                )
            )
        add_to_menu(
            Place(
                "Feedback",
                leads_to="feedback",
                order=10,
                shown_to=lambda actor: actor.may(Permission.SEE_REFERRALS),
                waiting=late_with,
            )
        )
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
        add_to_menu(
            Place(
                "At risk now",
                leads_to="at-risk-now",
                order=1,
                shown_to=lambda actor: actor.may(Permission.SEE_REFERRALS),
                waiting=live_alarms,
            )
        )
        add_to_menu(
            Place(
                "Late next",
                leads_to="late",
                order=2,
                shown_to=lambda actor: actor.may(Permission.SEE_REFERRALS),
            )
        )
        # In the menu, for the navigation has its seven; what waits there is counted on the menu's own line too.
        add_to_menu(
            Place(
                "Break-glass",
                leads_to="break-glass",
                order=5,
                shown_to=lambda actor: actor.is_centre and actor.may(Permission.SEE_BREAK_GLASS),
                waiting=waiting_for,
            )
        )
