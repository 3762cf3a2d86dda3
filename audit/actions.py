"""Write down what was done or seen, in the same transaction. No event, no data."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from audit.models import Event, Kind
from ohsc.core.actor import Actor
from ohsc.core.requests import request_id
from ohsc.core.together import insert

__all__ = ["Kind", "record"]


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
    """One event. `details` holds ids, codes and field names; the caller never puts content there."""
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
        purpose=purpose,
        details=details or {},
        request_id=request_id.get(),
    )
    insert([event])
