"""A person's own inbox: what was read."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from audit import actions as audit
from notifications.access import visible_inbox
from notifications.models import InboxItem
from ohsc.core.acting import writing
from ohsc.core.actor import Actor


def mark_read(item_ids: Iterable[UUID], *, by: Actor, at: datetime) -> int:
    """Mark items of the actor's own inbox as read."""
    mine = list(visible_inbox(by).filter(pk__in=list(item_ids), read_at=None).values_list("pk", flat=True))
    if not mine:
        return 0
    with writing():
        InboxItem.objects.filter(pk__in=mine).update(read_at=at)
        audit.record(
            audit.Kind.ALTERATION, "inbox.read", by=by, at=at, subject_type="inbox_item", subject_ids=mine
        )
    return len(mine)
