"""When does a desk work: on which days, from when to when, and how much of a stretch of time is that?

Days are those of the desk's own zone, and its bank holidays those of its calendar (`agencies.calendars`; "" for none).
Lengths of time are reckoned in UTC, so that an hour of the clock is an hour on the two nights on which the clocks
change as well. No database is asked.

A bank holiday closes a desk that names days of the week; one that says "every day" or "24 hours" means it. Hours that
cannot be read close no desk: its time counts as if it were always open, for a deadline must not wait for a guess.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agencies.calendars import is_bank_holiday
from agencies.hours import Hours, read

_DAY, _WEEKEND = timedelta(days=1), (5, 6)
_NONE = timedelta()


def is_working_day(day: date, calendar: str) -> bool:
    """Neither a weekend nor a bank holiday of this calendar."""
    return day.weekday() not in _WEEKEND and not is_bank_holiday(day, calendar)


def working_days_after(start: datetime, days: int, calendar: str, zone: str) -> datetime:
    """The same time of the clock, in this zone, so many working days later; a start at a weekend counts from the next
    working day."""
    here = start.astimezone(ZoneInfo(zone))
    day = here.date()
    while days > 0:
        day += _DAY
        days -= is_working_day(day, calendar)
    return _at(day, here.time(), zone)


def is_open(hours: str, calendar: str, zone: str, at: datetime) -> bool | None:
    """Whether somebody answers at that moment; None where the hours cannot be read."""
    said = read(hours)
    if said is None:
        return None
    opens, _ = next(_openings(said, calendar, zone, at))
    return opens <= at


def next_opening(hours: str, calendar: str, zone: str, at: datetime) -> datetime | None:
    """From when somebody answers: that moment where the desk is open, else the next; None where it cannot be read."""
    said = read(hours)
    if said is None:
        return None
    opens, _ = next(_openings(said, calendar, zone, at))
    return max(opens, at)


def add_open_time(start: datetime, duration: timedelta, hours: str, calendar: str, zone: str) -> datetime:
    """When so much time has passed of which only what the desk is open counts."""
    said = read(hours)
    if said is None or duration <= _NONE:
        return start + duration
    left = duration
    for opens, closes in _openings(said, calendar, zone, start):
        begins = max(opens, start)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise AssertionError("openings do not end")


def open_time_between(start: datetime, end: datetime, hours: str, calendar: str, zone: str) -> timedelta:
    """How much of that stretch the desk is open. It undoes `add_open_time`."""
    said = read(hours)
    if said is None or end <= start:
        return end - start
    counted = _NONE
    for opens, closes in _openings(said, calendar, zone, start):
        if opens >= end:
            break
        counted += min(closes, end) - max(opens, start)
    return counted


def _openings(said: Hours, calendar: str, zone: str, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the desk opens and closes, in UTC, one shift after another, from the one that is not over at that moment."""
    day = at.astimezone(ZoneInfo(zone)).date() - _DAY  # a shift that began yesterday may go on
    while True:
        if day.weekday() in said.days and (said.on_holidays or not is_bank_holiday(day, calendar)):
            opens = _at(day, said.opens, zone)
            closes = _at(day + _DAY if said.over_midnight else day, said.closes, zone)
            if closes > at:
                yield opens, closes
        day += _DAY


def _at(day: date, moment: time, zone: str) -> datetime:
    """That time of the clock, in UTC; in the hour that is skipped in March, as the clock before the change shows it."""
    return datetime.combine(day, moment, ZoneInfo(zone)).astimezone(UTC)
