"""What is known of a referral and of each agency when somebody decides where it goes? As values, kept with it.

Matching and planning read these and nothing else, so that what was decided can be decided again, and explained, long
after the agencies have changed. Identifiers are text; moments are kept with their zone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

# What kept an agency from a referral before, by the step or the end of an offer.
PAST = {
    "decline": "Declined this on {day}: {why}.",
    "return": "Returned this on {day}: {why}.",
    "expire": "Did not answer an offer of this by {day}.",
}


@dataclass(frozen=True)
class Task:
    """A referral, as far as it decides who can take it."""

    id: str
    reference: str
    environment: str
    harm_type: str
    jurisdiction: str  # "" where the place is not known
    band: str
    clock_from: datetime
    due_at: datetime
    source: str
    wished: str = ""  # the agency that the source asks for


@dataclass(frozen=True)
class Line:
    """One line of what an agency can do."""

    environment: str
    skill: str
    jurisdiction: str


@dataclass(frozen=True)
class Receiver:
    """An agency that may be asked. Points are its own measure of work: see `agencies.capacity`.

    points -- what it can take in this week; full_week -- in a week in which nobody is away, 0: it has not said.
    load -- what it has and was asked. opens -- the day on which a desk that is closed now opens next, in words; ""
    while it is open, or where its hours cannot be read.
    """

    id: str
    slug: str
    name: str
    lines: tuple[Line, ...] = ()
    points: int = 0
    load: int = 0
    full_week: int = 0
    opens: str = ""
    answers_at_night: bool = False  # somebody can be rung while the desk is closed

    @property
    def room(self) -> int:
        """How many points more, were it to accept all it was asked; never below nought."""
        return max(0, self.points - self.load)


@dataclass(frozen=True)
class Past:
    """What this agency did when it had this referral before."""

    step: str
    code: str
    says: str


@dataclass(frozen=True)
class Between:
    """What is so of this referral and this agency together.

    barred -- which term is missing, as a sentence; "" where an agreement covers it, and then `agreement` names it.
    weight -- how many of the agency's points it takes.
    """

    barred: str = ""
    agreement: str = ""
    weight: int = 1
    past: tuple[Past, ...] = ()


def written(task: Task) -> dict[str, Any]:
    """For keeping."""
    return asdict(task) | {"clock_from": task.clock_from.isoformat(), "due_at": task.due_at.isoformat()}


def kept_receivers(receivers: Iterable[Receiver]) -> list[dict[str, Any]]:
    """For keeping, in an order that does not depend on who asked."""
    return [asdict(receiver) for receiver in sorted(receivers, key=lambda receiver: receiver.id)]


def read_task(kept: Mapping[str, Any]) -> Task:
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("clock_from", "due_at")}
    return Task(**{**kept, **moments})


def read_receiver(kept: Mapping[str, Any]) -> Receiver:
    return Receiver(**{**kept, "lines": tuple(Line(**line) for line in kept["lines"])})


def read_between(kept: Mapping[str, Any]) -> Between:
    return Between(**{**kept, "past": tuple(Past(**one) for one in kept["past"])})
