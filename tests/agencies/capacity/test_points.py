"""What is left of a week's points, and how many one referral uses. Every figure was worked out by hand.

The week of 15 June 2026 runs from Monday 15 to Sunday 21.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from agencies.capacity import Capacity, capacity_of, points_for, weight_of, working_days

MONDAY, TUESDAY, WEDNESDAY, FRIDAY = (date(2026, 6, day) for day in (15, 16, 17, 19))
SATURDAY, SUNDAY, NEXT_MONDAY = (date(2026, 6, day) for day in (20, 21, 22))


@dataclass(frozen=True)
class Away:
    starts_on: date
    ends_on: date
    share: int
    environment: str = ""


@dataclass(frozen=True)
class Weight:
    environment: str
    harm_type: str
    band: str
    weight: int


@dataclass(frozen=True)
class Line:
    environment: str
    weekly_capacity: int


ALL_WEEK = Away(MONDAY, FRIDAY, 100)


@pytest.mark.parametrize(
    ("absences", "left"),
    [
        pytest.param([], 20, id="nobody is away"),
        pytest.param([ALL_WEEK], 0, id="everybody is away all week"),
        pytest.param([Away(MONDAY, FRIDAY, 50)], 10, id="half is away all week"),
        pytest.param([Away(MONDAY, MONDAY, 100)], 16, id="everybody is away for one day of five"),
        pytest.param([Away(MONDAY, TUESDAY, 50)], 16, id="half is away for two days of five"),
        pytest.param([Away(SATURDAY, SUNDAY, 100)], 20, id="a weekend takes nothing"),
        pytest.param([Away(FRIDAY, NEXT_MONDAY, 100)], 16, id="what reaches into next week counts to Friday"),
        pytest.param([Away(date(2026, 6, 1), date(2026, 6, 14), 100)], 20, id="what was over on Sunday"),
        pytest.param([Away(NEXT_MONDAY, date(2026, 6, 26), 100)], 20, id="what begins next Monday"),
        pytest.param([Away(date(2026, 1, 1), date(2026, 12, 31), 25)], 15, id="a quarter away all year"),
        pytest.param([Away(MONDAY, FRIDAY, 30), Away(MONDAY, FRIDAY, 20)], 10, id="two absences add up"),
        pytest.param(
            [Away(MONDAY, MONDAY, 80), Away(MONDAY, MONDAY, 80)], 16, id="a day is away once, never more"
        ),
        pytest.param([Away(MONDAY, FRIDAY, 50, "dark_web")], 10, id="an absence of this environment"),
        pytest.param([Away(MONDAY, FRIDAY, 50, "surface_web")], 20, id="an absence of another environment"),
        pytest.param([Away(MONDAY, MONDAY, 1)], 19, id="part of a point is no point"),
    ],
)
def test_planned_absences_leave_of_twenty_points_in_the_dark_web(absences, left):
    assert points_for(20, absences, "dark_web", week_of=WEDNESDAY) == left


@pytest.mark.parametrize("day", [MONDAY, WEDNESDAY, SATURDAY, SUNDAY])
def test_a_week_is_the_same_from_whichever_of_its_days_it_is_asked(day):
    assert points_for(20, [Away(MONDAY, TUESDAY, 100)], "dark_web", week_of=day) == 12


def test_a_day_that_is_not_worked_takes_its_fifth():
    assert points_for(20, [], "dark_web", week_of=MONDAY, not_worked=[MONDAY]) == 16


def test_an_absence_on_a_day_that_is_not_worked_takes_nothing_more():
    assert points_for(20, [Away(MONDAY, TUESDAY, 50)], "dark_web", week_of=MONDAY, not_worked=[MONDAY]) == 14


def test_a_bank_holiday_on_a_saturday_takes_nothing():
    assert points_for(20, [], "dark_web", week_of=MONDAY, not_worked=[SATURDAY]) == 20


def test_no_capacity_stays_none():
    assert points_for(0, [], "dark_web", week_of=MONDAY) == 0


def test_working_days_are_monday_to_friday():
    assert working_days(SUNDAY) == [MONDAY, TUESDAY, WEDNESDAY, date(2026, 6, 18), FRIDAY]


WEIGHTS = [
    Weight("", "", "", 2),
    Weight("dark_web", "", "", 3),
    Weight("", "", "P1", 4),
    Weight("", "GROOMING", "", 5),
    Weight("dark_web", "", "P1", 6),
    Weight("dark_web", "GROOMING", "", 7),
    Weight("", "GROOMING", "P1", 8),
    Weight("dark_web", "GROOMING", "P1", 9),
]


@pytest.mark.parametrize(
    ("environment", "harm_type", "band", "weight"),
    [
        ("surface_web", "EXTORTION", "P3", 2),
        ("dark_web", "EXTORTION", "P3", 3),
        ("surface_web", "EXTORTION", "P1", 4),
        ("surface_web", "GROOMING", "P3", 5),
        ("dark_web", "EXTORTION", "P1", 6),
        ("dark_web", "GROOMING", "P3", 7),
        ("surface_web", "GROOMING", "P1", 8),
        ("dark_web", "GROOMING", "P1", 9),
        ("", "", "", 2),
        ("dark_web", "", "", 3),
        ("", "", "P1", 4),
    ],
)
def test_the_most_exactly_matching_line_counts(environment, harm_type, band, weight):
    assert weight_of(WEIGHTS, environment, harm_type, band) == weight
    assert weight_of(WEIGHTS[::-1], environment, harm_type, band) == weight


@pytest.mark.parametrize(
    ("lines", "weight"),
    [
        ([Weight("dark_web", "", "", 3), Weight("", "", "P1", 4), Weight("", "GROOMING", "", 5)], 5),
        ([Weight("dark_web", "", "", 5), Weight("", "", "P1", 4)], 4),
        ([Weight("dark_web", "", "P1", 5), Weight("dark_web", "GROOMING", "", 3)], 3),
        ([Weight("dark_web", "GROOMING", "", 3), Weight("", "GROOMING", "P1", 2)], 2),
        ([Weight("dark_web", "", "P1", 9), Weight("", "GROOMING", "", 2)], 9),
    ],
)
def test_of_lines_that_name_as_much_harm_goes_before_band_and_band_before_environment(lines, weight):
    assert weight_of(lines, "dark_web", "GROOMING", "P1") == weight
    assert weight_of(lines[::-1], "dark_web", "GROOMING", "P1") == weight


def test_where_no_line_fits_a_referral_counts_as_one():
    assert weight_of([], "dark_web", "GROOMING", "P1") == 1
    assert weight_of([Weight("dark_web", "", "", 7)], "surface_web", "GROOMING", "P1") == 1


def test_an_agency_has_the_points_of_all_its_lines_less_what_each_environment_is_away():
    lines = [Line("dark_web", 10), Line("dark_web", 5), Line("surface_web", 20)]
    capacity = capacity_of(lines, WEIGHTS, [Away(MONDAY, FRIDAY, 50, "surface_web")])
    assert capacity.full_week == 35
    assert capacity.points_in_week(MONDAY) == 25
    assert capacity.points_in_week(MONDAY, environment="dark_web") == 15
    assert capacity.points_in_week(MONDAY, environment="surface_web") == 10
    assert capacity.points_in_week(MONDAY, environment="physical_world") == 0
    assert capacity.points_in_week(MONDAY, [MONDAY]) == 20  # 12 of 15 and 8 of 20
    assert capacity.points_in_week(NEXT_MONDAY) == 35
    assert capacity.weight_of("dark_web", "GROOMING", "P1") == 9


def test_an_agency_that_said_nothing_has_no_points_and_counts_each_as_one():
    assert Capacity().points_in_week(MONDAY) == 0
    assert Capacity().weight_of("dark_web", "GROOMING", "P1") == 1
