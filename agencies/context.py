"""Whose eyes are these, and where can they go? What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from agencies.access import actor_for_person
from agencies.proof import is_proved
from ohsc.core import navigation
from ohsc.core.actor import Actor


def whose_eyes(request) -> dict[str, Any]:
    """Lazy where it asks the database, so that only a page that draws the navigation pays for it."""
    context: dict[str, Any] = {"demo": settings.DEMO}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not is_proved(getattr(request, "session", {}), user):
        return context
    route = (request.resolver_match.url_name if request.resolver_match else "") or ""
    counted = SimpleLazyObject(lambda: _counts(request))
    return context | {
        "whose": {
            "agency_name": user.agency.name,
            "is_centre": user.agency.is_centre,
            "role_label": user.role_label,
            "person_id": user.pk,
            "person_name": user.name,
            "menu": SimpleLazyObject(lambda: navigation.menu(_actor(request), counted)),
        },
        "navigation": SimpleLazyObject(lambda: navigation.items(_actor(request), route, counted)),
    }


def _counts(request) -> dict[str, int]:
    """Pages served by the login itself (changing one's password) see no counts: the login may read none."""
    actor = getattr(request, "actor", None)
    return navigation.counts(actor) if actor else {}


def _actor(request) -> Actor:
    return getattr(request, "actor", None) or actor_for_person(request.user)
