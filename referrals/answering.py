"""By when must an offered agency, or whoever was asked a question, have answered? By band, and by the desk's hours.

P1 and P2 run on the wall clock: a child does not wait for Monday. P3, P4 and INFO run while the agency's desk is open,
by its hours, zone and bank holidays (`agencies.working_time`), so that nobody is late with what came on a Friday
evening. How much time each band has stands in `referrals.priority`.

A question has an hour in P1 and four in P2, on the wall clock; in P3 a working day and below that three, of the desk
that was asked, from when it is open next. After that time the asked party is chased, and after as much again its named
officer is told. The scale is the Centre's own.
"""

from datetime import datetime, timedelta

from agencies.models import Agency
from agencies.working_time import add_open_time, next_opening, open_time_between, working_days_after
from referrals.priority import offer_window

ON_THE_WALL_CLOCK = ("P1", "P2")
QUESTION_HOURS = {"P1": timedelta(hours=1), "P2": timedelta(hours=4)}
QUESTION_DAYS = {"P3": 1, "P4": 3, "INFO": 3}
PRESSED_AGAIN = timedelta(hours=1)  # a question is pressed for by hand no sooner after the last time


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


def is_to_be_reminded(band: str, agency: Agency, until: datetime, at: datetime) -> bool:
    """Is a quarter of the time to answer an offer left, or less, and it is not over? Counted as the deadline is: nobody
    is reminded while the desk is shut, or with an hour of it left before Monday."""
    return at <= until and counted_between(band, agency, at, until) <= offer_window(band) / 4


def question_by(band: str, agency: Agency, since: datetime) -> datetime:
    """By when a question put to this agency at that moment is to be answered; of a chase, when it is escalated."""
    if band in QUESTION_HOURS:
        return since + QUESTION_HOURS[band]
    opens = next_opening(agency.desk_hours, agency.calendar, agency.time_zone, since) or since
    return working_days_after(opens, QUESTION_DAYS[band], agency.calendar, agency.time_zone)
