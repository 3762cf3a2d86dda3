"""Is a desk open? Typed by hand, in the desk's own zone, over midnight and where the clocks change."""

from datetime import UTC, datetime

import pytest

from agencies.working_time import is_open

WEEK = "Monday to Friday, 09:00 to 17:00"
NIGHTS = "Friday to Saturday, 20:00 to 06:00"


@pytest.mark.parametrize(
    ("hours", "zone", "at", "said"),
    [
        ("Every day, 24 hours", "Europe/London", datetime(2026, 12, 25, 3, 0, tzinfo=UTC), True),
        (WEEK, "Europe/London", datetime(2026, 11, 25, 9, 0, tzinfo=UTC), True),  # a Wednesday, GMT
        (WEEK, "Europe/London", datetime(2026, 11, 25, 8, 59, tzinfo=UTC), False),
        (WEEK, "Europe/London", datetime(2026, 11, 25, 17, 0, tzinfo=UTC), False),
        (WEEK, "Europe/London", datetime(2026, 7, 1, 8, 0, tzinfo=UTC), True),  # a Wednesday, nine by BST
        (WEEK, "Europe/London", datetime(2026, 11, 28, 12, 0, tzinfo=UTC), False),  # a Saturday
        (WEEK, "Asia/Tokyo", datetime(2026, 11, 25, 9, 0, tzinfo=UTC), False),  # six in the evening there
        (NIGHTS, "Europe/London", datetime(2026, 11, 28, 5, 59, tzinfo=UTC), True),  # Friday's night goes on
        (NIGHTS, "Europe/London", datetime(2026, 11, 27, 5, 59, tzinfo=UTC), False),  # no night of Thursday
        (NIGHTS, "Europe/London", datetime(2026, 11, 29, 5, 59, tzinfo=UTC), True),
        ("Saturday, 10:00 to 14:00", "Europe/London", datetime(2026, 11, 28, 13, 0, tzinfo=UTC), True),
        ("Office hours", "Europe/London", datetime(2026, 11, 25, 12, 0, tzinfo=UTC), None),
        ("Every day, 25:00 to 26:00", "Europe/London", datetime(2026, 11, 25, 12, 0, tzinfo=UTC), None),
        ("", "Europe/London", datetime(2026, 11, 25, 12, 0, tzinfo=UTC), None),
    ],
)
def test_a_desk_is_open_by_its_hours_and_nothing_is_guessed(hours, zone, at, said):
    assert is_open(hours, "", zone, at) is said
