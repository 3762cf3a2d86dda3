"""Which draft of the rules waits in the demonstration? One that a coordinator wrote, with its rehearsal asked for."""

from datetime import datetime, timedelta

from ohsc.core.acting import acting_as
from ohsc.demo.telling import Cast, unrung
from referrals.actions.rehearsals import ask_for_rehearsal
from referrals.actions.rulebooks import draft_rules
from referrals.routing.supposing import Supposed

WHY = "Share the work more evenly, and offer P3 on by themselves."
CHANGES = {"fairness": 12, "has_room": 15, "next_after": ["P1", "P2", "P3"]}


def write_a_draft(cast: Cast, now: datetime) -> None:
    """Yesterday evening; the first worker works its rehearsal out."""
    by, at = cast.one(None, "ohsc", "coordinator"), now - timedelta(hours=16)
    with acting_as(by), unrung():
        book = draft_rules(CHANGES, Supposed(), why=WHY, by=by, at=at)
        ask_for_rehearsal(book.pk, days=14, times=1, by=by, at=now)
