"""What follows an attempt to deliver a webhook: is it done, tried again, and when, or given up?

The schedule is the one of Standard Webhooks: ten attempts over 75 hours and 35 minutes, each wait a
tenth longer or shorter by chance so that failures do not come back all at once. Nothing here looks at
the clock, sleeps or writes: it is handed an answer and says what should happen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from notifications.transport import Answer

SECOND, MINUTE, HOUR = 1.0, 60.0, 3_600.0

# The wait before each attempt, the first at once.
WAITS = (
    0.0,
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
MOST_ATTEMPTS = len(WAITS)
JITTER = 0.1

# A partner may ask us to wait, but not so long that a delivery is forgotten.
LONGEST_RETRY_AFTER = 24 * HOUR
# How long an endpoint that says it is overloaded, without saying for how long, gets nothing else.
PAUSE = 1 * MINUTE

GONE = 410
OVERLOADED = frozenset({429, 502, 504})


class Outcome(StrEnum):
    """Where a delivery stands after an attempt."""

    SENT = "sent"  # the far end took it
    AGAIN = "again"  # try once more, after a wait
    DEAD = "dead"  # every attempt was used: the partner can see it and replay it
    DISABLE = "disable"  # the far end wants no more: the endpoint is switched off


@dataclass(frozen=True)
class Verdict:
    """What should happen now.

    `after` is the wait of this delivery; `pause` is for how long the endpoint's other deliveries hold
    back too. Both are seconds.
    """

    outcome: Outcome
    after: float = 0.0
    pause: float = 0.0

    def next_at(self, now: datetime) -> datetime | None:
        """When this delivery is tried again, if it is."""
        return now + timedelta(seconds=self.after) if self.outcome is Outcome.AGAIN else None

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when the endpoint gets nothing else, if it asked for rest."""
        return now + timedelta(seconds=self.pause) if self.pause else None


def verdict(answer: Answer, attempts: int, *, chance: Random) -> Verdict:
    """What follows this answer to attempt number `attempts` (the first is 1).

    Only 2xx is success; 410 switches the endpoint off; everything else, redirects and silence
    included, is tried again until the attempts are used up.
    """
    if attempts < 1:
        raise ValueError("An answer belongs to an attempt, and the first is number 1.")
    if answer.status is not None and 200 <= answer.status < 300:
        return Verdict(Outcome.SENT)
    if answer.status == GONE:
        return Verdict(Outcome.DISABLE)
    pause = _pause(answer, chance)
    if attempts >= MOST_ATTEMPTS:
        return Verdict(Outcome.DEAD, pause=pause)
    wait = WAITS[attempts] * chance.uniform(1 - JITTER, 1 + JITTER)
    return Verdict(Outcome.AGAIN, after=max(wait, pause), pause=pause)


def _pause(answer: Answer, chance: Random) -> float:
    """How long the endpoint rests: what it asked for, up to a day, or a minute if it is overloaded.

    Never shorter than asked, and up to a tenth longer, so that what was held back does not arrive in
    one burst.
    """
    asked = min(answer.retry_after or 0.0, LONGEST_RETRY_AFTER)
    if not asked and answer.status in OVERLOADED:
        asked = PAUSE
    return asked * chance.uniform(1, 1 + JITTER)
