"""What leaves when a person takes their inbox out as a file? References and what happened, as the inbox shows them."""

from datetime import datetime

from audit import actions as audit
from notifications.access import visible_inbox
from ohsc.core.actor import Actor
from ohsc.core.shapes import shown_moment
from ohsc.core.spreadsheet import MOST_ROWS, written

HEADER = ("Reference", "What happened", "When (UTC)", "Read (UTC)")


def has_more_than_a_file(actor: Actor) -> bool:
    """Looked at one by one up to the file's end, and no further."""
    return len(visible_inbox(actor).values_list("pk")[: MOST_ROWS + 1]) > MOST_ROWS


def export(actor: Actor, *, at: datetime, purpose: str) -> bytes:
    """The newest items as CSV. The disclosure is recorded, with its purpose: its recipient is the
    actor's own agency."""
    items = list(visible_inbox(actor)[:MOST_ROWS])
    audit.record(
        audit.Kind.DISCLOSURE,
        "inbox.exported",
        by=actor,
        at=at,
        subject_type="inbox_item",
        subject_ids=[item.pk for item in items],
        recipient_ids=[actor.home_id],
        purpose=f"a file of the own inbox: {purpose}",
        details={"rows": len(items)},
    )
    rows = (
        (item.reference, item.says, shown_moment(item.at) or "", shown_moment(item.read_at) or "")
        for item in items
    )
    return written(HEADER, rows)
