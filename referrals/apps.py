from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from ohsc.core import registry
        from referrals.access import may_be_told

        registry.register("referral", may_be_told=may_be_told, page="/referrals/{}".format)
