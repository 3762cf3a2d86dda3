"""Which agencies take part? A directory that everybody signed in may read; agencies are named by their slug."""

from django.db.models import QuerySet

from agencies.models import Agency
from ohsc.core.actor import Actor


def visible_agencies(actor: Actor) -> QuerySet[Agency]:
    """The agencies taking part now, whoever asks."""
    return Agency.objects.filter(is_active=True).order_by("slug")


def centre_of(actor: Actor) -> Agency:
    """The Centre."""
    return Agency.objects.get(is_centre=True)


def agency_called(slug: str, actor: Actor) -> Agency | None:
    """The agency of that slug, if it takes part."""
    return visible_agencies(actor).filter(slug=slug).first()
