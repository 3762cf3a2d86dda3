"""Who may read the audit? An agency its own events; the Centre's auditors everybody's; and everybody the heads."""

from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event, Head, Pending, Trace
from ohsc.core.actor import Actor

READ_AUDIT = "audit.read"  # agencies.roles.Permission.READ_AUDIT


def visible_events(actor: Actor) -> QuerySet[Event]:
    """The events of the actor's own agency, newest first."""
    return Event.objects.filter(agency_id=actor.agency_id).order_by("-at", "-id")


def events_about(actor: Actor, subject_id: UUID) -> QuerySet[Event]:
    """Who did or saw what with this record, newest first: for an agency's auditor what the agency itself did, for the
    Centre's what everybody did. Nobody else is told anything.

    Found by the sealer's index; what waits for its seal still is looked through.
    """
    if not actor.may(READ_AUDIT):
        return Event.objects.none()
    entitled = Event.objects.all() if actor.is_centre else visible_events(actor)
    traced = Trace.objects.filter(subject_id=subject_id).values("event_id")
    waiting = Event.objects.filter(
        pk__in=Pending.objects.values("event_id"), subject_ids__contains=[subject_id]
    ).values("pk")
    return entitled.filter(pk__in=traced.union(waiting)).order_by("-at", "-id")


def published_heads(actor: Actor) -> QuerySet[Head]:
    """The signed heads of the sealed log, newest first; the same for everyone, so that all can be compared."""
    return Head.objects.order_by("-size")
