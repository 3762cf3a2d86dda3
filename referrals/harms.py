"""Which harms may a referral be about? The published list, the same for everybody."""

from django.db.models import QuerySet

from referrals.models import HarmType


def harm_types() -> QuerySet[HarmType]:
    """All of them, in the order people read them."""
    return HarmType.objects.order_by("order", "code")


_known: set[str] = set()


def is_a_harm(code: str) -> bool:
    """Is this code on the list? It grows with migrations only, so what was found once is remembered."""
    if code not in _known:
        _known.update(HarmType.objects.values_list("code", flat=True))
    return code in _known
