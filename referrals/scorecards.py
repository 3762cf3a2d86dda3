"""How good is what a source sends, and how does an agency answer? The scorecards, as their reader may see them.

The Centre sees everybody's as they are. An agency sees its own as they are, and of the others the middle half. What
leaves as a file is suppressed (`ohsc.core.small_numbers`), whoever takes it. The look is recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.small_numbers import FEWEST, WITHHELD, suppressed
from ohsc.core.spreadsheet import written
from referrals.access import visible_scorecards
from referrals.actions.register import note_export
from referrals.models import Scorecard
from referrals.priority import BANDS
from referrals.scorecard_range import MEASURES, Measure, values
from referrals.transitions import DECLINE_CODES, OUTCOMES, REJECT_CODES

REASONS = {"source": REJECT_CODES, "receiver": DECLINE_CODES}
MOST_MISSING = 3
SOURCE, RECEIVER = Scorecard.Side.SOURCE, Scorecard.Side.RECEIVER

# What stands in a file, by side: the parts of a whole, each with its heading. Codes of reasons stand as they are.
PARTS: dict[str, tuple[str, tuple[str, ...], str]] = {
    SOURCE: ("Received", ("waiting", "in_work", "concluded", "withdrawn"), "Rejected"),
    RECEIVER: ("Offers", ("open", "accepted", "expired", "taken_back"), "Declined"),
}
HEADINGS = {
    "waiting": "Not accepted yet", "in_work": "Accepted, being worked on", "concluded": "Concluded",
    "withdrawn": "Withdrawn", "open": "To be answered", "accepted": "Accepted", "expired": "Left to expire",
    "taken_back": "Taken back",
}  # fmt: skip

# The one figure of a file that is no count: its measure, the column it rests on, its heading.
MIDDLE = {
    SOURCE: ("complete", "Received", "How complete, of 100"),
    RECEIVER: ("hours", "Accepted", "Hours to answer, the middle one"),
}


@dataclass(frozen=True)
class Compared:
    """One measure: the reader's own, and where the middle half of all lies; no range where too few stand behind it."""

    measure: Measure
    own: float | None
    range: Sequence[int] | None


@dataclass(frozen=True)
class Card:
    """One agency's figures on one side, in words."""

    side: str
    name: str
    figures: Mapping[str, Any]

    @property
    def whole(self) -> int:
        return self.figures["received" if self.side == SOURCE else "offers"]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why it was rejected, or declined; the most frequent first."""
        return _named(self.figures["reasons"], REASONS[self.side])

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        return _named(self.figures["outcomes"], OUTCOMES)

    @property
    def missing(self) -> list[tuple[str, int]]:
        """What was missing most often, without the interface's names of fields."""
        found = sorted(self.figures["missing"].items(), key=lambda one: (-one[1], one[0]))
        return [(said.rsplit(" (", 1)[0], count) for said, count in found[:MOST_MISSING]]

    @property
    def clocks(self) -> list[tuple[str, int, int]]:
        """By band: how many were held, and kept."""
        return [(band, *self.figures["clocks"][band]) for band in BANDS if band in self.figures["clocks"]]

    @property
    def feedback(self) -> tuple[int, int]:
        owed, in_time = self.figures["feedback"]
        return owed, in_time

    @property
    def values(self) -> dict[str, float | None]:
        return values(self.side, self.figures)


@dataclass(frozen=True)
class Cards:
    """What a reader is shown of one period. `own` is for an agency; the rest for the Centre."""

    days: int
    counted_at: datetime | None = None
    sources: list[Card] = field(default_factory=list)
    receivers: list[Card] = field(default_factory=list)
    compared: dict[str, list[Compared]] = field(default_factory=dict)


def open_scorecards(actor: Actor, days: int, *, at: datetime) -> Cards:
    """The cards of this period that the actor may see, by name; the look is recorded."""
    found = _found(actor, days)
    _record("scorecards.opened", audit.Kind.CONSULTATION, found, actor, at, days=days)
    return Cards(
        days=days,
        counted_at=max((card.counted_at for card in found), default=None),
        sources=_cards(found, SOURCE),
        receivers=_cards(found, RECEIVER),
        compared={} if actor.is_centre else {side: _compared(found, side) for side in (SOURCE, RECEIVER)},
    )


