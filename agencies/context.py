"""Whose eyes are these, and where can they go? What every page shows around its content."""

from django.conf import settings


def whose_eyes(request) -> dict:
    context = {"demo": settings.DEMO}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    return context | {
        "whose": {
            "agency_name": user.agency.name,
            "is_centre": user.agency.is_centre,
            "role_label": user.role_label,
            "person_name": user.name,
        },
    }
