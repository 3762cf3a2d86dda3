"""How is a receipt read? What had been read of an offer when it was taken back, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referrals.models import Disclosure, Offer

PARTS = {
    "record": "The record: summary, handling, facts, selectors, answers about risk and history",
    "history": "The history",
    "line": "A line of it in a list: reference, state, band and summary",
    "reference": "Its reference and what happened, without content",
}
THROUGH = {
    "page": "by a person, on a page",
    "interface": "by a system, over the interface",
    "webhook": "sent to a system, by webhook",
    "e-mail": "sent to a person, by e-mail",
}


@dataclass(frozen=True)
class Line:
    """A part that was read: by whom in kind, never in name, when first and when last."""

    part: str
    by: str
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Receipt:
    agency: str
    recalled_at: datetime | None
    lines: Sequence[Line]


def lines_of(read_before: Sequence[dict[str, Any]]) -> list[Line]:
    """The lines of a receipt as it is kept."""
    return [
        Line(
            PARTS[line["part"]],
            THROUGH[line["through"]],
            datetime.fromisoformat(line["first"]),
            datetime.fromisoformat(line["last"]),
        )
        for line in read_before
    ]


def receipt_of(disclosure: Disclosure | None, offer: Offer) -> Receipt | None:
    """The receipt of a recalled offer, where the reader is owed it."""
    if disclosure is None:
        return None
    return Receipt(offer.to_agency.name, disclosure.recalled_at, lines_of(disclosure.read_before or ()))
