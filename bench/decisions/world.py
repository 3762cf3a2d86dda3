"""What happens? The year as it would go under a policy: offers, answers, work begun and done, second by second.

A policy decides which referral is offered to whom and when; everything else is the same for every policy. An agency
answers an offer, declines it, or lets it lapse. It works on one after another, at the pace of its weekly points, while
its desk is open: on a P1 at once, for which it drops what it does; then on P2; then on what the platform reminds it
of, with a quarter of the clock left; then on P3 and P4, and of each band on what is due first. A clock is kept when
work begins by the time it is due.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bench.decisions.agencies import Agency
from bench.decisions.desks import DAY, HOUR, Desk
from bench.decisions.setting import Setting
from referrals.routing.facts import PAST, Between, Past

MORNING = 9 * HOUR
WAITING, OFFERED, HELD, BEGUN, DONE = range(5)
ARRIVED, ANSWERED, STARTS, FINISHED, THE_HOUR = range(5)
LESS_URGENT = (2, 3)  # in a job's order: what is neither P1 nor P2, nor begun before


class Policy(Protocol):
    """What decides. Each of its methods is told of a moment and may make offers."""

    def arrived(self, world: "World", referral: int) -> None:
        """It was triaged, or is back after an offer that was not taken."""

    def hour(self, world: "World") -> None:
        """A full hour. `world.is_morning` says whether the day's plan is due."""


@dataclass(order=True)
class Job:
    """A referral in an agency's hands; first in order is done first."""

    order: tuple[int, ...]
    referral: int = field(compare=False)
    left: int = field(compare=False)  # seconds of open time
    taken: bool = field(compare=False, default=False)


