"""By when must an offered agency have answered? By the band, and by when its desk is open.

P1 and P2 run on the wall clock: a child does not wait for Monday. P3, P4 and INFO run while the agency's desk is open,
by its hours, zone and bank holidays (`agencies.working_time`), so that nobody is late with what came on a Friday
evening. How much time each band has stands in `referrals.priority`.
"""

from datetime import datetime, timedelta

from agencies.models import Agency
from agencies.working_time import add_open_time, open_time_between
from referrals.priority import offer_window

ON_THE_WALL_CLOCK = ("P1", "P2")


def answer_by(band: str, agency: Agency, made_at: datetime) -> datetime:
    """When an offer of this band made to this agency at that moment expires."""
    return later(band, agency, made_at, offer_window(band))


def later(band: str, agency: Agency, start: datetime, counted: timedelta) -> datetime:
    """When so much of the agency's time has passed."""
    if band in ON_THE_WALL_CLOCK:
        return start + counted
    return add_open_time(start, counted, agency.desk_hours, agency.calendar, agency.time_zone)


def counted_between(band: str, agency: Agency, start: datetime, end: datetime) -> timedelta:
    """How much of the agency's time lies between. It undoes `later`."""
    if band in ON_THE_WALL_CLOCK:
        return end - start
    return open_time_between(start, end, agency.desk_hours, agency.calendar, agency.time_zone)


def after_a_pause(band: str, agency: Agency, until: datetime, *, stood: datetime, at: datetime) -> datetime:
    """The new deadline of an offer whose clock stood still since `stood`: what was left then is left now."""
    if until <= stood:
        return until + (at - stood)  # late already: no later for the question
    return later(band, agency, at, counted_between(band, agency, stood, until))
