"""What arrives, and when? A year of referrals at UK volumes, and five ways in which a year goes wrong.

Documented, with its section of DOMAIN.md (the project's dossier of the field):
- about 1,700 referrals a week (§2.2); peaks of five times that (§8).
- P1: 0.18 % of the world's reports were escalated as urgent (§2.1), and about one report in eight is disseminated in
  the UK (10,000 of 82,109, §2.2). If every urgent one is, that is 1.5 % of referrals.
- P2: about 1,200 children are safeguarded a month of about 7,400 referrals (§2.2): 16 % concern a child who can be.
- the kinds of harm: the world's reports of the first half of 2025 (§2.1), out of half a year's 10.65 million.
- one viral incident gives thousands of near-copies, and volume never raises a band (§2.1, §8).
- clocks and how long an offer stands: referrals/priority.py (§3).

Nothing is published on the rest, so it is ours: the split of P3 and P4, of environments within a band (no report says
it), of places (about the population's), how many do not say where (thin reports are common, §8), when in the week
they come, and how long triage takes (within the hour for P1 and the day for the rest, §3). Referrals that only inform
(INFO) go to nobody and are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bench.decisions.agencies import DARK, PHYSICAL, PLACES, SURFACE
from bench.decisions.desks import HOUR, MINUTE, WEEK
from referrals.priority import action_due, offer_window
from referrals.routing.facts import Task

EPOCH = datetime(2029, 1, 1, tzinfo=UTC)  # a Monday
A_WEEK = 1700
BANDS = {"P1": 0.015, "P2": 0.16, "P3": 0.45, "P4": 0.375}
ENVIRONMENTS = {
    "P1": {DARK: 0.05, SURFACE: 0.40, PHYSICAL: 0.55},
    "P2": {DARK: 0.05, SURFACE: 0.45, PHYSICAL: 0.50},
    "P3": {DARK: 0.08, SURFACE: 0.80, PHYSICAL: 0.12},
    "P4": {DARK: 0.05, SURFACE: 0.87, PHYSICAL: 0.08},
}
HARMS = {
    "csam": 0.902,
    "grooming": 0.049,
    "csam_ai_generated": 0.041,
    "trafficking": 0.006,
    "sexual_extortion": 0.002,
}
SHARES_OF_PLACES = (0.17, 0.08, 0.17, 0.10, 0.14, 0.17, 0.09, 0.05, 0.03)
NO_PLACE = 0.15
WISHES = 0.05  # the source asks for an agency
# How many come in each hour of a day, against each other; at a weekend half as many.
HOURS_OF_DAY = (2, 1, 1, 1, 1, 2, 3, 5, 8, 10, 10, 10, 9, 10, 10, 10, 9, 7, 6, 5, 5, 4, 4, 3)
HOURS_OF_WEEK = tuple(2 * n for n in HOURS_OF_DAY) * 5 + HOURS_OF_DAY * 2

SCENARIOS = {
    "steady": "A steady year",
    "surge": "Five times as many for two weeks",
    "flood": "A viral flood: 6,000 near-copies of low risk in five days",
    "dark": "The largest force is dark for a week, unannounced",
    "short": "A fifth of everybody’s capacity is gone all year",
}
FLOOD = 6000
SHORT = 0.8


@dataclass(frozen=True)
class Referral:
    """One that arrives, and when it was triaged; moments are seconds. `kind` is what it shares with those alike."""

    number: int
    arrives: int
    ready: int
    due: int
    band: str
    environment: str
    place: str
    harm: str
    wish: float  # which agency the source asks for, of those that can: from 0 to 1; below 0, none

    @property
    def band_number(self) -> int:
        return int(self.band[1:])

    @property
    def kind(self) -> tuple[str, str, str, str]:
        return (self.environment, self.place, self.harm, self.band)


def moment(at: int) -> datetime:
    return EPOCH + timedelta(seconds=at)


def task_of(referral: Referral, wished: str = "") -> Task:
    """The referral as the platform's routing sees it."""
    key = f"{referral.number:06}"
    return Task(
        id=key,
        reference=key,
        environment=referral.environment,
        harm_type=referral.harm,
        jurisdiction=referral.place,
        band=referral.band,
        clock_from=moment(referral.arrives),
        due_at=moment(referral.due),
        source="A source",
        wished=wished,
    )


def stands_for(band: str) -> int:
    """How long an offer stands, in seconds."""
    return int(offer_window(band).total_seconds())


def troubled(weeks: int) -> tuple[int, int]:
    """The first and the last but one moment of a scenario's trouble, two weeks at most."""
    first = max(1, weeks // 4)
    return first * WEEK, min(first + 2, weeks) * WEEK


def arrivals(scenario: str, weeks: int, seed: int) -> list[Referral]:
    """All of them, in the order in which they come. The ordinary ones are the same in every scenario."""
    starts, ends = troubled(weeks)
    found = list(_ordinary(Random(f"ordinary {seed}"), range(weeks), A_WEEK))
    if scenario == "surge":
        more = _ordinary(Random(f"surge {seed}"), range(starts // WEEK, ends // WEEK), 4 * A_WEEK)
        found += more
    if scenario == "flood":
        found += _copies(Random(f"flood {seed}"), starts)
    found.sort()
    return [
        Referral(number, at, ready, _due(band, at), band, *rest)
        for number, (at, ready, band, *rest) in enumerate(found)
    ]


def _ordinary(chance: Random, weeks: range, many: int) -> Iterator[tuple]:
    for week in weeks:
        for _ in range(round(chance.gauss(many, many**0.5))):
            hour = chance.choices(range(168), HOURS_OF_WEEK)[0]
            at = week * WEEK + hour * HOUR + chance.randrange(HOUR)
            band = _one_of(chance, BANDS)
            environment = _one_of(chance, ENVIRONMENTS[band])
            place = "" if chance.random() < NO_PLACE else chance.choices(PLACES, SHARES_OF_PLACES)[0]
            harm = _one_of(chance, HARMS)
            wish = chance.random() if chance.random() < WISHES else -1.0
            yield at, at + _triage(chance, band), band, environment, place, harm, wish


def _copies(chance: Random, starts: int) -> Iterator[tuple]:
    for _ in range(FLOOD):
        at = starts + chance.randrange(5 * 24 * HOUR)
        yield at, at + _triage(chance, "P4"), "P4", SURFACE, "", "csam", -1.0


def _triage(chance: Random, band: str) -> int:
    return (
        chance.randrange(5 * MINUTE, 40 * MINUTE) if band == "P1" else chance.randrange(HOUR // 2, 6 * HOUR)
    )


def _one_of(chance: Random, shares: dict[str, float]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _due(band: str, at: int) -> int:
    return int((action_due(band, moment(at)) - EPOCH).total_seconds())
