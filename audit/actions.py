"""Write down what was done or seen, in the same transaction. No event, no data."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from audit.access import sees_every_event
from audit.models import Event, Kind, Review
from audit.words import purpose_of
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.requests import request_id
from ohsc.core.together import insert

__all__ = ["Kind", "look_into", "record"]


def record(
    kind: Kind,
    action: str,
    *,
    by: Actor | None,
    at: datetime,
    subject_type: str = "",
    subject_ids: Iterable[UUID] = (),
    recipient_ids: Iterable[UUID] = (),
    purpose: str = "",
    details: dict | None = None,
) -> None:
    """One event. `details` holds ids, codes and field names; the caller never puts content there.

    Where the caller says no purpose, it is the one that follows from the work at hand (`audit.words`).
    """
    event = Event(
        at=at,
        kind=kind,
        action=action,
        actor_kind=by.kind if by else "",
        actor_id=by.id if by else None,
        agency_id=by.agency_id if by else None,
        subject_type=subject_type,
        subject_ids=list(subject_ids),
        recipient_ids=list(recipient_ids),
        purpose=purpose or purpose_of(action),
        details=details or {},
        request_id=request_id.get(),
    )
    insert([event])


def look_into(rule: str, actor_id: UUID, since: datetime, note: str, *, by: Actor, at: datetime) -> Review:
    """Note that an unusual read was looked into, and what was found. For the Centre's auditors."""
    if not sees_every_event(by):
        raise PermissionDenied("The Centre's auditors look into unusual reads.")
    review = Review(rule=rule, actor_id=actor_id, since=since, note=note, by_id=by.id, at=at)
    with writing():
        review.save(force_insert=True)
        record(
            Kind.CONSULTATION,
            "audit.looked_into",
            by=by,
            at=at,
            subject_type="person",
            subject_ids=[actor_id],
            details={"rule": rule, "since": since.isoformat(), "review": str(review.pk)},
        )
    return review
