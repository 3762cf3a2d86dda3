"""What could anybody have done who knew the whole year beforehand? A bound that no policy can pass.

A min-cost flow over the year: each referral goes to an agency and a week in which it is begun, or to nobody, and gains
there what `Setting.gain` says, the very sum that the table reports. It is a bound because whatever a policy brings
about in `world.World` is one of the flows that are allowed here, at the same worth:

- A referral is begun at most once, by an agency that can take it and does not decline it: the arcs there are. Who
  declines is drawn for the referral and the agency and does not depend on when it is asked, so it is known.
- It is begun after it was triaged: its arcs lead to the week of that moment or a later one. It counts as begun in time
  up to the end of the week in which it is due, which is later than the clock says; from that week on it may be begun
  late, for what is late gains.
- An agency works one at a time. In a week it works off at most its points, none in a week in which it is dark. Send
  each referral along the week in which it was begun and draw its work from the weeks in which it was done: at most one
  that is neither done nor a P1 goes over into the next week, for only a P1 interrupts. So the arc from a week to the
  next takes one, and the last week gives one more.
- A P1 is begun when its agency accepts it: not before the answer to an offer made when it was triaged. Here it takes
  nobody's time, and goes to whom it gains most.

Everything a policy gains is so gained by a flow that is allowed, and a min-cost flow with whole capacities finds the
best of all flows, cut ones among them. What is left out (working hours, waiting for answers, what a P1 takes) only
makes the bound greater than what anybody can reach.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from bench.decisions.desks import WEEK
from bench.decisions.setting import Setting

LONGEST = 5  # weeks from triage to the end of a clock, at most
PLANNED = ("P2", "P3", "P4")  # a P1 is reckoned by itself
Gain = Callable[[int, int, bool], int]  # of a referral, at an agency, late or not


@dataclass(frozen=True)
class Bound:
    """No policy is worth more. `kept`, `fit` and `unplaced` are those of one flow of that worth."""

    objective: int
    kept: dict[str, float]
    fit: float
    unplaced: float


@dataclass(frozen=True)
class Group:
    """Referrals which this reckoning cannot tell apart: the first of them, and the weeks of triage and of the clock's
    end. `counts` where the clock runs out within the year."""

    first: int
    week: int
    due: int
    counts: bool


def bound_of(setting: Setting) -> Bound:
    """The greatest weighted objective."""
    groups = _groups(setting, PLANNED)
    flows = _solved(setting, groups, lambda one, agency, late: setting.gain(one, agency, late=late))
    objective = fits = begun = 0
    kept, counted = Counter(), Counter()
    for group, many in groups.items():
        counted[setting.referrals[group.first].band] += many * group.counts
    for group, agency, late, many in flows:
        band = setting.referrals[group.first].band
        objective += many * setting.gain(group.first, agency, late=late)
        fits += many * setting.fits[group.first][agency]
        begun += many
        kept[band] += many * (group.counts and not late)
    for one, agency, in_time in _p1(setting):
        counts = setting.referrals[one].due < setting.ends
        counted["P1"] += counts
        kept["P1"] += counts and in_time
        if agency >= 0:
            objective += setting.gain(one, agency, late=not in_time)
            fits += setting.fits[one][agency]
            begun += 1
    shares = {band: kept[band] / counted[band] for band in ("P1", *PLANNED) if counted[band]}
    return Bound(objective, shares, fits / begun, 1 - begun / len(setting.referrals))


def most_kept(setting: Setting) -> dict[str, float]:
    """Of each band, the greatest share of its clocks that anybody could keep who had nothing else to do."""
    found = {}
    p1 = [in_time for one, _, in_time in _p1(setting) if setting.referrals[one].due < setting.ends]
    if p1:
        found["P1"] = sum(p1) / len(p1)
    for band in PLANNED:
        groups = {group: many for group, many in _groups(setting, (band,)).items() if group.counts}
        if groups:
            flows = _solved(setting, groups, lambda one, agency, late: int(not late))
            found[band] = sum(many for *_, late, many in flows if not late) / sum(groups.values())
    return found


def _p1(setting: Setting) -> Iterable[tuple[int, int, bool]]:
    """Each P1, to whom it goes (-1: nobody would answer within the year), and whether that is in time."""
    for one in setting.referrals:
        if one.band == "P1":
            best = (0, -1, False)
            for agency in setting.takers(one.number):
                answer = setting.answers_at(one.number, agency, one.ready)
                if answer < setting.ends:
                    in_time = answer <= one.due
                    best = max(best, (setting.gain(one.number, agency, late=not in_time), agency, in_time))
            yield one.number, best[1], best[2]


def _groups(setting: Setting, bands: tuple[str, ...]) -> dict[Group, int]:
    """How many there are of each."""
    known: dict[tuple, Group] = {}
    found: dict[Group, int] = {}
    last = setting.weeks - 1
    for one in setting.referrals:
        if one.band in bands and one.ready < setting.ends:
            week, due = one.ready // WEEK, min(one.due // WEEK, last)
            takers = (*setting.alike[one.number], setting.wished[one.number], *setting.takers(one.number))
            key = (takers, week, due, one.due < setting.ends)
            if key not in known:
                known[key] = Group(one.number, week, due, one.due < setting.ends)
            group = known[key]
            found[group] = found.get(group, 0) + 1
    return found


class _Network:
    """Nodes by name, and arcs."""

    def __init__(self) -> None:
        self.nodes: dict[tuple, int] = {}
        self.arcs: list[tuple[int, int, int, int]] = []  # from, to, how many, cost

    def arc(self, tail: tuple, head: tuple, many: int, gain: int = 0) -> int:
        tail_number, head_number = (self.nodes.setdefault(node, len(self.nodes)) for node in (tail, head))
        self.arcs.append((tail_number, head_number, many, -gain))
        return len(self.arcs) - 1

    def flows(self, supplies: dict[tuple, int]) -> np.ndarray:
        tails, heads, many, costs = np.array(self.arcs, dtype=np.int64).T
        graph = min_cost_flow.SimpleMinCostFlow()
        arcs = graph.add_arcs_with_capacity_and_unit_cost(tails, heads, many, costs)
        for node, supply in supplies.items():
            graph.set_node_supply(self.nodes[node], supply)
        if graph.solve() != graph.OPTIMAL:
            raise RuntimeError("The flow has no answer; it always has one: everything may stay.")
        return graph.flows(arcs)


def _solved(setting: Setting, groups: dict[Group, int], gain: Gain) -> list[tuple[Group, int, bool, int]]:
    """How many of each group go to each agency, late or not, in the best flow."""
    network, all_of_them = _Network(), sum(groups.values())
    _weeks(setting, network, all_of_them)
    meant: list[tuple[int, Group, int, bool]] = []  # arcs that say where a group goes
    supplies: dict[tuple, int] = {("nobody",): -all_of_them}
    for number, (group, many) in enumerate(groups.items()):
        here = ("group", number)
        supplies[here] = many
        network.arc(here, ("nobody",), many)
        for agency in setting.takers(group.first):
            worth = gain(group.first, agency, False)
            arc = network.arc(here, ("in time", agency, group.due, group.week), many, worth)
            meant.append((arc, group, agency, False))
        if group.counts:
            for agency in setting.takers(group.first):
                worth = gain(group.first, agency, True)
                if worth:
                    arc = network.arc(here, ("late", agency, group.due), many, worth)
                    meant.append((arc, group, agency, True))
    flows = network.flows(supplies)
    return [(group, agency, late, int(flows[arc])) for arc, group, agency, late in meant if flows[arc]]


def _weeks(setting: Setting, network: _Network, most: int) -> None:
    """What each agency can begin in each week; who waits there goes from week to week."""
    last = setting.weeks - 1
    for agency, one in enumerate(setting.agencies):
        starts, ends = setting.desks[agency].dark
        for week in range(setting.weeks):
            works = ("works", agency, week)
            is_dark = starts <= week * WEEK < ends
            network.arc(works, ("nobody",), 0 if is_dark else one.points)
            network.arc(works, ("works", agency, week + 1) if week < last else ("nobody",), 1)
            network.arc(("late", agency, week), works, most)
            if week < last:
                network.arc(("late", agency, week), ("late", agency, week + 1), most)
            for due in range(week, min(week + LONGEST, last) + 1):
                network.arc(("in time", agency, due, week), works, most)
                if week < due:
                    network.arc(("in time", agency, due, week), ("in time", agency, due, week + 1), most)
