"""Which referral goes to which agency, so that the sum of what is gained is greatest and nobody is over capacity?

Each referral goes to one agency or stays; each agency holds so many points, and a referral takes some of them; the
fuller an agency gets, the more each further point costs, so that equals share. Where every referral takes one point
this is a min-cost flow, and its answer is the best there is. Where they take more, a referral cannot be cut in two and
the flow is a bound only: a problem of up to `EXACT` pairs is then settled by CP-SAT. Of a greater one the better is
taken of the flow rounded and of working from what gains most, and the answer says how far from the best it can be at
most. The same problem always gives the same answer.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from math import lcm

import numpy as np
from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

EXACT = 6000  # pairs
EFFORT = 4.0  # CP-SAT's own measure of work, the same on every machine; about seconds


@dataclass(frozen=True)
class Room:
    """An agency's capacity as steps of (points, what one of them costs), each dearer than the one before."""

    steps: tuple[tuple[int, int], ...]

    @property
    def points(self) -> int:
        return sum(size for size, _ in self.steps)

    def costs(self) -> list[int]:
        """What no point costs, one, two, and so on."""
        prices = chain.from_iterable(repeat(price, size) for size, price in self.steps)
        return list(accumulate(prices, initial=0))

    def cost(self, taken: int) -> int:
        """What so many points cost."""
        total = 0
        for size, price in self.steps:
            total += min(taken, size) * price
            taken = max(0, taken - size)
        return total


@dataclass(frozen=True)
class Problem:
    """`gains` and `weights` for each pair that nothing forbids; all whole, and above nought."""

    referrals: int
    rooms: Sequence[Room]
    pairs: np.ndarray  # shape (n, 2): the numbers of a referral and an agency; in order, without doubles
    gains: np.ndarray  # shape (n,)
    weights: np.ndarray  # shape (n,)


@dataclass(frozen=True)
class Solution:
    """`goes` is the agency of each referral, -1 where it stays. No answer is worth more than `bound`."""

    goes: list[int]
    worth: int
    bound: int

    @property
    def is_best(self) -> bool:
        return self.worth == self.bound

    @property
    def gap(self) -> float:
        """By what share the best could be better, at most."""
        return (self.bound - self.worth) / self.bound if self.bound else 0.0


def solve(problem: Problem) -> Solution:
    """The best answer, or a good one with its bound."""
    if not len(problem.pairs):
        return Solution([-1] * problem.referrals, 0, 0)
    flow, bound = _flow(problem, [room.steps for room in problem.rooms], np.ones(problem.referrals, bool))
    goes = _whole(problem, flow)
    if worth(problem, goes) == bound:
        return Solution(goes, bound, bound)
    goes = _good(problem, goes)
    if len(problem.pairs) <= EXACT:
        return _settled(problem, goes, bound)
    return Solution(goes, worth(problem, goes), bound)


def greedy(problem: Problem, order: Sequence[int] | None = None) -> Solution:
    """What a queue worked from the top does, for comparing: each in turn to whoever gains most and still has room."""
    order = order if order is not None else range(problem.referrals)
    goes = _filled(problem, [-1] * problem.referrals, order, _choices(problem))
    return Solution(goes, worth(problem, goes), worth(problem, goes))


def worth(problem: Problem, goes: Sequence[int]) -> int:
    """What an answer is worth: what it gains, less what its loads cost. Raises ValueError where it is none."""
    chosen = _chosen(problem, goes)
    taken = _taken(problem, chosen)
    for agency, (room, points) in enumerate(zip(problem.rooms, taken, strict=True)):
        if points > room.points:
            raise ValueError(f"Agency {agency} is over capacity.")
    return int(problem.gains[chosen].sum()) - sum(map(Room.cost, problem.rooms, taken))


def _flow(
    problem: Problem, rooms: Sequence[Sequence[tuple[int, int]]], asked: np.ndarray
) -> tuple[np.ndarray, int]:
    """Referrals cut into points flow to agencies: the points on each pair, and a bound on what any answer is worth.

    A referral is as large as it is to the agency it is least to: so no answer is left out.
    """
    n, pairs = problem.referrals, problem.pairs
    size = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(size, pairs[:, 0], problem.weights)
    size[~asked | (size == np.iinfo(np.int64).max)] = 0
    scale = lcm(*map(int, np.unique(size[size > 0]))) if size.any() else 1
    sink = n + len(problem.rooms)
    here = size[pairs[:, 0]]
    graph = min_cost_flow.SimpleMinCostFlow()
    per_point = problem.gains * scale // np.maximum(here, 1)
    arcs = graph.add_arcs_with_capacity_and_unit_cost(pairs[:, 0], n + pairs[:, 1], here, -per_point)
    every = np.arange(n)
    graph.add_arcs_with_capacity_and_unit_cost(every, np.full(n, sink), size, np.zeros(n, int))
    steps = [
        (n + agency, points, price * scale) for agency, room in enumerate(rooms) for points, price in room
    ]
    if steps:
        tails, points, prices = map(np.array, zip(*steps, strict=True))
        graph.add_arcs_with_capacity_and_unit_cost(tails, np.full(len(steps), sink), points, prices)
    graph.set_nodes_supplies(np.append(every, sink), np.append(size, -size.sum()))
    if graph.solve() != graph.OPTIMAL:
        raise RuntimeError("The flow has no answer; it always has one: everything may stay.")
    return graph.flows(arcs), -graph.optimal_cost() // scale


