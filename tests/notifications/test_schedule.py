"""After each answer exactly one thing follows, and a partner can be told beforehand which."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from notifications.schedule import MOST_ATTEMPTS, Outcome, verdict
from notifications.transport import Answer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR = 60, 3600

# Typed from Standard Webhooks: after attempt n, the wait before the next.
WAIT_AFTER = {
    1: 5,
    2: 5 * MINUTE,
    3: 30 * MINUTE,
    4: 2 * HOUR,
    5: 5 * HOUR,
    6: 10 * HOUR,
    7: 14 * HOUR,
    8: 20 * HOUR,
    9: 24 * HOUR,
}

FOLLOWS = {
    None: "again",
    200: "sent",
    201: "sent",
    202: "sent",
    204: "sent",
    299: "sent",
    100: "again",
    300: "again",
    301: "again",
    302: "again",
    304: "again",
    307: "again",
    400: "again",
    401: "again",
    403: "again",
    404: "again",
    409: "again",
    410: "disable",
    418: "again",
    429: "again",
    500: "again",
    502: "again",
    503: "again",
    504: "again",
    599: "again",
}


def after(status, attempts=1, *, retry_after=None, seed=1):
    return verdict(Answer(status, "", retry_after), attempts, chance=Random(seed))


@pytest.mark.parametrize(("status", "outcome"), FOLLOWS.items())
def test_what_follows_each_status(status, outcome):
    assert after(status).outcome == outcome


@pytest.mark.parametrize(("attempts", "wait"), WAIT_AFTER.items())
def test_the_waits_are_the_standards_within_a_tenth(attempts, wait):
    waits = [after(500, attempts, seed=seed).after for seed in range(200)]
    assert wait * 0.9 <= min(waits) < wait * 0.95
    assert wait * 1.05 < max(waits) <= wait * 1.1


def test_the_whole_schedule_spans_the_standards_time():
    assert MOST_ATTEMPTS == 10
    assert sum(WAIT_AFTER.values()) == 75 * HOUR + 35 * MINUTE + 5


def test_equal_chance_gives_equal_plans():
    assert after(500, 4, seed=7) == after(500, 4, seed=7)
    assert after(500, 4, seed=7) != after(500, 4, seed=8)


@pytest.mark.parametrize("status", [None, 302, 404, 429, 500])
def test_the_tenth_failure_is_the_last(status):
    assert after(status, 9).outcome is Outcome.AGAIN
    assert after(status, 10).outcome is Outcome.DEAD
    assert after(status, 11).outcome is Outcome.DEAD


def test_the_tenth_attempt_may_still_succeed_or_end_the_endpoint():
    assert after(204, 10).outcome is Outcome.SENT
    assert after(410, 10).outcome is Outcome.DISABLE


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_partner_that_names_a_time_is_not_called_before_it(status):
    for seed in range(50):
        decided = after(status, retry_after=900, seed=seed)
        assert 900 <= decided.after <= 990
        assert decided.pause == decided.after


def test_a_shorter_time_than_the_schedules_does_not_hurry_us():
    assert after(503, 5, retry_after=1).after >= 5 * HOUR * 0.9


def test_a_partner_cannot_ask_for_more_than_a_day():
    decided = after(503, retry_after=10.0**9)
    assert 24 * HOUR <= decided.after <= 24 * HOUR * 1.1


@pytest.mark.parametrize(
    ("status", "is_overloaded"),
    [(429, True), (502, True), (504, True), (500, False), (503, False), (404, False), (None, False)],
)
def test_an_overloaded_endpoint_gets_nothing_else_for_a_minute(status, is_overloaded):
    decided = after(status)
    assert (60 <= decided.pause <= 66) is is_overloaded
    assert (decided.pause == 0) is not is_overloaded
    assert decided.after >= decided.pause


def test_the_rest_an_endpoint_asks_for_outlives_the_delivery():
    decided = after(429, 10, retry_after=600)
    assert decided.outcome is Outcome.DEAD
    assert decided.pause >= 600


@pytest.mark.parametrize("status", [200, 410])
def test_success_and_farewell_need_no_wait(status):
    decided = after(status, retry_after=600)
    assert (decided.after, decided.pause) == (0, 0)
    assert decided.next_at(NOW) is None
    assert decided.paused_until(NOW) is None


def test_the_next_attempt_is_counted_from_the_clock_handed_in():
    decided = after(429, 2)
    assert decided.next_at(NOW) == NOW + timedelta(seconds=decided.after)
    assert decided.paused_until(NOW) == NOW + timedelta(seconds=decided.pause)
    assert after(429, 10).next_at(NOW) is None


@pytest.mark.parametrize("attempts", [0, -1])
def test_an_answer_without_an_attempt_is_a_mistake(attempts):
    with pytest.raises(ValueError, match="number 1"):
        after(500, attempts)
