"""By when an offered agency must answer: the wall clock for P1 and P2, its open hours for the rest. Typed by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from agencies.models import Agency
from referrals.answering import after_a_pause, answer_by

WEEK = "Monday to Friday, 09:00 to 17:00"


def desk(hours: str = WEEK, calendar: str = "GB-ENG", zone: str = "Europe/London") -> Agency:
    return Agency(desk_hours=hours, calendar=calendar, time_zone=zone)


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("band", "agency", "made_at", "until"),
    [
        ("P1", desk(), utc(11, 27, 22), utc(11, 27, 23)),  # Friday evening: the hour runs all the same
        ("P2", desk(), utc(11, 27, 22), utc(11, 28, 2)),
        ("P3", desk(), utc(11, 27, 22), utc(12, 2, 17)),  # three days of eight hours, from Monday
        ("P3", desk(calendar="GB-SCT"), utc(11, 27, 22), utc(12, 3, 17)),  # Monday is St Andrew's Day
        ("P3", desk("Every day, 24 hours"), utc(11, 27, 22), utc(11, 28, 22)),
        ("P3", desk("by arrangement"), utc(11, 27, 22), utc(11, 28, 22)),  # not guessed at
        ("P4", desk(), utc(12, 23, 16), utc(1, 8, 16).replace(year=2027)),  # Christmas and New Year between
        ("P3", desk("Every day, 20:00 to 06:00"), utc(3, 28, 20), utc(3, 31, 0)),  # nights of nine, ten, five hours
    ],
)  # fmt: skip
def test_an_offer_is_to_be_answered(band, agency, made_at, until):
    assert answer_by(band, agency, made_at) == until


def test_a_question_asked_on_friday_and_answered_on_monday_costs_only_the_open_time_between():
    until = answer_by("P3", desk(), utc(11, 26, 9))
    assert until == utc(11, 30, 17)  # Thursday, Friday, Monday
    stood = utc(11, 27, 16)  # sixteen hours but one are used; nine are left
    assert after_a_pause("P3", desk(), until, stood=stood, at=utc(11, 30, 10)) == utc(12, 1, 11)


def test_a_question_asked_and_answered_while_the_desk_is_closed_costs_nothing():
    until = answer_by("P3", desk(), utc(11, 26, 9))
    assert after_a_pause("P3", desk(), until, stood=utc(11, 28, 9), at=utc(11, 29, 9)) == until


def test_on_the_wall_clock_a_pause_is_as_long_as_it_was():
    until = answer_by("P2", desk(), utc(11, 28, 9))
    again = after_a_pause("P2", desk(), until, stood=utc(11, 28, 10), at=utc(11, 28, 15))
    assert again == until + timedelta(hours=5)
