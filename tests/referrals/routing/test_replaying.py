"""The same days again under other rules: what is placed together, what is worked off, which clocks break."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals.routing.facts import Between, Line, Receiver, Task
from referrals.routing.replaying import Arrival, again, replay
from referrals.rules import Rules

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
END = MONDAY + 4 * WEEK


def agency(name, points=7, load=0, place="GB-ENG"):
    return Receiver(
        id=name,
        slug=name,
        name=name,
        lines=(Line("surface_web", "investigation", place),),
        points=points,
        load=load,
    )


NORTH, SOUTH = agency("north"), agency("south", place="GB")


def came(name, hours=0.0, band="P3", due=14 * 24, receivers=(NORTH, SOUTH), **between):
    at = MONDAY + timedelta(hours=hours)
    task = Task(name, name, "surface_web", "", "GB-ENG", band, at, at + timedelta(hours=due), "Lumen Social")
    return Arrival(at, task, receivers, {one.id: between.get(one.id, Between()) for one in receivers})


def course(*arrivals, rules=None):
    return replay(list(arrivals), rules or Rules(), until=END)


def test_each_goes_where_it_fits_best():
    assert course(came("a")).went == {"a": "north"}


def test_another_weight_sends_it_elsewhere():
    assert course(came("a"), rules=Rules(wider_place=90)).went == {"a": "south"}


def test_what_an_agency_has_is_worked_off_at_its_pace():
    full = (agency("north", points=7, load=7),)
    days = [came("a", receivers=full), came("b", 24, receivers=full), came("c", 25, receivers=full)]
    # A point a day: by Tuesday there is room for one, and the others stay; what stays is tried when another comes.
    assert course(*days).went == {"a": "north"}
    assert course(*days, came("d", 72, receivers=full)).went.keys() == {"a", "b", "c"}


def test_what_would_be_begun_after_it_is_due_is_late():
    busy = agency("north", points=7, load=5)
    assert course(came("a", due=4 * 24, receivers=(busy,))).late == {"a"}
    assert course(came("a", due=6 * 24, receivers=(busy,))).late == set()


def test_what_stays_past_its_due_is_late_and_what_is_due_later_is_not():
    none = agency("north", points=0)
    assert course(
        came("a", due=24, receivers=(none,)), came("b", due=9 * 7 * 24, receivers=(none,))
    ).late == {"a"}


def test_a_p1_does_not_wait_for_the_hour_to_end():
    # Placed when it comes it is in time; at the end of its hour it would have been due.
    urgent = came("urgent", hours=0.1, band="P1", due=0.5)
    assert course(came("first"), urgent, came("later", hours=0.9)).late == set()


def test_what_kept_an_agency_from_it_then_keeps_it_from_it_still():
    assert course(came("a", north=Between(barred="No agreement."))).went == {"a": "south"}


def test_one_that_was_not_there_at_the_time_gets_nothing():
    early = came("a", receivers=(SOUTH,))
    assert course(early, came("b", hours=0.5)).went == {"a": "south", "b": "north"}


@pytest.mark.parametrize("times", [1, 2, 5])
def test_in_a_surge_the_first_keeps_its_name(times):
    names = [one.task.id for one in again([came("a")], times)]
    assert (len(names), names[0], len(set(names))) == (times, "a", times)


def test_nobody_gets_more_than_there_is_room_for_at_the_time():
    found = course(*(came(f"{number:02}") for number in range(20)))
    assert len(found.went) == 14
    assert found.fullest == {"north": 100, "south": 100}


def test_it_stops_when_it_is_told_to():
    arrivals = [came("a"), came("b", hours=2)]
    assert replay(arrivals, Rules(), until=END, goes_on=lambda done, of: done < 1) is None
