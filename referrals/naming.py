"""What is a referral called, and where does one ask who has seen it? For the apps below, by the asker's rights."""

from uuid import UUID

from django.urls import reverse

from ohsc.core.actor import Actor
from ohsc.core.names import Named, Names
from referrals.access import visible_referrals


def _named(actor: Actor, ids: set[UUID]) -> dict[UUID, Named]:
    rows = visible_referrals(actor).filter(pk__in=ids).values_list("pk", "reference")
    return {key: Named(reference, url=reverse("referral-seen-by", args=[key])) for key, reference in rows}


def _known_as(actor: Actor, text: str) -> UUID | None:
    """By its reference, or by the id itself."""
    try:
        which = {"pk": UUID(text)}
    except ValueError:
        which = {"reference": text.upper()}
    return visible_referrals(actor).filter(**which).values_list("pk", flat=True).first()


REFERRALS = Names(_named, known_as=_known_as)
