"""Working days, and the time a desk is open: typed by hand for each nation's bank holidays of 2026, and for the two
nights on which the clocks change (29 March, one hour is skipped; 25 October, one comes twice)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.working_time import (
    add_open_time,
    is_open,
    is_working_day,
    next_opening,
    open_time_between,
    working_days_after,
)

LONDON = "Europe/London"
WEEK = "Monday to Friday, 09:00 to 17:00"
NIGHTS = "Every day, 20:00 to 06:00"
ALWAYS = "Every day, 24 hours"
HOUR = timedelta(hours=1)


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "works_in"),  # England, Wales, Scotland, Northern Ireland, and a desk that keeps no calendar
    [
        (date(2026, 1, 1), "----+"),  # New Year's Day
        (date(2026, 1, 2), "++-++"),  # Scotland's second day of the year
        (date(2026, 3, 17), "+++-+"),  # St Patrick's Day
        (date(2026, 4, 3), "----+"),  # Good Friday
        (date(2026, 4, 6), "--+-+"),  # Easter Monday
        (date(2026, 5, 4), "----+"),  # the first Monday of May
        (date(2026, 7, 13), "+++-+"),  # for the twelfth of July, a Sunday
        (date(2026, 8, 3), "++-++"),  # Scotland's summer bank holiday
        (date(2026, 8, 31), "--+-+"),  # that of the others
        (date(2026, 11, 30), "++-++"),  # St Andrew's Day
        (date(2026, 12, 25), "----+"),
        (date(2026, 12, 28), "----+"),  # for Boxing Day, a Saturday
        (date(2026, 12, 29), "+++++"),
        (date(2026, 12, 26), "-----"),  # a Saturday
        (date(2026, 7, 12), "-----"),  # a Sunday
    ],
)
def test_each_nation_keeps_its_own_bank_holidays(day, works_in):
    calendars = ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR", "")
    assert "".join("+" if is_working_day(day, calendar) else "-" for calendar in calendars) == works_in


def test_a_calendar_that_is_not_known_has_no_holidays():
    assert is_working_day(date(2026, 12, 25), "GB-XYZ")
    assert is_working_day(date(2026, 12, 25), "ZZ")


@pytest.mark.parametrize(
    ("start", "days", "calendar", "after"),
    [
        (utc(11, 25, 15, 30), 1, "GB-ENG", utc(11, 26, 15, 30)),  # Wednesday to Thursday
        (utc(11, 27, 15, 30), 1, "GB-ENG", utc(11, 30, 15, 30)),  # Friday to Monday
        (utc(11, 27, 15, 30), 1, "GB-SCT", utc(12, 1, 15, 30)),  # that Monday is St Andrew's Day
        (utc(11, 28, 15, 30), 1, "GB-ENG", utc(11, 30, 15, 30)),  # from a Saturday: Monday is the first
        (utc(4, 2, 9), 2, "GB-ENG", utc(4, 8, 9)),  # over Easter: Tuesday, Wednesday
        (utc(4, 2, 9), 2, "GB-SCT", utc(4, 7, 9)),
        (utc(3, 27, 9), 1, "GB-ENG", utc(3, 30, 8)),  # nine by GMT on Friday, nine by BST on Monday
        (utc(10, 23, 8), 1, "GB-ENG", utc(10, 26, 9)),
        (utc(3, 27, 23, 30), 1, "GB-ENG", utc(3, 30, 22, 30)),
        (utc(12, 24, 12), 15, "GB-NIR", datetime(2027, 1, 19, 12, tzinfo=UTC)),
        (utc(11, 25, 15, 30), 0, "GB-ENG", utc(11, 25, 15, 30)),
    ],
)
def test_working_days_later_it_is_the_same_time_of_the_clock(start, days, calendar, after):
    assert working_days_after(start, days, calendar, LONDON) == after


@pytest.mark.parametrize(
    ("hours", "calendar", "at", "said"),
    [
        (WEEK, "GB-SCT", utc(11, 30, 12), False),
        (WEEK, "GB-ENG", utc(11, 30, 12), True),
        (WEEK, "", utc(12, 25, 12), True),  # a Friday, for a desk that keeps no bank holidays
        (ALWAYS, "GB-ENG", utc(12, 25, 12), True),
        (NIGHTS, "GB-ENG", utc(12, 25, 21), True),  # every day is every day
        ("Monday to Friday, 24 hours", "GB-ENG", utc(12, 25, 12), True),
        ("Friday to Saturday, 20:00 to 06:00", "GB-ENG", utc(12, 25, 21), False),  # Christmas night
        ("Thursday to Saturday, 20:00 to 06:00", "GB-ENG", utc(12, 25, 3), True),  # Thursday's shift goes on
        ("Office hours", "GB-ENG", utc(11, 30, 12), None),
    ],
)
def test_a_bank_holiday_closes_a_desk_that_names_its_days(hours, calendar, at, said):
    assert is_open(hours, calendar, LONDON, at) is said


@pytest.mark.parametrize(
    ("hours", "calendar", "at", "opens"),
    [
        (WEEK, "GB-ENG", utc(11, 25, 12), utc(11, 25, 12)),
        (WEEK, "GB-ENG", utc(11, 27, 17), utc(11, 30, 9)),
        (WEEK, "GB-SCT", utc(11, 27, 17), utc(12, 1, 9)),
        (WEEK, "GB-ENG", utc(3, 28, 12), utc(3, 30, 8)),  # nine by BST
        (NIGHTS, "GB-ENG", utc(11, 25, 5), utc(11, 25, 5)),
        (NIGHTS, "GB-ENG", utc(11, 25, 6), utc(11, 25, 20)),
        ("", "GB-ENG", utc(11, 25, 6), None),
    ],
)
def test_a_desk_opens_next(hours, calendar, at, opens):
    assert next_opening(hours, calendar, LONDON, at) == opens


@pytest.mark.parametrize(
    ("start", "duration", "hours", "calendar", "done"),
    [
        (utc(11, 25, 10), 4 * HOUR, WEEK, "GB-ENG", utc(11, 25, 14)),
        (utc(11, 25, 10), 7 * HOUR, WEEK, "GB-ENG", utc(11, 25, 17)),  # by closing time, not the next morning
        (utc(11, 25, 10), 8 * HOUR, WEEK, "GB-ENG", utc(11, 26, 10)),
        (utc(11, 25, 10), 24 * HOUR, WEEK, "GB-ENG", utc(11, 30, 10)),  # three days of eight hours
        (utc(11, 25, 10), 24 * HOUR, WEEK, "GB-SCT", utc(12, 1, 10)),
        (utc(11, 25, 10), 24 * HOUR, ALWAYS, "GB-ENG", utc(11, 26, 10)),
        (utc(11, 25, 10), 24 * HOUR, "", "GB-ENG", utc(11, 26, 10)),
        (utc(11, 25, 10), 24 * HOUR, "Office hours", "GB-ENG", utc(11, 26, 10)),
        (utc(11, 28, 10), 2 * HOUR, WEEK, "GB-ENG", utc(11, 30, 11)),  # from a Saturday
        (utc(11, 25, 8), timedelta(), WEEK, "GB-ENG", utc(11, 25, 8)),
        # The night of 28 March lasts nine hours, that of 24 October eleven.
        (utc(3, 28, 20), 9 * HOUR, NIGHTS, "GB-ENG", utc(3, 29, 5)),
        (utc(3, 28, 20), 10 * HOUR, NIGHTS, "GB-ENG", utc(3, 29, 20)),
        (utc(10, 24, 19), 11 * HOUR, NIGHTS, "GB-ENG", utc(10, 25, 6)),
        (utc(10, 24, 19), 10 * HOUR, NIGHTS, "GB-ENG", utc(10, 25, 5)),
        (utc(3, 28, 12), 24 * HOUR, ALWAYS, "GB-ENG", utc(3, 29, 12)),
    ],
)
def test_only_the_time_the_desk_is_open_counts(start, duration, hours, calendar, done):
    assert add_open_time(start, duration, hours, calendar, LONDON) == done


MINUTES = st.integers(min_value=0, max_value=60 * 24 * 366)
DESKS = st.sampled_from(
    [WEEK, NIGHTS, ALWAYS, "", "Saturday, 10:00 to 14:00", "Friday to Sunday, 09:00 to 09:00"]
)
NATIONS = st.sampled_from(["GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR", ""])


@settings(deadline=None)
@given(MINUTES, st.integers(0, 60 * 100), st.integers(1, 60 * 100), DESKS, NATIONS)
def test_open_time_adds_up_and_is_what_stands_between(minute, first, second, hours, calendar):
    start, desk = utc(1, 1) + timedelta(minutes=minute), (hours, calendar, LONDON)
    one, two = timedelta(minutes=first), timedelta(minutes=second)
    at = add_open_time(start, one, *desk)
    assert open_time_between(start, at, *desk) == one
    assert add_open_time(at, two, *desk) == add_open_time(start, one + two, *desk)
