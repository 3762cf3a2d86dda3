"""What do a desk's hours say? They are written for people; what cannot be read is not guessed at.

Understood is "Every day, 24 hours", and days with a time from and to: "Monday to Friday, 09:00 to 17:00",
"Every day, 20:00 to 06:00", "Saturday, 10:00 to 14:00". When that is, and on which days it is not,
`agencies.working_time` says.
"""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "|".join(DAYS)
_HOURS = re.compile(
    rf"(?:(?P<every>every day)|(?P<first>{_DAY})(?: to (?P<last>{_DAY}))?), "
    r"(?:(?P<always>24 hours)|(?P<opens>\d\d:\d\d) to (?P<closes>\d\d:\d\d))\.?",
    re.IGNORECASE,
)
_MIDNIGHT = time()


@dataclass(frozen=True)
class Hours:
    """On which days of the week a desk opens, from when to when; it closes the next day where `closes` is not later.

    on_holidays -- it says "every day" or "24 hours", so that a bank holiday is a day like others.
    """

    days: frozenset[int]  # Monday is 0
    opens: time
    closes: time
    on_holidays: bool

    @property
    def over_midnight(self) -> bool:
        return self.closes <= self.opens


@lru_cache(maxsize=1024)
def read(hours: str) -> Hours | None:
    """What these hours say; None where they cannot be read."""
    said = _HOURS.fullmatch(hours.strip())
    if said is None:
        return None
    every, always = bool(said["every"]), bool(said["always"])
    if always:
        return Hours(_days(said), _MIDNIGHT, _MIDNIGHT, on_holidays=True)
    try:
        opens, closes = time.fromisoformat(said["opens"]), time.fromisoformat(said["closes"])
    except ValueError:
        return None
    return Hours(_days(said), opens, closes, on_holidays=every)


def _days(said: re.Match[str]) -> frozenset[int]:
    if said["every"]:
        return frozenset(range(7))
    first = DAYS.index(said["first"].lower())
    last = DAYS.index(said["last"].lower()) if said["last"] else first
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
