"""Who may read the audit? An agency its own events; nobody another's."""

from django.db.models import QuerySet

from audit.models import Event
from ohsc.core.actor import Actor


def visible_events(actor: Actor) -> QuerySet[Event]:
    """The events of the actor's own agency, newest first."""
    return Event.objects.filter(agency_id=actor.agency_id).order_by("-at", "-id")
