"""Is a desk open now, as its hours say it? Hours are written for people; what cannot be read is not guessed at.

Understood is "Every day, 24 hours", and days with a time from and to: "Monday to Friday, 09:00 to 17:00",
"Every day, 20:00 to 06:00", "Saturday, 10:00 to 14:00". Public holidays are not known here.
"""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "|".join(DAYS)
_HOURS = re.compile(
    rf"(?:(?P<every>every day)|(?P<first>{_DAY})(?: to (?P<last>{_DAY}))?), "
    r"(?:(?P<always>24 hours)|(?P<opens>\d\d:\d\d) to (?P<closes>\d\d:\d\d))\.?",
    re.IGNORECASE,
)


def is_open(hours: str, zone: str, *, at: datetime) -> bool | None:
    """Whether somebody answers at that moment; None where the hours cannot be read."""
    said = _HOURS.fullmatch(hours.strip())
    if said is None:
        return None
    here = at.astimezone(ZoneInfo(zone))
    days = _days(said)
    if said["always"]:
        return here.weekday() in days
    try:
        opens, closes = time.fromisoformat(said["opens"]), time.fromisoformat(said["closes"])
    except ValueError:
        return None
    now = here.time()
    if opens < closes:
        return here.weekday() in days and opens <= now < closes
    # Over midnight: the shift of today has begun, or that of yesterday goes on.
    yesterday = (here - timedelta(days=1)).weekday()
    return (here.weekday() in days and now >= opens) or (yesterday in days and now < closes)


def _days(said: re.Match[str]) -> set[int]:
    if said["every"]:
        return set(range(7))
    first = DAYS.index(said["first"].lower())
    last = DAYS.index(said["last"].lower()) if said["last"] else first
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}
