"""Which days of a week are bank holidays for whoever keeps which calendar? Typed by hand."""

from datetime import date

import pytest

from agencies.calendars import bank_holidays, not_worked


@pytest.mark.parametrize(
    ("calendar", "week_of", "days"),
    [
        ("GB-ENG", date(2026, 4, 6), [date(2026, 4, 6)]),  # Easter Monday
        ("GB-SCT", date(2026, 4, 6), []),  # no bank holiday there
        ("GB-SCT", date(2026, 12, 1), [date(2026, 11, 30)]),  # St Andrew's Day
        ("GB-ENG", date(2026, 12, 1), []),
        ("GB-NIR", date(2026, 3, 20), [date(2026, 3, 17)]),  # St Patrick's Day
        ("GB-WLS", date(2026, 3, 20), []),
        ("GB-WLS", date(2026, 12, 31), [date(2026, 12, 28), date(2027, 1, 1)]),  # over the end of a year
        ("GB-ENG", date(2026, 12, 26), [date(2026, 12, 25)]),  # a Saturday is not worked anyhow
        ("", date(2026, 12, 25), []),
        ("XX", date(2026, 12, 25), []),
    ],
)
def test_bank_holidays_are_those_of_the_nation_whose_calendar_is_kept(calendar, week_of, days):
    assert list(not_worked(calendar, week_of)) == days


def test_a_bank_holiday_has_a_name():
    assert bank_holidays("GB-NIR", 2026)[date(2026, 3, 17)] == "Saint Patrick's Day"
