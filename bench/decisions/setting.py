"""What does every policy meet, and hindsight know beforehand? A scenario with all its chances drawn."""

from dataclasses import dataclass, field, replace
from math import exp, log

from bench.decisions.agencies import Agency, agencies
from bench.decisions.arrivals import SHORT, Referral, arrivals, moment, stands_for, task_of, troubled
from bench.decisions.chance import chances
from bench.decisions.desks import HOUR, MINUTE, WEEK, Desk
from referrals.routing.facts import Between, Receiver, Task
from referrals.routing.matching import less_if_late, match
from referrals.rules import Rules

# Ours: nothing is published on how often agencies decline, keep silent, or how soon they answer.
DECLINES, SILENT = 0.06, 0.03
ANSWERS = {"P1": 15 * MINUTE, "P2": HOUR, "P3": 4 * HOUR, "P4": 8 * HOUR}  # the mean, of open time
DARKEST = "Capital Police"


@dataclass
class Setting:
    """A scenario with all its chances drawn: what every policy meets, and what the bound knows beforehand."""

    scenario: str
    weeks: int
    seed: int
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        self.ends = self.weeks * WEEK
        self.agencies = agencies(SHORT if self.scenario == "short" else 1.0)
        self.referrals = arrivals(self.scenario, self.weeks, self.seed)
        starts, _ = troubled(self.weeks)
        dark = (starts, starts + WEEK)
        self.desks: list[Desk] = []  # as they really are
        self.said: list[Desk] = []  # as the platform knows them
        for one in self.agencies:
            is_dark = self.scenario == "dark" and one.name == DARKEST
            self.desks.append(Desk(one.hours, self.weeks + 6, dark if is_dark else (0, 0)))
            self.said.append(Desk(one.hours, self.weeks + 6))
        many, asked = len(self.referrals), len(self.agencies)
        self.how = chances(self.seed, 1, many, asked)  # declines, is silent, or takes it
        self.soon = chances(self.seed, 2, many, asked)
        self._kinds: dict[tuple, tuple[list[int], list[int]]] = {}
        self.can: list[list[int]] = []  # the agencies that may be asked, by number
        self.fits: list[dict[int, int]] = []
        self.tasks: list[Task] = []
        self.wished: list[int] = []  # whom the source asks for; -1: nobody
        self.alike: list[tuple] = []  # referrals which no agency tells apart
        for one in self.referrals:
            able = self._able(one)
            wished = able[int(one.wish * len(able))] if one.wish >= 0 else -1
            self.can.append(able)
            self.wished.append(wished)
            self.alike.append((one.environment, one.place, one.band, *able))
            self.fits.append(self._fit(one, wished))
            self.tasks.append(task_of(one, self.agencies[wished].key if wished >= 0 else ""))
            if all(self.declines(one.number, agency) for agency in able):
                self.how[one.number, able[0]] = 1.0  # somebody takes it in the end

    def declines(self, referral: int, agency: int) -> bool:
        return self.how[referral, agency] < DECLINES

    def takers(self, referral: int) -> list[int]:
        """Who would not decline it."""
        return [agency for agency in self.can[referral] if not self.declines(referral, agency)]

    def is_silent(self, referral: int, agency: int) -> bool:
        return DECLINES <= self.how[referral, agency] < DECLINES + SILENT

    def answers_at(self, referral: int, agency: int, at: int) -> int:
        """When it would answer an offer made at that moment. Never sooner for being asked later."""
        band, desk = self.referrals[referral].band, self.desks[agency]
        within = 1 - exp(-stands_for(band) / ANSWERS[band])  # those who answer do so while the offer stands
        wait = int(-ANSWERS[band] * log(1 - self.soon[referral, agency] * within))
        if band == "P1" and self.agencies[agency].answers_at_night:
            return desk.awake(at) + wait
        return desk.after(at, wait)

    def lapses_at(self, referral: int, agency: int, at: int) -> int:
        """When an offer lapses: P1 by the clock on the wall, the others by the agency's hours."""
        band = self.referrals[referral].band
        return at + stands_for(band) if band == "P1" else self.said[agency].after(at, stands_for(band))

    def receiver(self, number: int, load: int = 0, at: int = -1) -> Receiver:
        """The agency as the platform sees it; as if it were open where no moment is given."""
        one = self.agencies[number]
        is_open = at < 0 or self.said[number].is_open(at)
        opens = "" if is_open else f"{moment(self.said[number].next_open(at)):%A at %H:%M}"
        return Receiver(
            id=one.key,
            slug=one.key,
            name=one.name,
            lines=one.lines,
            points=one.points,
            load=load,
            opens=opens,
            answers_at_night=one.answers_at_night,
        )

    def barred(self, referral: Referral, agency: Agency) -> str:
        return "No agreement covers this harm." if referral.harm in agency.left_out else ""

    def _matched(self, referral: Referral) -> tuple[list[int], list[int]]:
        """Who can take referrals of this kind, and how well each fits by what lasts: skill and place."""
        if referral.kind not in self._kinds:
            lasting = replace(self.rules, open_now=0, has_room=0)
            able, fits = [], []
            task = replace(task_of(referral), due_at=moment(self.ends * 2))
            for one in self.agencies:
                between = Between(self.barred(referral, one))
                found = match(task, self.receiver(one.number), between, lasting, at=moment(0))
                if not found.blockers:
                    able.append(one.number)
                    fits.append(found.points)
            self._kinds[referral.kind] = (able, fits)
        return self._kinds[referral.kind]

    def _able(self, referral: Referral) -> list[int]:
        return self._matched(referral)[0]

    def _fit(self, referral: Referral, wished: int) -> dict[int, int]:
        able, fits = self._matched(referral)
        return {a: f + (self.rules.wished if a == wished else 0) for a, f in zip(able, fits, strict=True)}

    def reminder(self, referral: int) -> int:
        """When the platform reminds its holder, for P3 and P4; nought for what comes first anyway."""
        one = self.referrals[referral]
        return one.due - (one.due - one.arrives) // 4 if one.band in ("P3", "P4") else 0

    def gain(self, referral: int, agency: int, *, late: bool) -> int:
        """What a referral begun there adds to the weighted objective."""
        return self.rules.risk[self.referrals[referral].band] * less_if_late(
            self.fits[referral][agency], late, self.rules
        )
