"""Had these rules been in force, who would have got what, and which clocks would have broken? A pure function of what
was known at the time.

The referrals come again as they came. What comes within an hour is placed together, as a plan places it; a P1 is placed
at once; what stays is tried again with the next. An agency takes what it is offered and works it off, day and night, at
the pace that it said. A clock breaks where a referral would be begun after it was due, or stays past that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from referrals.routing.facts import Between, Receiver, Task
from referrals.routing.matching import WEEK, begins
from referrals.routing.planning import propose
from referrals.rules import Rules

URGENT = "P1"
NOT_THERE = "It did not take part at the time."


@dataclass(frozen=True)
class Arrival:
    """A referral as it came to be placed, and what was known then of every agency. `went_to`: "" nobody yet."""

    at: datetime
    task: Task
    receivers: tuple[Receiver, ...]
    between: Mapping[str, Between]
    went_to: str = ""
    broke: bool = False  # its clock did break


@dataclass
class Course:
    """What would have become of all of them. `went` has an agency for each that was placed; `fit` its points."""

    went: dict[str, str] = field(default_factory=dict)
    fit: dict[str, int] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    fullest: dict[str, int] = field(default_factory=dict)  # of each agency’s week, per cent


def replay(
    arrivals: Sequence[Arrival],
    rules: Rules,
    *,
    until: datetime,
    goes_on: Callable[[int, int], bool] = lambda done, of: True,
) -> Course | None:
    """The course of these arrivals under the rules. None where `goes_on`, asked after each lot, said to stop."""
    lots = list(_lots(sorted(arrivals, key=lambda one: (one.at, one.task.id))))
    course, desks, waiting = Course(), _Desks(), []
    for number, lot in enumerate(lots, 1):
        at = lot[-1].at
        desks.come_to(at, before=lot[0].receivers, now=lot[-1].receivers)
        waiting = _place([*waiting, *lot], desks, rules, course, at)
        if not goes_on(number, len(lots)):
            return None
    course.late |= {one.task.id for one in waiting if one.task.due_at < until}
    return course


def again(arrivals: Iterable[Arrival], times: int) -> list[Arrival]:
    """Each as often as that: a surge. The first keeps its name."""
    return [
        one if copy == 1 else replace(one, task=replace(one.task, id=f"{one.task.id}#{copy}"))
        for one in arrivals
        for copy in range(1, times + 1)
    ]


def _lots(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """What is placed together: what came in one hour of the clock, up to and with a P1."""
    lot: list[Arrival] = []
    for one in arrivals:
        if lot and _hour(one.at) != _hour(lot[-1].at):
            yield lot
            lot = []
        lot.append(one)
        if one.task.band == URGENT:
            yield lot
            lot = []
    if lot:
        yield lot


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


class _Desks:
    """The agencies as time goes by: what each has before it, worked off at its pace. In fractions, so that it comes out
    the same everywhere."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.has: dict[str, Fraction] = {}
        self.now: dict[str, Receiver] = {}

    def come_to(self, at: datetime, *, before: Iterable[Receiver], now: Iterable[Receiver]) -> None:
        """Work until then. One that is met for the first time has what it had before any of this lot."""
        if self.at is not None:
            gone = Fraction((at - self.at) // _SECOND, WEEK // _SECOND)
            for key, one in self.now.items():
                self.has[key] = max(Fraction(0), self.has[key] - one.points * gone)
        self.at = at
        self.now = {one.id: one for one in now}
        had = {one.id: one.load for one in before}
        for key, one in self.now.items():
            self.has.setdefault(key, Fraction(had.get(key, one.load)))

    def give(self, receiver: str, weight: int) -> None:
        self.has[receiver] += weight

    def receivers(self) -> list[Receiver]:
        """With what each has of this week, a part of a point as a whole one."""
        return [replace(one, load=-(-self.has[key] // 1)) for key, one in self.now.items()]


_SECOND = WEEK / (7 * 24 * 3600)


def _place(lot: list[Arrival], desks: _Desks, rules: Rules, course: Course, at: datetime) -> list[Arrival]:
    """Place what can be placed; what cannot waits."""
    by_task = {one.task.id: one for one in lot}
    receivers = desks.receivers()

    def knows(task: Task, receiver: Receiver) -> Between:
        return by_task[task.id].between.get(receiver.id) or Between(barred=NOT_THERE)

    proposal = propose([one.task for one in lot], receivers, knows, rules, at=at)
    waiting = []
    for line in proposal.lines:
        chosen, key = line.chosen, line.task.id
        if chosen is None:
            waiting.append(by_task[key])
            continue
        desks.give(chosen.receiver.id, chosen.between.weight)
        course.went[key], course.fit[key] = chosen.receiver.id, chosen.points
        if begins(chosen.receiver, line.task.band, at) > line.task.due_at:
            course.late.add(key)
    for one in desks.receivers():
        if one.points:
            course.fullest[one.id] = max(course.fullest.get(one.id, 0), 100 * one.load // one.points)
    return waiting
