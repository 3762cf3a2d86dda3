"""Where does each of these referrals go, all taken together, and why there? The plan that a coordinator is shown.

What is gained is fit, weighed by risk and by how much of the clock has gone; nobody is offered more than they have room
for, and nothing is planned past a blocker. Pure: the same facts give the same plan.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from operator import itemgetter

import numpy as np

from referrals.routing.facts import Between, Receiver, Task
from referrals.routing.matching import Match, begins, less_if_late, listed, match, ranked
from referrals.routing.solving import Problem, Room, greedy, solve
from referrals.rules import Rules

FIFTHS = 5
WHOLE = 100  # of a clock, in hundredths
OTHERS = 3  # how many other agencies a line names

Knows = Callable[[Task, Receiver], Between]
Kind = Callable[[Task], object]
_NO_PAIRS, _NONE = np.empty((0, 2), np.int64), np.empty(0, np.int64)


@dataclass(frozen=True)
class Placed:
    """One line of a plan. `chosen` is None where it stays, and `stays` then says why."""

    task: Task
    chosen: Match | None
    stays: str
    others: tuple[Match, ...]  # the next best, best first

    @property
    def is_late(self) -> bool:
        return self.chosen.is_late if self.chosen else False


@dataclass(frozen=True)
class Proposal:
    """A plan, what it is worth, what the best could be worth at most, and what working the queue from the top gives."""

    lines: tuple[Placed, ...]
    worth: int
    bound: int
    greedy: int
    pairs: int


def propose(
    tasks: Iterable[Task],
    receivers: Iterable[Receiver],
    knows: Knows,
    rules: Rules,
    *,
    at: datetime,
    kind: Kind = lambda task: task.id,
) -> Proposal:
    """The best use of everybody's room. `kind` may say which tasks are alike in all but their clock: it saves time."""
    tasks = sorted(tasks, key=lambda task: (task.reference, task.id))
    receivers = sorted(receivers, key=lambda receiver: receiver.id)
    alike: dict[object, list[Match]] = {}
    fits = [_alike(task, receivers, knows, rules, at, alike, kind(task)) for task in tasks]
    problem = problem_of(tasks, receivers, fits, rules, at=at)
    found = solve(problem)
    order = sorted(range(len(tasks)), key=lambda one: (-rules.risk[tasks[one].band], tasks[one].due_at, one))
    lines = tuple(
        _line(task, receivers[goes] if goes >= 0 else None, every, rules, at)
        for task, every, goes in zip(tasks, fits, found.goes, strict=True)
    )
    return Proposal(lines, found.worth, found.bound, greedy(problem, order).worth, len(problem.pairs))


def problem_of(
    tasks: Sequence[Task],
    receivers: Sequence[Receiver],
    fits: Sequence[list[Match]],
    rules: Rules,
    *,
    at: datetime,
) -> Problem:
    """What is solved: every pair that nothing keeps apart, with what it gains and what it takes."""
    numbers = {receiver.id: number for number, receiver in enumerate(receivers)}
    starts = {
        band: np.array([begins(one, band, at).timestamp() for one in receivers])
        for band in sorted({task.band for task in tasks})
    }
    columns: dict[int, tuple[np.ndarray, ...]] = {}
    pairs, gains, weights = [_NO_PAIRS], [_NONE], [_NONE]
    for number, (task, every) in enumerate(zip(tasks, fits, strict=True)):
        if id(every) not in columns:
            columns[id(every)] = _columns(every, numbers, rules)
        agencies, points, when_late, taken = columns[id(every)]
        late = starts[task.band][agencies] > task.due_at.timestamp()
        pairs.append(np.column_stack([np.full(len(agencies), number), agencies]))
        gains.append(np.where(late, when_late, points) * (rules.risk[task.band] * urgency(task, at)))
        weights.append(taken)
    rooms = [room_of(receiver, rules) for receiver in receivers]
    return Problem(len(tasks), rooms, *map(np.concatenate, (pairs, gains, weights)))


def urgency(task: Task, at: datetime) -> int:
    """From 100 when its clock starts to 200 when it has run out: of two alike, the one that is due first goes first."""
    whole = (task.due_at - task.clock_from).total_seconds()
    gone = (at - task.clock_from).total_seconds()
    return WHOLE + (max(0, min(WHOLE, int(WHOLE * gone / whole))) if whole > 0 else WHOLE)


def room_of(receiver: Receiver, rules: Rules) -> Room:
    """What is left of its week; each fifth of it that is taken makes the next dearer, so that equals share."""
    steps = []
    for fifth in range(FIFTHS):
        begin, end = (receiver.points * (fifth + one) // FIFTHS for one in (0, 1))
        if (size := end - max(begin, receiver.load)) > 0:
            steps.append((size, rules.fairness * fifth * WHOLE))
    return Room(tuple(steps))


def with_room_for(receivers: Iterable[Receiver], added: dict[str, int]) -> list[Receiver]:
    """The agencies as they would be with so many points more each."""
    return [replace(one, load=one.load + added.get(one.id, 0)) for one in receivers]


def _alike(
    task: Task,
    receivers: Sequence[Receiver],
    knows: Knows,
    rules: Rules,
    at: datetime,
    known: dict[object, list[Match]],
    key: object,
) -> list[Match]:
    """Every agency for a task of this kind, as if there were time enough: how late one is differs from task to task."""
    if key not in known:
        in_time = replace(task, due_at=datetime.max.replace(tzinfo=at.tzinfo))
        between = {one.id: knows(task, one) for one in receivers}
        known[key] = ranked(in_time, receivers, between, rules, at=at)
    return known[key]


def _columns(every: Iterable[Match], numbers: dict[str, int], rules: Rules) -> tuple[np.ndarray, ...]:
    """The agencies that nothing keeps from it: their numbers, their fit in time and late, what it takes of them."""
    free = sorted(((numbers[one.receiver.id], one) for one in every if not one.blockers), key=itemgetter(0))
    rows = [(n, one.points, less_if_late(one.points, True, rules), one.between.weight) for n, one in free]
    return tuple(np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def _line(task: Task, to: Receiver | None, every: Sequence[Match], rules: Rules, at: datetime) -> Placed:
    """A task with its agency and the next best, or with why it stays."""
    others = tuple(islice((one for one in every if to is None or one.receiver.id != to.id), OTHERS))
    if to is None:
        return Placed(task, None, why_it_stays(every), others)
    between = next(one.between for one in every if one.receiver.id == to.id)
    return Placed(task, match(task, to, between, rules, at=at), "", others)


def why_it_stays(every: Sequence[Match]) -> str:
    """Why no agency gets it, as a sentence: nobody may, nobody can, or their room is used for what weighs more."""
    if not every:
        return "No agency takes part that could be asked."
    best = every[0]
    if best.is_forbidden:
        return f"No agency can be offered this. {best.blockers[0].says}"
    if best.blockers:
        return f"{best.receiver.name} comes nearest. {best.blockers[0].says}"
    names = [one.receiver.name for one in every if not one.blockers]
    named = names if len(names) < 4 else [*names[:2], f"{len(names) - 2} more"]
    return f"The room of {listed(named)} goes to what weighs more."
