from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from agencies import wording
        from agencies.beyond import beyond
        from ohsc.core import disclosures, metrics, names, navigation, registry
        from referrals.access import (
            told_of,
            told_of_alarms,
            told_of_openings,
            told_of_the_books,
            why_withheld,
        )
        from referrals.actions import register
        from referrals.actions.hold import put_down_all
        from referrals.figures import figures
        from referrals.harms import harm_types
        from referrals.loads import loads_of
        from referrals.naming import REFERRALS
        from referrals.places import MENU, NAVIGATION
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
        navigation.add(*NAVIGATION)
        navigation.add_to_menu(*MENU)
