"""How much can an agency take in a week, and how much of that does one referral use? Pure: nothing is read here.

Capacity is counted in points. An agency says how many it has in a full week (the lines of what it can do), how many a
referral of a kind uses (its weights; one where it said nothing), and when it has fewer (planned absences). A week has
five days, Monday to Friday, each a fifth of its points. An absence takes its share of each day it holds; a day that the
agency does not work, such as a bank holiday it keeps, is away whole. Of a part of a point nothing is left: nobody is
promised what is not there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

WORKING_DAYS = 5
WHOLE = 100  # per cent
USUAL_WEIGHT = 1


class Kind(Protocol):
    """A line of weights: what a referral of this kind uses. "" stands for any."""

    @property
    def environment(self) -> str: ...
    @property
    def harm_type(self) -> str: ...
    @property
    def band(self) -> str: ...
    @property
    def weight(self) -> int: ...


class Away(Protocol):
    """A planned absence, from its first day to its last. Its environment "" is the whole agency."""

    @property
    def environment(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def share(self) -> int: ...


class Line(Protocol):
    """A line of what an agency can do."""

    @property
    def environment(self) -> str: ...
    @property
    def skill(self) -> str: ...
    @property
    def jurisdiction(self) -> str: ...
    @property
    def weekly_capacity(self) -> int: ...


def weight_of(weights: Sequence[Kind], environment: str, harm_type: str, band: str) -> int:
    """The points that one referral of this kind uses.

    The line that names most of it counts. Of lines that name as much, one by harm goes before one by band, and that
    before one by environment. What is not known of a referral ("") fits only a line that asks for any.
    """
    fitting = [
        line
        for line in weights
        if line.environment in ("", environment)
        and line.harm_type in ("", harm_type)
        and line.band in ("", band)
    ]
    return max(fitting, key=_exactness).weight if fitting else USUAL_WEIGHT


def _exactness(line: Kind) -> tuple[int, bool, bool, bool]:
    named = (bool(line.harm_type), bool(line.band), bool(line.environment))
    return (sum(named), *named)


def points_for(
    weekly: int,
    absences: Sequence[Away],
    environment: str,
    *,
    week_of: date,
    not_worked: Collection[date] = (),
) -> int:
    """What is left of these weekly points in the week that holds `week_of`, from Monday to Sunday.

    Absences of the whole agency count, and those of this environment. On one day together they take the whole day at
    most. `not_worked` are the days on which the agency works nothing.
    """
    counting = [absence for absence in absences if absence.environment in ("", environment)]
    away = sum(
        WHOLE
        if day in not_worked
        else min(WHOLE, sum(one.share for one in counting if one.starts_on <= day <= one.ends_on))
        for day in working_days(week_of)
    )
    whole = WORKING_DAYS * WHOLE
    return weekly * (whole - away) // whole


def working_days(week_of: date) -> list[date]:
    """Monday to Friday of that week, bank holidays among them."""
    monday = week_of - timedelta(days=week_of.weekday())
    return [monday + timedelta(days=step) for step in range(WORKING_DAYS)]


@dataclass(frozen=True)
class Capacity:
    """One agency's: its points in a full week by environment, its weights, its planned absences, and its lines."""

    weekly: Mapping[str, int] = field(default_factory=dict)
    weights: Sequence[Kind] = ()
    absences: Sequence[Away] = ()
    lines: Sequence[Line] = ()

    @property
    def full_week(self) -> int:
        """The points of a week in which nobody is away."""
        return sum(self.weekly.values())

    def points_in_week(self, on: date, not_worked: Collection[date] = (), *, environment: str = "") -> int:
        """The points of the week that holds the day: of one environment, or of all together."""
        asked = [environment] if environment else list(self.weekly)
        return sum(
            points_for(self.weekly.get(each, 0), self.absences, each, week_of=on, not_worked=not_worked)
            for each in asked
        )

    def weight_of(self, environment: str, harm_type: str, band: str) -> int:
        return weight_of(self.weights, environment, harm_type, band)


def capacity_of(lines: Sequence[Line], weights: Sequence[Kind], absences: Sequence[Away]) -> Capacity:
    """An agency's, from the lines of what it can do."""
    weekly: dict[str, int] = {}
    for line in lines:
        weekly[line.environment] = weekly.get(line.environment, 0) + line.weekly_capacity
    return Capacity(weekly, weights, absences, lines)
