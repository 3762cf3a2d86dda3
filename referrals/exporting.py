"""What leaves when a list of referrals is taken out as a file? What the list shows, and never the narrative."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.agreements import not_in_force
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.shapes import shown_moment
from ohsc.core.spreadsheet import MOST_ROWS, written
from ohsc.core.words import Environment
from referrals import handling
from referrals.access import visible_offers, visible_referrals
from referrals.actions.register import note_export
from referrals.listing import ROW
from referrals.models import Offer
from referrals.transitions import OPEN, Status

HEADER = (
    "Reference", "Band", "State", "Environment", "Kind of harm", "Source", "Custodian", "Received (UTC)",
    "Changed (UTC)", "Due (UTC)", "Handling", "Summary",
)  # fmt: skip


def export(
    ids: Sequence[UUID], actor: Actor, *, at: datetime, of: str, purpose: str, **details: Any
) -> tuple[bytes, str]:
    """These referrals, in this order, as CSV; and what was left out, in words. The disclosure is recorded, with its
    purpose: its recipient is the actor's own agency.

    Left out is what the agency was shown under an agreement that is no longer in force, and does not work on.
    """
    rows = visible_referrals(actor).filter(pk__in=ids[:MOST_ROWS]).values(*ROW)
    found = {row["pk"]: row for row in rows}
    kept_back = not_to_leave(found.values(), actor, at=at)
    shown = [key for key in ids[:MOST_ROWS] if key in found and key not in kept_back]
    left_out = _left_out(kept_back)
    audit.record(
        audit.Kind.DISCLOSURE,
        "referral.exported",
        by=actor,
        at=at,
        subject_type="referral",
        subject_ids=shown,
        recipient_ids=[actor.home_id],
        purpose=f"a file of {of}: {purpose}",
        details={
            "rows": len(shown),
            "is_all": len(ids) <= MOST_ROWS,
            "left_out": {reference: _count(kept_back, reference) for reference in set(kept_back.values())},
            **details,
        },
    )
    note_export(len(shown), by=actor, at=at)
    cells = [_cells(found[key], actor) for key in shown]
    return written(HEADER, [*cells, (left_out,)] if left_out else cells), left_out


def not_to_leave(rows: Iterable[Mapping[str, Any]], actor: Actor, *, at: datetime) -> dict[UUID, str]:
    """Those of these rows that the actor's agency may not take out, each with its agreement's reference.

    What it sent itself is its own, and what it has in custody and works on it needs: both stay. The Centre's are too.
    """
    if actor.is_centre:
        return {}
    received = {
        row["pk"]
        for row in rows
        if row["source_id"] != actor.agency_id
        and not (row["custodian_id"] == actor.agency_id and row["status"] in OPEN)
    }
    if not received:
        return {}
    offers = visible_offers(actor).filter(
        referral__in=received,
        to_agency=actor.agency_id,
        state__in=(Offer.State.OPEN, Offer.State.ACCEPTED),
    )
    newest = {
        offer.referral_id: offer.agreement
        for offer in offers.select_related("agreement").order_by("made_at", "id")
    }
    return {
        key: agreement.reference for key, agreement in newest.items() if not_in_force(agreement, at.date())
    }


def _left_out(kept_back: Mapping[UUID, str]) -> str:
    """A sentence for the file and the page; "" where nothing was left out."""
    if not kept_back:
        return ""
    named = [
        f"{_count(kept_back, reference)} under {reference}" for reference in sorted(set(kept_back.values()))
    ]
    return f"Left out, the agreement being no longer in force: {', '.join(named)}."


def _count(kept_back: Mapping[UUID, str], reference: str) -> int:
    return sum(1 for other in kept_back.values() if other == reference)


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
