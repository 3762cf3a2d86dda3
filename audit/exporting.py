"""What leaves when the log is taken out as a file? What its page shows; and why it was taken, from a list."""

from datetime import datetime

from audit import actions
from audit.models import Kind
from audit.reading import Line, Wish, asked_for, told
from audit.words import PURPOSES, Purpose
from ohsc.core.actor import Actor
from ohsc.core.shapes import shown_moment
from ohsc.core.spreadsheet import MOST_ROWS, written

HEADER = (
    "When (UTC)", "Who", "Who it is", "Agency", "Kind", "What", "Records", "Recipients", "Purpose", "Event", "Request",
)  # fmt: skip
WHO = {"person": "Person", "client": "System", "clock": "Clock"}


def has_more_than_a_file(wish: Wish, actor: Actor) -> bool:
    """Looked at up to the file's end, and no further."""
    return len(asked_for(wish, actor).values_list("pk")[: MOST_ROWS + 1]) > MOST_ROWS


def take_out(wish: Wish, why: Purpose, actor: Actor, *, at: datetime) -> bytes:
    """The newest of what is asked for as CSV. The disclosure is recorded: its recipient is the actor's own agency."""
    lines = told(list(asked_for(wish, actor)[:MOST_ROWS]), actor)
    actions.record(
        Kind.DISCLOSURE,
        "audit.exported",
        by=actor,
        at=at,
        subject_type="referral" if wish.subject_id else "",
        subject_ids=[wish.subject_id] if wish.subject_id else [],
        recipient_ids=[actor.home_id],
        purpose=PURPOSES[why],
        details={"asked": wish.said(), "rows": len(lines), "purpose": why.value},
    )
    return table(lines)


def table(lines: list[Line]) -> bytes:
    """These lines as CSV."""
    return written(HEADER, [cells(line) for line in lines])


def cells(line: Line) -> tuple[str, ...]:
    """One line of the log, a cell for each column of HEADER."""
    records = [subject.name for subject in line.subjects] + ([line.more] if line.more else [])
    return (
        shown_moment(line.event.at) or "",
        line.who,
        WHO.get(line.who_is, ""),
        line.agency,
        line.kind,
        line.done,
        "; ".join(records),
        "; ".join(line.recipients),
        line.purpose,
        str(line.event.pk),
        line.event.request_id,
    )
