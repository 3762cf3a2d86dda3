"""Who may read the audit? An agency its own events; the Centre's auditors everybody's; and everybody the heads.

The same rule stands in PostgreSQL as policies (migrations 0002, 0005), which read what `acting_as` says of the actor.
"""

from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event, Head, Pending, Review, Trace
from ohsc.core.actor import READ_AUDIT, Actor


def sees_every_event(actor: Actor) -> bool:
    """One of the Centre's who may read the audit."""
    return actor.is_centre and actor.may(READ_AUDIT)


def visible_events(actor: Actor) -> QuerySet[Event]:
    """The events of the actor's own agency, and for the Centre's auditor all of them; newest first."""
    rows = Event.objects.order_by("-at", "-id")
    return rows if sees_every_event(actor) else rows.filter(agency_id=actor.agency_id)


def events_about(actor: Actor, subject_id: UUID) -> QuerySet[Event]:
    """Who did or saw what with this record, of the events that the actor may read; only who may read the audit is told.

    Found by the sealer's index; what waits for its seal still is looked through.
    """
    if not actor.may(READ_AUDIT):
        return Event.objects.none()
    traced = Trace.objects.filter(subject_id=subject_id).values("event_id")
    waiting = Event.objects.filter(
        pk__in=Pending.objects.values("event_id"), subject_ids__contains=[subject_id]
    ).values("pk")
    return visible_events(actor).filter(pk__in=traced.union(waiting))


def visible_reviews(actor: Actor) -> QuerySet[Review]:
    """What was looked into is the Centre's auditors' to read."""
    return Review.objects.all() if sees_every_event(actor) else Review.objects.none()


def published_heads(actor: Actor) -> QuerySet[Head]:
    """The signed heads of the sealed log, newest first; the same for everyone, so that all can be compared."""
    return Head.objects.order_by("-size")