def export(actor: Actor, days: int, side: str, *, at: datetime, purpose: str) -> bytes:
    """The cards of one side as CSV, small numbers suppressed. It is recorded."""
    found = [card for card in _found(actor, days) if card.side == side and card.agency]
    _record(
        "scorecards.exported",
        audit.Kind.DISCLOSURE,
        found,
        actor,
        at,
        recipient_ids=[actor.home_id],
        purpose=f"a file of scorecards: {purpose}",
        days=days,
        side=side,
        rows=len(found),
    )
    note_export(len(found), by=actor, at=at)
    return written(*in_a_file(side, _cards(found, side)))


def in_a_file(side: str, cards: Sequence[Card]) -> tuple[list[str], list[list[str]]]:
    """The heading and the rows of a file: counts of a whole and its parts, as they may leave."""
    tables = [_parts(side, cards)]
    if side == RECEIVER:
        tables += [_clocks(cards), _feedback(cards)]
    header, rows, everybody = ["Agency"], [[card.name] for card in cards], ["All"]
    for whole, names, counts in tables:
        safe = suppressed(counts)
        header += [whole, *names]
        for row, total, cells in zip(rows, safe.totals, safe.rows, strict=True):
            row += [total, *cells]
        everybody += [safe.total, *safe.columns]
    name, rests_on, heading = MIDDLE[side]
    for row, card in zip(rows, cards, strict=True):
        row.append(_if_enough(row[header.index(rests_on)], card.values[name]))
    return [*header, heading], [*rows, [*everybody, ""]] if len(rows) > 1 else rows


Table = tuple[str, list[str], list[list[int]]]


def _parts(side: str, cards: Iterable[Card]) -> Table:
    whole, parts, ending = PARTS[side]
    names = [HEADINGS[part] for part in parts] + [f"{ending}: {why}" for why in REASONS[side].values()]
    counts = [
        [
            *(card.figures[one] for one in parts),
            *(card.figures["reasons"].get(why, 0) for why in REASONS[side]),
        ]
        for card in cards
    ]
    return whole, names, counts


def _clocks(cards: Iterable[Card]) -> Table:
    counts = []
    for card in cards:
        held = sum(held for _, held, _ in card.clocks)
        kept = sum(kept for _, _, kept in card.clocks)
        counts.append([kept, held - kept])
    return "Clocks", ["Kept", "Missed"], counts


def _feedback(cards: Iterable[Card]) -> Table:
    return (
        "Words owed to sources",
        ["In time", "Late or not yet"],
        [[in_time, owed - in_time] for owed, in_time in (card.feedback for card in cards)],
    )


def _if_enough(rests_on: str, value: float | None) -> str:
    """A figure that is no count: only where the count beside it, as it is shown, says that enough stand behind it."""
    enough = rests_on.isdigit() and int(rests_on) >= FEWEST
    return f"{value:g}" if enough and value is not None else WITHHELD


def _found(actor: Actor, days: int) -> list[Scorecard]:
    return list(visible_scorecards(actor).filter(days=days).select_related("agency").order_by("agency__name"))


def _cards(found: Iterable[Scorecard], side: str) -> list[Card]:
    return [Card(side, card.agency.name, card.figures) for card in found if card.side == side and card.agency]


def _compared(found: Sequence[Scorecard], side: str) -> list[Compared]:
    """The reader's own figures beside the range of all."""
    [own, *_] = [*_cards(found, side), None]
    lies = next((card.figures for card in found if card.side == side and card.agency is None), {})
    its = own.values if own else {}
    return [Compared(measure, its.get(measure.name), lies.get(measure.name)) for measure in MEASURES[side]]


def _named(counts: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, int]]:
    found = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [(names.get(code, code), count) for code, count in found]


def _record(
    action: str, kind: audit.Kind, found: Iterable[Scorecard], actor: Actor, at: datetime, **more: Any
) -> None:
    recipients, purpose = more.pop("recipient_ids", ()), more.pop("purpose", "")
    audit.record(
        kind,
        action,
        by=actor,
        at=at,
        subject_type="scorecard",
        subject_ids=[card.pk for card in found],
        recipient_ids=recipients,
        purpose=purpose,
        details=more,
    )
