"""Count the scorecards anew, so that each agency finds its own and knows where the others lie."""

from datetime import datetime
from uuid import UUID

from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.models import Scorecard
from referrals.models.scorecard import PERIODS
from referrals.scorecard_counts import EMPTY, Key, counted
from referrals.scorecard_range import ranges


def count_scorecards(*, by: Actor, at: datetime) -> int:
    """Every agency's figures as source and as receiver in each period, and the ranges. Returns how many were written.

    `by` is the clock, who sees everything. A card of which nothing is counted any more says so.
    """
    figures = counted(at=at)
    wanted: dict[tuple[UUID | None, str, int], dict] = {}
    wanted.update(figures.items())
    for side in Scorecard.Side.values:
        for days in PERIODS:
            wanted[None, side, days] = ranges(side, _of(figures, side, days))
    with writing():
        there = {
            (card.agency_id, card.side, card.days): card for card in Scorecard.objects.select_for_update()
        }
        for key, card in there.items():
            card.figures = wanted.pop(key, EMPTY[card.side] if card.agency_id else {})
            card.counted_at = at
        new = [
            Scorecard(agency_id=agency, side=side, days=days, counted_at=at, figures=figures)
            for (agency, side, days), figures in wanted.items()
        ]
        Scorecard.objects.bulk_update(there.values(), ["figures", "counted_at"], batch_size=500)
        Scorecard.objects.bulk_create(new, batch_size=500)
        written = len(there) + len(new)
        audit.record(
            audit.Kind.ALTERATION,
            "scorecards.counted",
            by=by,
            at=at,
            subject_type="scorecard",
            details={"cards": written},
        )
    return written


def _of(figures: dict[Key, dict], side: str, days: int) -> list[dict]:
    return [
        found for (_, its_side, its_days), found in figures.items() if (its_side, its_days) == (side, days)
    ]
