"""Who is asked, and when? Four ways of working the same year. None of them passes a blocker that stands for good.

`fifo` knows neither risk nor fit, `shares` neither these nor who is full; `greedy` knows all of it but places one
after another; `ours` is the platform's own plan.
"""

import heapq
from collections.abc import Callable, Iterable

from bench.decisions.arrivals import moment
from bench.decisions.world import Policy, World
from referrals.routing.matching import URGENT
from referrals.routing.planning import propose
from referrals.rules import Rules

ALL = ("P1", "P2", "P3", "P4")


class Line:
    """What waits at the Centre, first in order first. Those that the same agencies may take stand in one row."""

    def __init__(self, order: Callable[[World, int], tuple[int, ...]]) -> None:
        self.order = order
        self.rows: dict[tuple, list[tuple[int, ...]]] = {}

    def join(self, world: World, referral: int) -> tuple:
        one = world.setting.referrals[referral]
        row = (one.band == "P1", *world.may(referral))
        heapq.heappush(self.rows.setdefault(row, []), (*self.order(world, referral), referral))
        return row

    def serve(
        self, world: World, choose: Callable[[World, int, list[int]], int], rows: Iterable, bands: tuple = ALL
    ) -> None:
        """Each in turn to whom `choose` names, until nobody who may take the first of a row has room."""
        heads = [(self.rows[row][0], row) for row in rows if self.rows[row]]
        heapq.heapify(heads)
        while heads:
            (*_, referral), row = heapq.heappop(heads)
            one = world.setting.referrals[referral]
            free = [
                agency
                for agency in world.may(referral)
                if world.room(agency) > 0 and not world.is_shut(referral, agency)
            ]
            if free and one.band in bands:
                heapq.heappop(self.rows[row])
                world.offer(referral, choose(world, referral, free))
                if self.rows[row]:
                    heapq.heappush(heads, (self.rows[row][0], row))


class Fifo:
    """In the order in which they came, at once and each hour, to the next agency in turn that may take it and has
    room."""

    def __init__(self) -> None:
        self.line = Line(lambda world, one: (world.setting.referrals[one].ready,))
        self.turn: dict[int, int] = {}  # when each was asked last
        self.asked = 0

    def arrived(self, world: World, referral: int) -> None:
        self.line.serve(world, self._next, [self.line.join(world, referral)])

    def hour(self, world: World) -> None:
        self.line.serve(world, self._next, self.line.rows)

    def _next(self, world: World, referral: int, free: list[int]) -> int:
        self.asked += 1
        chosen = min(free, key=lambda agency: (self.turn.get(agency, 0), agency))
        self.turn[chosen] = self.asked
        return chosen


class Shares:
    """At once, to the agency that may take it and was asked for the smallest share of its week so far. Nobody looks at
    what it holds now."""

    def __init__(self) -> None:
        self.asked: dict[int, int] = {}
        self.shut: list[int] = []

    def arrived(self, world: World, referral: int) -> None:
        free = [agency for agency in world.may(referral) if not world.is_shut(referral, agency)]
        if not free:
            self.shut.append(referral)
            return
        points = {agency: world.setting.agencies[agency].points for agency in free}
        chosen = min(free, key=lambda agency: (self.asked.get(agency, 0) / points[agency], agency))
        self.asked[chosen] = self.asked.get(chosen, 0) + 1
        world.offer(referral, chosen)

    def hour(self, world: World) -> None:
        waiting, self.shut = self.shut, []
        for referral in waiting:
            self.arrived(world, referral)


class Greedy:
    """The queue worked from the top, by risk and then by what is due first, when ours plans: each to the best fit that
    has room."""

    def __init__(self) -> None:
        self.line = Line(self._order)

    def arrived(self, world: World, referral: int) -> None:
        row = self.line.join(world, referral)
        if is_at_once(world, referral):
            self.line.serve(world, self._best, [row], URGENT)

    def hour(self, world: World) -> None:
        self.line.serve(world, self._best, self.line.rows, ALL if world.is_morning else URGENT)

    def _order(self, world: World, referral: int) -> tuple[int, ...]:
        one = world.setting.referrals[referral]
        return (one.band_number, one.due)

    def _best(self, world: World, referral: int, free: list[int]) -> int:
        fits = world.setting.fits[referral]
        loads = {agency: world.shops[agency].load / world.shops[agency].agency.points for agency in free}
        return min(free, key=lambda agency: (-fits[agency], loads[agency], agency))


class Ours:
    """`referrals.routing.planning.propose`: for a P1 at once, for what is urgent each hour, for all that waits each
    morning; after an offer that was not taken the next best by itself, as the rules say."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.waiting: dict[int, None] = {}

    def arrived(self, world: World, referral: int) -> None:
        self.waiting[referral] = None
        if is_at_once(world, referral):
            self._plan(world, [referral])

    def hour(self, world: World) -> None:
        bands = ALL if world.is_morning else URGENT
        asked = [one for one in self.waiting if world.setting.referrals[one].band in bands]
        for one in asked:
            world.offers[one] = 0  # the Centre decides anew
        if asked:
            self._plan(world, self._enough(world, asked))

    def _enough(self, world: World, asked: list[int]) -> list[int]:
        """Of those alike no more than there is room for: who is due first, of those not overdue and of those that are.
        More would not change the plan's worth, and a year of queues of thousands would take hours."""
        rows: dict[tuple, list[int]] = {}
        for one in asked:
            rows.setdefault((world.setting.referrals[one].due < world.now, *kind_of(world, one)), []).append(
                one
            )
        enough = []
        for row in rows.values():
            room = sum(max(0, world.room(agency)) for agency in world.may(row[0]))
            enough += sorted(row, key=lambda one: (world.setting.referrals[one].due, one))[:room]
        return sorted(enough)

    def _plan(self, world: World, asked: list[int]) -> None:
        setting = world.setting
        plan = propose(
            [setting.tasks[one] for one in asked if world.may(one)],
            [setting.receiver(number, shop.load, world.now) for number, shop in enumerate(world.shops)],
            lambda task, receiver: world.between(int(task.id), int(receiver.id)),
            self.rules,
            at=moment(world.now),
            kind=lambda task: kind_of(world, int(task.id)),
        )
        for line in plan.lines:
            if line.chosen:
                referral = int(line.task.id)
                del self.waiting[referral]
                world.offer(referral, int(line.chosen.receiver.id))


def kind_of(world: World, referral: int) -> tuple:
    """Referrals of one kind differ in their clock alone."""
    setting = world.setting
    return (setting.alike[referral], setting.wished[referral], *world.past[referral].items())


def is_at_once(world: World, referral: int) -> bool:
    """A P1 that was not offered yet, and what the rules offer to the next by themselves."""
    band, offers, rules = world.setting.referrals[referral].band, world.offers[referral], world.setting.rules
    return (offers == 0 and band == "P1") or (0 < offers < rules.most_offers and band in rules.next_after)


POLICIES: dict[str, type[Policy]] = {"fifo": Fifo, "shares": Shares, "greedy": Greedy, "ours": Ours}
