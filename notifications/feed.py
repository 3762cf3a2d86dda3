"""What happened, from here on? The events feed of an agency, for systems that cannot take webhooks.

The numbers are given in the order of commits (`notifications.actions.spread`), so a reader who goes on from the
last one read misses nothing. The reading is recorded.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from audit import actions as audit
from notifications.access import visible_feed
from notifications.models import FeedEvent
from ohsc.core.actor import Actor


class Place(NamedTuple):
    """How far an agency has read its feed. Checked, not secret: it says where to go on, and nothing else."""

    agency_id: UUID
    number: int

    def written(self) -> str:
        raw = f"1|{self.agency_id.hex}|{self.number}".encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class NotAPlace(ValueError):
    """The cursor is none of ours, another agency's, or ahead of the feed."""


@dataclass(frozen=True)
class Part:
    events: list[FeedEvent]
    place: Place  # to go on from, now or later
    more: bool


def read_place(text: str) -> Place | None:
    """The place this text holds; None when we did not write it."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
        version, agency, number = raw.split("|")
        place = Place(UUID(agency), int(number))
    except (binascii.Error, ValueError):
        return None
    return place if version == "1" and 0 <= place.number < 2**63 and place.written() == text else None


def read_feed(actor: Actor, after: Place | None, limit: int, *, at: datetime) -> Part:
    """The events after that place, or from the first; raises NotAPlace for a place in another's feed."""
    start = after or Place(actor.home_id, 0)
    if start.agency_id != actor.home_id:
        raise NotAPlace(start)
    found = list(visible_feed(actor).filter(number__gt=start.number)[: limit + 1])
    if not found and start.number and not visible_feed(actor).filter(number=start.number).exists():
        raise NotAPlace(start)  # such as after a restoration: going on in silence would skip what comes
    events = found[:limit]
    audit.record(
        audit.Kind.CONSULTATION,
        "events.read",
        by=actor,
        at=at,
        subject_type="referral",
        subject_ids=sorted({event.subject_id for event in events if event.subject_type == "referral"}),
        details={"after": start.number, "events": len(events)},
    )
    reached = Place(actor.home_id, events[-1].number) if events else start
    return Part(events, reached, len(found) > limit)