def _whole(problem: Problem, flow: np.ndarray) -> list[int]:
    """The referrals that went to one agency whole, as long as there is room for what they really take."""
    goes, room = [-1] * problem.referrals, [one.points for one in problem.rooms]
    flowing = np.flatnonzero(flow)
    used = np.bincount(problem.pairs[flowing, 0], minlength=problem.referrals)
    dearest = flowing[np.argsort(-problem.gains[flowing], kind="stable")]
    rows = zip(problem.pairs[dearest].tolist(), problem.weights[dearest].tolist(), strict=True)
    for (referral, agency), weight in rows:
        if used[referral] == 1 and room[agency] >= weight:
            goes[referral] = agency
            room[agency] -= weight
    return goes


def _good(problem: Problem, whole: list[int]) -> list[int]:
    """A good answer: to what the flow left whole, or from the very beginning, what gains most first; the better."""
    gains = np.zeros(problem.referrals, np.int64)
    np.maximum.at(gains, problem.pairs[:, 0], problem.gains)
    order = np.argsort(-gains, kind="stable").tolist()
    choices = _choices(problem)
    answers = (_filled(problem, start, order, choices) for start in (whole, [-1] * problem.referrals))
    return max(answers, key=lambda goes: worth(problem, goes))


def _choices(problem: Problem) -> list[list[tuple[int, int, int]]]:
    """For each referral, what it gains at which agency and what it takes of it."""
    choices: list[list[tuple[int, int, int]]] = [[] for _ in range(problem.referrals)]
    rows = zip(problem.pairs.tolist(), problem.gains.tolist(), problem.weights.tolist(), strict=True)
    for (referral, agency), gain, weight in rows:
        choices[referral].append((gain, agency, weight))
    return choices


def _filled(
    problem: Problem,
    goes: Sequence[int],
    order: Sequence[int],
    choices: Sequence[Sequence[tuple[int, int, int]]],
) -> list[int]:
    """Each that stays, in this order, to whoever gains most and still has room, while it is worth what that costs."""
    goes, room = list(goes), _left(problem, goes)
    whole = [one.points for one in problem.rooms]
    costs = [one.costs() for one in problem.rooms]
    for referral in order:
        if goes[referral] >= 0:
            continue
        best = (0, -1, 0)
        for gain, agency, weight in choices[referral]:
            if room[agency] >= weight:
                taken, cost = whole[agency] - room[agency], costs[agency]
                net = gain - cost[taken + weight] + cost[taken]
                if net > best[0]:
                    best = (net, agency, weight)
        if best[1] >= 0:
            goes[referral] = best[1]
            room[best[1]] -= best[2]
    return goes


def _settled(problem: Problem, start: Sequence[int], bound: int) -> Solution:
    """The best answer by CP-SAT, beginning with a good one; with its bound where the effort did not suffice."""
    model = cp_model.CpModel()
    goes = [model.new_bool_var("") for _ in problem.pairs]
    of_referral: dict[int, list] = defaultdict(list)
    of_agency: dict[int, list] = defaultdict(list)
    rows = zip(goes, problem.pairs.tolist(), problem.weights.tolist(), strict=True)
    for variable, (referral, agency), weight in rows:
        of_referral[referral].append(variable)
        of_agency[agency].append(weight * variable)
        model.add_hint(variable, start[referral] == agency)
    for variables in of_referral.values():
        model.add_at_most_one(variables)
    costs = []
    for agency, taken in of_agency.items():
        parts = [(model.new_int_var(0, size, ""), price) for size, price in problem.rooms[agency].steps]
        model.add(sum(taken) == sum(part for part, _ in parts))
        costs += [price * part for part, price in parts if price]
    model.maximize(
        sum(gain * one for gain, one in zip(problem.gains.tolist(), goes, strict=True)) - sum(costs)
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = EFFORT
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solution(list(start), worth(problem, start), bound)
    answer = [-1] * problem.referrals
    for variable, (referral, agency) in zip(goes, problem.pairs.tolist(), strict=True):
        if solver.boolean_value(variable):
            answer[referral] = agency
    found, proven = worth(problem, answer), min(bound, round(solver.best_objective_bound))
    return Solution(answer, found, proven)


def _left(problem: Problem, goes: Sequence[int]) -> list[int]:
    taken = _taken(problem, _chosen(problem, goes))
    return [room.points - points for room, points in zip(problem.rooms, taken, strict=True)]


def _taken(problem: Problem, chosen: np.ndarray) -> list[int]:
    agencies, weights = problem.pairs[chosen, 1], problem.weights[chosen]
    return np.bincount(agencies, weights, minlength=len(problem.rooms)).astype(int).tolist()


def _chosen(problem: Problem, goes: Sequence[int]) -> np.ndarray:
    """The numbers of the pairs that an answer chooses. Raises ValueError where it goes where it may not."""
    width = max(len(problem.rooms), 1)
    agencies = np.asarray(goes, dtype=np.int64)
    referrals = np.flatnonzero(agencies >= 0)
    wanted, known = referrals * width + agencies[referrals], problem.pairs[:, 0] * width + problem.pairs[:, 1]
    found = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    if not np.array_equal(known[found], wanted):
        raise ValueError("A referral goes to an agency that it may not go to.")
    return found
