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
    return context | {
        "whose": {
            "agency_name": user.agency.name,
            "is_centre": user.agency.is_centre,
            "role_label": user.role_label,
            "person_id": user.pk,
            "person_name": user.name,
            "menu": SimpleLazyObject(lambda: navigation.menu(_actor(request))),
        },
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
    }


def _navigation(request) -> list[dict[str, Any]]:
    """Pages served by the login itself (changing one's password) see no counts: the login may read none."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    return navigation.items(
        _actor(request), route or "", counting=getattr(request, "actor", None) is not None
    )


def _actor(request) -> Actor:
    return getattr(request, "actor", None) or actor_for_person(request.user)