class Shop:
    """The work of one agency: one thing at a time."""

    def __init__(self, agency: Agency, desk: Desk) -> None:
        self.agency, self.desk = agency, desk
        self.waiting: list[Job] = []
        self.reminded: list[tuple[int, int, Job]] = []  # P3 and P4 that wait, by when they are reminded of
        self.current: Job | None = None
        self.since = 0
        self.turn = 0  # so that an event of a job that was dropped is known as such
        self.load = 0
        self.counted_at = 0
        self.over = 0  # points above its week, times seconds

    def took(self, points: int, at: int) -> None:
        """It holds so many points more, or less."""
        self.over += max(0, self.load - self.agency.points) * (at - self.counted_at)
        self.counted_at = at
        self.load += points

    @property
    def each(self) -> int:
        """How much open time one referral takes."""
        return -(-self.agency.hours.weekly // self.agency.points)

    def takes_in(self, job: Job, reminder: int = 0) -> None:
        heapq.heappush(self.waiting, job)
        if reminder:
            heapq.heappush(self.reminded, (reminder, job.referral, job))

    def next(self, at: int) -> Job | None:
        """What it does next."""
        for heap in (self.waiting, self.reminded):
            while heap and (heap[0] if heap is self.waiting else heap[0][2]).taken:
                heapq.heappop(heap)
        if not self.waiting:
            return None
        job = self.waiting[0]
        if job.order > LESS_URGENT and self.reminded and self.reminded[0][0] <= at:
            job = self.reminded[0][2]
        job.taken = True
        return job


class World:
    """Everything at a moment."""

    def __init__(self, setting: Setting, policy: Policy) -> None:
        self.setting, self.policy = setting, policy
        self.now = 0
        self.shops = [Shop(one, desk) for one, desk in zip(setting.agencies, setting.desks, strict=True)]
        many = len(setting.referrals)
        self.state = [WAITING] * many
        self.where = [-1] * many
        self.begun = [-1] * many
        self.offers = [0] * many  # since the Centre last decided
        self.past: list[dict[int, str]] = [{} for _ in range(many)]
        self.made: list[tuple[int, int, int]] = []  # every offer: when, of what, to whom
        self._events: list[tuple[int, int, int, int, int]] = []
        self._order = 0
        self._kept_silent: set[tuple[int, int]] = set()  # asked again, they answer

    def run(self) -> "World":
        for one in self.setting.referrals:
            self._at(one.ready, ARRIVED, one.number)
        for hour in range(HOUR, self.setting.ends, HOUR):
            self._at(hour, THE_HOUR)
        while self._events and self._events[0][0] < self.setting.ends:
            self.now, _, what, one, turn = heapq.heappop(self._events)
            if what == ARRIVED:
                self.policy.arrived(self, one)
            elif what == ANSWERED:
                self._answered(one, turn)
            elif what == STARTS:
                self._starts(one, turn)
            elif what == FINISHED:
                self._finished(one, turn)
            else:
                self.policy.hour(self)
        self.now = self.setting.ends
        for shop in self.shops:
            shop.took(0, self.now)
        return self

    @property
    def is_morning(self) -> bool:
        return self.now % DAY == MORNING

    def may(self, referral: int) -> Sequence[int]:
        """Who may be asked: whoever can and did not say no. When all were asked, the silent are asked again."""
        can, past = self.setting.can[referral], self.past[referral]
        if past and len(past) == len(can):
            self.past[referral] = past = {a: how for a, how in past.items() if how == "decline"}
        return [agency for agency in can if agency not in past] if past else can

    def is_shut(self, referral: int, agency: int) -> bool:
        """A P1 where the desk is closed and nobody can be rung."""
        if self.setting.referrals[referral].band != "P1" or self.setting.agencies[agency].answers_at_night:
            return False
        return not self.setting.said[agency].is_open(self.now)

    def room(self, agency: int) -> int:
        shop = self.shops[agency]
        return shop.agency.points - shop.load

    def offer(self, referral: int, agency: int) -> None:
        """Raises ValueError where it is not to be had, or where the agency may not be asked."""
        if (
            self.state[referral] != WAITING
            or agency not in self.may(referral)
            or self.is_shut(referral, agency)
        ):
            raise ValueError(f"Referral {referral} cannot be offered to agency {agency}.")
        setting = self.setting
        self.state[referral], self.where[referral] = OFFERED, agency
        self.offers[referral] += 1
        self.made.append((self.now, referral, agency))
        self.shops[agency].took(1, self.now)
        lapses = setting.lapses_at(referral, agency, self.now)
        answers = setting.answers_at(referral, agency, self.now)
        asked = (referral, agency)
        if answers > lapses or (setting.is_silent(*asked) and asked not in self._kept_silent):
            self._kept_silent.add(asked)
            self._at(lapses, ANSWERED, referral, 1)
        else:
            self._at(answers, ANSWERED, referral, 0)

    def between(self, referral: int, agency: int) -> Between:
        """What is so of the two, as the platform would say it."""
        one = self.setting.referrals[referral]
        how = self.past[referral].get(agency)
        past = (Past(how, "", PAST[how].format(day="a day before", why="no")),) if how else ()
        barred = self.setting.barred(one, self.setting.agencies[agency])
        return Between(barred, "" if barred else "S-1", past=past)

    def _answered(self, referral: int, lapsed: int) -> None:
        agency, one = self.where[referral], self.setting.referrals[referral]
        if lapsed or self.setting.declines(referral, agency):
            self.past[referral][agency] = "expire" if lapsed else "decline"
            self.state[referral], self.where[referral] = WAITING, -1
            self.shops[agency].took(-1, self.now)
            self.policy.arrived(self, referral)
            return
        self.state[referral] = HELD
        shop = self.shops[agency]
        urgent = one.band == "P1"
        order = (0 if urgent else 2, one.band_number, one.due, referral)
        shop.takes_in(Job(order, referral, shop.each), self.setting.reminder(referral))
        if urgent:
            self._begins(referral)
            self._drops(shop)
        if shop.current is None:
            shop.turn += 1
            self._at(shop.desk.next_open(self.now), STARTS, agency, shop.turn)

    def _drops(self, shop: Shop) -> None:
        """What is done now waits for the P1; what is done already is not lost."""
        if shop.current is not None and shop.current.order[0] != 0:
            job, shop.current = shop.current, None
            job.left -= shop.desk.passed(self.now) - shop.desk.passed(shop.since)
            shop.takes_in(replace(job, order=(1, *job.order[1:]), taken=False))

    def _starts(self, agency: int, turn: int) -> None:
        shop = self.shops[agency]
        if turn != shop.turn or shop.current is not None:
            return
        shop.current, shop.since = shop.next(self.now), self.now
        if shop.current is None:
            return
        if self.begun[shop.current.referral] < 0:
            self._begins(shop.current.referral)
        shop.turn += 1
        self._at(shop.desk.after(self.now, shop.current.left), FINISHED, agency, shop.turn)

    def _begins(self, referral: int) -> None:
        self.begun[referral], self.state[referral] = self.now, BEGUN

    def _finished(self, agency: int, turn: int) -> None:
        shop = self.shops[agency]
        if turn != shop.turn or shop.current is None:
            return
        referral, shop.current = shop.current.referral, None
        self.state[referral] = DONE
        shop.took(-1, self.now)
        if shop.waiting:
            shop.turn += 1
            self._at(shop.desk.next_open(self.now), STARTS, agency, shop.turn)

    def _at(self, when: int, what: int, one: int = 0, turn: int = 0) -> None:
        self._order += 1
        heapq.heappush(self._events, (when, self._order, what, one, turn))
