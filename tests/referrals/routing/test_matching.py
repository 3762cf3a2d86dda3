"""How well an agency fits and what keeps it from a referral: the words, the points, the order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from referrals.routing.facts import (
    Between,
    Line,
    Past,
    Receiver,
    Task,
    kept_receivers,
    read_receiver,
    read_task,
    written,
)
from referrals.routing.matching import match, ranked
from referrals.routing.planning import propose, room_of, urgency
from referrals.rules import Rules, RulesRefused, read_rules

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
TASK = Task(
    "t",
    "R-1",
    "surface_web",
    "grooming",
    "GB-ENG",
    "P3",
    AT - timedelta(days=1),
    AT + timedelta(days=13),
    "Lumen Social",
)
NORTH = Receiver("n", "north", "North", (Line("surface_web", "investigation", "GB-ENG"),), points=10, load=2)
AGREED = Between(agreement="SA-1")


def line(place, skill="investigation", environment="surface_web"):
    return Line(environment, skill, place)


# Skills wanted on the surface web: investigation, takedown, account action, regulation.
@pytest.mark.parametrize(
    ("changed", "task", "points"),
    [
        ({}, {}, 35 + 25 + 10 + 5),  # one skill, that place, open, room
        ({"lines": (line("GB-ENG"), line("GB", "takedown"))}, {}, 35 + 15 + 25 + 10 + 5),
        ({"lines": (line("GB"),)}, {}, 35 + 18 + 10 + 5),
        ({}, {"jurisdiction": ""}, 35 + 12 + 10 + 5),
        ({}, {"wished": "n"}, 35 + 25 + 10 + 10 + 5),
        ({"opens": "Monday"}, {}, 35 + 25 + 5),
        ({"load": 5}, {}, 35 + 25 + 10),  # half its week is taken
        (
            {"lines": (line("GB-ENG", "support"),)},
            {},
            25 + 10 + 5,
        ),  # able, in a skill that is not wanted here
        (
            {"load": 9},
            {"due_at": AT + timedelta(days=6)},
            35 + 25 + 10 - 25,
        ),  # it would come to it in 6.3 days
        (
            {"load": 9},
            {"band": "P1", "due_at": AT + timedelta(hours=4)},
            35 + 25 + 10,
        ),  # for a P1 it drops the rest
    ],
)
def test_what_fit_is_worth(changed, task, points):
    assert match(replace(TASK, **task), replace(NORTH, **changed), AGREED, Rules(), at=AT).points == points


@pytest.mark.parametrize(
    ("changed", "between", "task", "codes"),
    [
        ({}, {}, {}, []),
        ({}, {"barred": "There is no agreement."}, {}, ["agreement"]),
        ({}, {"past": (Past("decline", "conflict_of_interest", "Declined."),)}, {}, ["conflict"]),
        ({}, {"past": (Past("return", "no_capacity", "Returned."),)}, {}, ["before"]),
        ({"lines": (line("GB-SCT"),)}, {}, {}, ["jurisdiction"]),
        ({"lines": (line("GB-ENG", environment="dark_web"),)}, {}, {}, ["skill"]),
        ({"load": 10}, {}, {}, ["full"]),
        ({"load": 8}, {"weight": 3}, {}, ["full"]),
        ({"load": 8}, {"weight": 2}, {}, []),
        ({"points": 0, "load": 0}, {}, {}, ["capacity"]),
        ({"points": 0, "load": 0, "full_week": 10}, {}, {}, ["full"]),  # everybody is away
        ({"opens": "Monday at 09:00"}, {}, {"band": "P1"}, ["closed"]),
        ({"opens": "Monday at 09:00", "answers_at_night": True}, {}, {"band": "P1"}, []),
        ({"opens": "Monday at 09:00"}, {}, {"band": "P2"}, []),
    ],
)
def test_what_keeps_an_agency_from_it(changed, between, task, codes):
    found = match(
        replace(TASK, **task), replace(NORTH, **changed), replace(AGREED, **between), Rules(), at=AT
    )
    assert [blocker.code for blocker in found.blockers] == codes
    assert found.is_forbidden == (codes == ["agreement"])


def test_the_free_come_first_then_what_can_be_set_aside_then_who_had_it_before_then_the_forbidden():
    agencies = [
        replace(NORTH, id="barred", name="Barred"),
        replace(NORTH, id="before", name="Before"),
        replace(NORTH, id="full", name="Full", load=10),
        replace(NORTH, id="wide", name="Wide", lines=(line("GB"),)),
        replace(NORTH, id="best", name="Best"),
    ]
    between = {one.id: AGREED for one in agencies} | {
        "barred": Between(barred="There is no agreement."),
        "before": replace(AGREED, past=(Past("decline", "no_capacity", "Declined."),)),
    }
    every = ranked(TASK, agencies, between, Rules(), at=AT)
    assert [one.receiver.id for one in every] == ["best", "wide", "full", "before", "barred"]


def test_of_equals_the_one_with_less_to_do_comes_first():
    agencies = [replace(NORTH, id="busy", name="A", load=4), replace(NORTH, id="idle", name="B", load=1)]
    every = ranked(TASK, agencies, dict.fromkeys(("busy", "idle"), AGREED), Rules(), at=AT)
    assert [one.receiver.id for one in every] == ["idle", "busy"]


def test_what_was_kept_gives_the_same_ranking_again():
    task = read_task(written(TASK))
    receivers = [read_receiver(kept) for kept in kept_receivers([NORTH])]
    assert (task, receivers) == (TASK, [NORTH])


# Plans


def plan(tasks, receivers, rules=None, between=AGREED):
    return propose(tasks, receivers, lambda task, receiver: between, rules or Rules(), at=AT)


def where(proposal):
    return {one.task.id: one.chosen.receiver.id if one.chosen else "" for one in proposal.lines}


def test_where_room_is_short_it_goes_to_what_weighs_most_and_the_rest_says_why_it_stays():
    one = replace(NORTH, points=1, load=0)
    found = plan([replace(TASK, id="low", band="P4"), replace(TASK, id="high", band="P2")], [one])
    assert where(found) == {"high": "n", "low": ""}
    stays = next(line for line in found.lines if line.task.id == "low")
    assert stays.stays == "The room of North goes to what weighs more."


def test_of_two_alike_the_one_that_is_due_first_goes_first():
    soon = replace(TASK, id="soon", clock_from=AT - timedelta(days=13), due_at=AT + timedelta(days=1))
    found = plan([TASK, soon], [replace(NORTH, points=1, load=0)])
    assert where(found) == {"soon": "n", "t": ""}


def test_equals_share():
    agencies = [replace(NORTH, id=name, name=name, load=0) for name in "ab"]
    tasks = [replace(TASK, id=f"t{number}", reference=f"R-{number}") for number in range(8)]
    assert sorted(where(plan(tasks, agencies)).values()) == ["a"] * 4 + ["b"] * 4


@pytest.mark.parametrize(
    ("receivers", "between", "says"),
    [
        ([], AGREED, "No agency takes part that could be asked."),
        ([NORTH], Between(barred="No term."), "No agency can be offered this. No term."),
        ([replace(NORTH, load=10)], AGREED, "North comes nearest. Is full: 10 of 10 points this week."),
    ],
)  # fmt: skip
def test_what_stays_says_why(receivers, between, says):
    assert plan([TASK], receivers, between=between).lines[0].stays == says


@pytest.mark.parametrize(
    ("gone", "whole", "answer"), [(0, 10, 100), (5, 10, 150), (10, 10, 200), (99, 10, 200), (-3, 10, 100)]
)
def test_urgency_grows_from_one_to_two_as_the_clock_runs(gone, whole, answer):
    start = AT - timedelta(days=gone)
    assert urgency(replace(TASK, clock_from=start, due_at=start + timedelta(days=whole)), AT) == answer


def test_a_week_grows_dearer_by_fifths_and_what_is_taken_is_gone():
    assert room_of(replace(NORTH, points=10, load=3), Rules()).steps == (
        (1, 100),
        (2, 200),
        (2, 300),
        (2, 400),
    )
    assert room_of(replace(NORTH, points=10, load=12), Rules()).points == 0


# Rules


def test_rules_are_kept_and_read_again():
    rules = Rules(version=4, wished=20, next_after=("P1",))
    assert read_rules(rules.written(), 4) == rules


def test_rules_that_cannot_be_are_refused_each_by_name():
    with pytest.raises(RulesRefused) as refused:
        read_rules({"wished": -1, "late": "much", "risk": {"P1": 0}, "next_after": ["P9"], "luck": 3})
    assert set(refused.value.errors) == {"wished", "late", "risk", "next_after", "luck"}
