"""Who may read the audit? An agency its own events; the Centre's auditor everybody's; nobody else another's.

The same rule stands in PostgreSQL as policies (migration 0004), which read what `acting_as` says of the actor.
"""

from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event, Review
from ohsc.core.actor import READ_AUDIT, Actor


def sees_every_event(actor: Actor) -> bool:
    """One of the Centre's who may read the audit."""
    return actor.is_centre and actor.may(READ_AUDIT)


def visible_events(actor: Actor) -> QuerySet[Event]:
    """The events of the actor's own agency, and for the Centre's auditor all of them; newest first."""
    rows = Event.objects.order_by("-at", "-id")
    return rows if sees_every_event(actor) else rows.filter(agency_id=actor.agency_id)


def events_about(actor: Actor, subject_id: UUID) -> QuerySet[Event]:
    """Of the events that the actor may read, those about this record."""
    return visible_events(actor).filter(subject_ids__contains=[subject_id])


def visible_reviews(actor: Actor) -> QuerySet[Review]:
    """What was looked into is the Centre's auditors' to read."""
    return Review.objects.all() if sees_every_event(actor) else Review.objects.none()
