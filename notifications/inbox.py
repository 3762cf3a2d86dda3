"""What is in my inbox, a part at a time? The looking is recorded, for an item names a referral."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from audit import actions as audit
from notifications.access import visible_inbox
from notifications.models import InboxItem
from ohsc.core import registry
from ohsc.core.actor import Actor

SHOWN = 50


class NoSuchPart(ValueError):
    """The place to go on from was not one of ours."""


@dataclass(frozen=True)
class Part:
    items: list[InboxItem]
    next_from: str  # where the next part begins; "" at the end

    @property
    def unread(self) -> list[InboxItem]:
        return [item for item in self.items if item.read_at is None]


def open_inbox(actor: Actor, *, at: datetime, after: str = "") -> Part:
    """The newest items, or those older than the place given."""
    rows = visible_inbox(actor)
    if after:
        when, key = _place(after)
        rows = rows.filter(Q(at__lt=when) | Q(at=when, id__lt=key))
    found = list(rows[: SHOWN + 1])
    items = found[:SHOWN]
    audit.record(
        audit.Kind.CONSULTATION,
        "inbox.opened",
        by=actor,
        at=at,
        subject_type="inbox_item",
        subject_ids=[item.pk for item in items],
        purpose="own inbox",
    )
    return Part(items, f"{items[-1].at.isoformat()}_{items[-1].pk}" if len(found) > SHOWN else "")


def page_behind(item_id: UUID, actor: Actor) -> str:
    """The path of the record an item of the actor's tells of. Raises InboxItem.DoesNotExist."""
    item = visible_inbox(actor).get(pk=item_id)
    return registry.page_of(item.subject_type, item.subject_id)


def _place(after: str) -> tuple[datetime, UUID]:
    when, _, key = after.partition("_")
    try:
        place = datetime.fromisoformat(when), UUID(key)
    except ValueError:
        raise NoSuchPart(after) from None
    if place[0].tzinfo is None:
        raise NoSuchPart(after)
    return place
