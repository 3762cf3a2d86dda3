"""What leaves when a list of referrals is taken out as a file? What the list shows, and never the narrative."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.shapes import shown_moment
from ohsc.core.spreadsheet import MOST_ROWS, written
from ohsc.core.words import Environment
from referrals import handling
from referrals.access import visible_referrals
from referrals.listing import ROW
from referrals.transitions import Status

HEADER = (
    "Reference", "Band", "State", "Environment", "Kind of harm", "Source", "Custodian", "Received (UTC)",
    "Changed (UTC)", "Due (UTC)", "Handling", "Summary",
)  # fmt: skip


def export(ids: Sequence[UUID], actor: Actor, *, at: datetime, of: str, **details: Any) -> bytes:
    """These referrals, in this order, as CSV. The disclosure is recorded: its recipient is the actor's own agency."""
    rows = visible_referrals(actor).filter(pk__in=ids[:MOST_ROWS]).values(*ROW)
    found = {row["pk"]: row for row in rows}
    shown = [key for key in ids[:MOST_ROWS] if key in found]
    audit.record(
        audit.Kind.DISCLOSURE,
        "referral.exported",
        by=actor,
        at=at,
        subject_type="referral",
        subject_ids=shown,
        recipient_ids=[actor.home_id],
        purpose=f"a file of {of}",
        details={"rows": len(shown), "is_all": len(ids) <= MOST_ROWS, **details},
    )
    return written(HEADER, (_cells(found[key], actor) for key in shown))


def _cells(row: dict[str, Any], actor: Actor) -> tuple[str, ...]:
    return (
        row["reference"],
        row["band"],
        Status(row["status"]).label,
        Environment(row["environment"]).label if row["environment"] else "",
        row["harm_type__label"] or "",
        row["source__name"],
        row["custodian__name"],
        shown_moment(row["received_at"]) or "",
        shown_moment(row["updated_at"]) or "",
        shown_moment(row["due_at"]) or "",
        handling.marking(row),
        row["summary"]
        if handling.may_leave(row["tlp"], is_own=row["source_id"] == actor.agency_id)
        else handling.WITHHELD,
    )
