"""Which harms may a referral be about? The published list, the same for everybody."""

from django.db.models import QuerySet

from referrals.models import HarmType


def harm_types() -> QuerySet[HarmType]:
    """All of them, in the order people read them."""
    return HarmType.objects.order_by("order", "code")
