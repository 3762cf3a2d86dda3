"""Which way does an invented referral go, and when is each step taken? Times are counted back from now.

So every referral is where it is for as long as is believable, every open offer still has time, and a few of
them only minutes.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from referrals.priority import offer_window

_TO_OFFER = ("triage", "offer")
_TO_ACCEPT = (*_TO_OFFER, "accept")
# The steps taken, and how many of the referrals go this way. They sum to 550.
SHAPES: tuple[tuple[tuple[str, ...], int], ...] = (
    ((), 84),
    (("triage",), 214),  # a morning after a busy night: enough for a plan of two hundred
    (("triage", "re-band"), 6),
    ((*_TO_OFFER, "decline"), 7),
    ((*_TO_OFFER, "expire"), 5),
    ((*_TO_OFFER, "recall"), 4),
    ((*_TO_ACCEPT, "return"), 5),
    (_TO_OFFER, 24),
    ((*_TO_OFFER, "acknowledge"), 6),
    ((*_TO_OFFER, "decline", "offer"), 4),
    ((*_TO_OFFER, "expire", "offer"), 2),
    (_TO_ACCEPT, 37),
    ((*_TO_ACCEPT, "ask"), 6),
    ((*_TO_ACCEPT, "ask", "answer"), 6),
    ((*_TO_ACCEPT, "pass-on"), 4),
    ((*_TO_ACCEPT, "pass-on", "accept"), 3),
    ((*_TO_OFFER, "decline", "offer", "accept"), 4),
    ((*_TO_OFFER, "recall", "offer", "accept"), 2),
    ((*_TO_ACCEPT, "conclude"), 50),
    ((*_TO_ACCEPT, "ask", "answer", "conclude"), 4),
    ((*_TO_ACCEPT, "conclude", "reopen"), 2),
    ((*_TO_OFFER, "expire", "offer", "accept", "conclude"), 2),
    ((*_TO_ACCEPT, "return", "offer", "accept", "conclude"), 2),
    (("reject",), 26),
    (("triage", "reject"), 14),
    (("withdraw",), 15),
    (("triage", "withdraw"), 8),
    ((*_TO_OFFER, "withdraw"), 4),
)
OLDEST = timedelta(days=29.8)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_SOONEST = (3, 6, 9, 14, 20, 28)  # minutes left of the offers that end first
_ACTION_DAYS = {"P1": 0.17, "P2": 7, "P3": 14, "P4": 22, "INFO": 25}
_ACKNOWLEDGED = 0.1  # of the time an offer has, until somebody says that it was seen
_ENDED = {"conclude", "reject", "withdraw"}


@dataclass(frozen=True)
class Journey:
    """When it arrived, and each step with its time."""

    received_at: datetime
    steps: tuple[tuple[str, datetime], ...]


def shapes() -> list[tuple[str, ...]]:
    """One shape for each referral."""
    return [shape for shape, times in SHAPES for _ in range(times)]


def runs_by_the_wall_clock(shape: tuple[str, ...], turn: int) -> bool:
    """An offer that ends unanswered, or within minutes: its time is to be known here, whatever the agency's hours."""
    return "expire" in shape or _ends_soon(shape, turn)


def _ends_soon(shape: tuple[str, ...], turn: int) -> bool:
    return shape == _TO_OFFER and turn < len(_SOONEST)


def journey(shape: tuple[str, ...], band: str, rng: random.Random, *, now: datetime, turn: int) -> Journey:
    """`turn` counts the referrals of this shape: the first few offers end within minutes, a few arrivals are late."""
    gaps = []
    for before, name in zip(("receive", *shape), shape, strict=False):
        gaps.append(_gap(before, name, band, rng))
    spent = sum(gaps, timedelta())
    rest = min(_since_then(shape, band, spent, rng, turn), max(OLDEST - spent, 10 * _MINUTE))
    received = now - rest - spent
    steps, at = [], received
    for name, gap in zip(shape, gaps, strict=True):
        at += gap
        steps.append((name, at))
    return Journey(received, tuple(steps))


def _gap(before: str, name: str, band: str, rng: random.Random) -> timedelta:
    """How long from one step to the next."""
    window, urgent = offer_window(band), band == "P1"
    if name == "expire":
        return window + rng.uniform(2, 12) * timedelta(seconds=1)
    if name == "acknowledge":
        return window * _ACKNOWLEDGED
    if name in ("accept", "decline", "recall") or (name == "withdraw" and before == "offer"):
        return window * rng.uniform(0.08, 0.85)
    if name == "triage":
        return rng.uniform(4, 45) * _MINUTE if urgent else rng.triangular(0.3, 23, 4) * _HOUR
    if name == "offer":
        return rng.uniform(5, 40) * _MINUTE if urgent else rng.triangular(0.2, 14, 1.5) * _HOUR
    if name == "conclude":
        return rng.uniform(0.15, 0.8) * max(_ACTION_DAYS[band], 6) * _DAY
    if name == "return":
        return rng.uniform(0.2, 2.5) * _DAY
    return rng.uniform(0.6, 26) * _HOUR


def _since_then(
    shape: tuple[str, ...], band: str, spent: timedelta, rng: random.Random, turn: int
) -> timedelta:
    """How long ago the last step was taken."""
    if not shape:
        late = turn % 9 == 4
        hour = 1 / 24 if band == "P1" else 1.0
        return (rng.uniform(1.1, 1.8) if late else rng.uniform(0.02, 0.9)) * 24 * hour * _HOUR
    last = shape[-1]
    if last == "acknowledge":
        return offer_window(band) * (1 - _ACKNOWLEDGED) * rng.uniform(0.2, 0.9)
    if last in ("offer", "pass-on"):
        window = offer_window(band)
        soon = _ends_soon(shape, turn)
        return window - (_SOONEST[turn] * _MINUTE if soon else window * rng.uniform(0.2, 0.93))
    if last in _ENDED:
        return rng.triangular(0.1, 24, 4) * _DAY
    if last == "accept":
        # Measured from arrival, as the clock is: most in time, some nearly due, some overdue.
        aim = (
            _ACTION_DAYS[band] * rng.choice((*(rng.uniform(0.1, 0.85) for _ in range(5)), 0.97, 1.15)) * _DAY
        )
        rest = max(aim - spent, rng.uniform(5, 90) * _MINUTE)
        # Some have been worked on for so long that the source waits for word of them.
        return (15 + turn % 11) * _DAY if shape == _TO_ACCEPT and band == "P2" and turn % 3 == 1 else rest
    return rng.triangular(0.02, 3, 0.4) * (_DAY / 12 if band == "P1" else _DAY)
