"""Where does the middle half of all agencies lie? What one agency may know of the others, and from how many on.

Only where at least 5 agencies and 10 referrals stand behind it, and rounded, so that it shows a place to stand and
nobody's own figure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

AGENCIES, REFERRALS = 5, 10  # at least so many stand behind a range

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """One thing that agencies are compared by. `of` gives its value and how many referrals it rests on, or nothing."""

    name: str
    label: str
    unit: str  # "%", "hours" or "of 100"
    to_the: int  # rounded to this


def _share(part: str, whole: str) -> Any:
    return lambda figures: (100 * figures[part] / figures[whole], figures[whole]) if figures[whole] else None


def _complete(figures: Figures) -> tuple[float, int] | None:
    return (figures["complete"]["mean"], figures["received"]) if figures["complete"] else None


def _hours(figures: Figures) -> tuple[float, int] | None:
    answered = figures["accepted"] + figures["declined"]
    return (figures["hours"], answered) if figures["hours"] is not None else None


def _clocks(figures: Figures) -> tuple[float, int] | None:
    held = sum(held for held, _ in figures["clocks"].values())
    return (100 * sum(kept for _, kept in figures["clocks"].values()) / held, held) if held else None


def _feedback(figures: Figures) -> tuple[float, int] | None:
    owed, in_time = figures["feedback"]
    return (100 * in_time / owed, owed) if owed else None


MEASURES: dict[str, dict[Measure, Any]] = {
    "source": {
        Measure("complete", "How complete", "of 100", 5): _complete,
        Measure("accepted", "Accepted", "%", 5): _share("accepted", "received"),
        Measure("rejected", "Rejected", "%", 5): _share("rejected", "received"),
        Measure("concluded", "Concluded", "%", 5): _share("concluded", "received"),
    },
    "receiver": {
        Measure("accepted", "Offers accepted", "%", 5): _share("accepted", "offers"),
        Measure("declined", "Offers declined", "%", 5): _share("declined", "offers"),
        Measure("expired", "Offers left to expire", "%", 5): _share("expired", "offers"),
        Measure("hours", "Hours to answer, the middle one", "hours", 1): _hours,
        Measure("clocks", "Clocks kept", "%", 5): _clocks,
        Measure("feedback", "Word to the source in time", "%", 5): _feedback,
    },
}


def values(side: str, figures: Figures) -> dict[str, float | None]:
    """What these figures come to, by each measure."""
    found = {measure.name: of(figures) for measure, of in MEASURES[side].items()}
    return {name: one and one[0] for name, one in found.items()}


def ranges(side: str, everybodys: Iterable[Figures]) -> dict[str, list[int]]:
    """The lower and the upper quarter of what agencies come to, by each measure that enough of them stand behind."""
    everybodys, found = list(everybodys), {}
    for measure, of in MEASURES[side].items():
        there = [one for one in map(of, everybodys) if one is not None]
        if len(there) >= AGENCIES and sum(referrals for _, referrals in there) >= REFERRALS:
            low, _, high = quantiles([value for value, _ in there], n=4, method="inclusive")
            found[measure.name] = [measure.to_the * round(end / measure.to_the) for end in (low, high)]
    return found
