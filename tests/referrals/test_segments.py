"""Where the time went: the segments of a clock follow one another without a gap; their sum is what the deadline says.

Hand-typed journeys first; then whatever is done by whomever in whatever order.
"""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.access import visible_segments
from referrals.actions import GivenRefused, StepRefused
from referrals.models import ClockSegment, Question, Referral
from tests.cast import CHILD_SAFE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
TO_LOOK = {"P1": HOUR}
TO_ACT = {"P1": 4 * HOUR, "P2": 7 * DAY, "P3": 14 * DAY, "P4": 30 * DAY, "INFO": 180 * DAY}


def line(referral, *clocks: str) -> list[ClockSegment]:
    with acting_as(CLOCK):
        rows = ClockSegment.objects.filter(referral=referral, clock__in=clocks).select_related("agency")
        return list(rows.order_by("began_at", "ended_at"))


def told(referral, *clocks: str) -> list[tuple]:
    """Each segment in words: the clock, whose time, whether it ran, and from which hour to which."""
    return [
        (
            one.clock,
            one.agency.slug,
            one.runs,
            (one.began_at - MONDAY) / HOUR,
            None if one.ended_at is None else (one.ended_at - MONDAY) / HOUR,
        )
        for one in line(referral, *clocks)
        if one.ended_at != one.began_at
    ]


CUSTODY = ("eyes", "action")


@pytest.fixture
def walk(cast):
    """`walk(hour, step, who, ...)` takes one step of a referral that arrived on Monday at nine."""
    referral = cast.referral(at=MONDAY)

    def step(hour, name, who, **given):
        return cast.step(name, referral, who, at=MONDAY + hour * HOUR, **given)

    step.referral = referral
    return step


def test_from_hand_to_hand_the_time_is_that_of_whoever_is_to_act(cast, walk):
    walk(2, "triage", cast.anil, priority="P2")
    walk(5, "offer", cast.cora, to_agency=cast.police)
    walk(6, "accept", cast.ben)
    walk(30, "return", cast.ben, reason_code="no_capacity")
    walk(31, "reject", cast.anil, reason_code="out_of_scope")
    assert told(walk.referral, *CUSTODY) == [
        ("eyes", "ohsc", "running", 0, 2),
        ("action", "ohsc", "running", 2, 6),
        ("action", "northshire-police", "running", 6, 30),
        ("action", "ohsc", "running", 30, 31),
    ]
    assert told(walk.referral, "offer") == [("offer", "northshire-police", "running", 5, 6)]


def test_a_question_gives_the_time_to_whoever_was_asked_and_names_itself(cast, walk):
    walk(1, "triage", cast.anil, priority="P2")
    walk(4, "ask", cast.anil, to_agency=cast.lumen, question="When was the account made?")
    walk(9, "answer", cast.asha, answer="In January.")
    assert told(walk.referral, *CUSTODY) == [
        ("eyes", "ohsc", "running", 0, 1),
        ("action", "ohsc", "running", 1, 4),
        ("action", "lumen-social", "paused", 4, 9),
        ("action", "ohsc", "running", 9, None),
    ]
    waits = line(walk.referral, *CUSTODY)[2]
    with acting_as(CLOCK):
        assert Question.objects.get(pk=waits.question_id).text == "When was the account made?"
    assert waits.side == "source"


def test_of_two_questions_the_second_holds_the_clock_when_the_first_is_answered(cast, walk):
    walk(1, "triage", cast.anil, priority="P2")
    walk(2, "offer", cast.cora, to_agency=cast.police)
    walk(3, "accept", cast.ben)
    walk(4, "ask", cast.ben, to_agency=cast.lumen, question="When?")
    walk(5, "ask", cast.ben, to_agency=cast.centre, question="Who else?")
    walk(7, "answer", cast.asha, answer="In January.")
    after = walk(10, "answer", cast.anil, answer="Nobody.")
    assert told(walk.referral, *CUSTODY)[2:] == [
        ("action", "northshire-police", "running", 3, 4),
        ("action", "lumen-social", "paused", 4, 7),
        ("action", "ohsc", "paused", 7, 10),
        ("action", "northshire-police", "running", 10, None),
    ]
    assert after.due_at == MONDAY + 7 * DAY + 6 * HOUR


def test_a_question_before_triage_holds_the_clock_of_looking_and_then_that_of_acting(cast, walk):
    walk(1, "ask", cast.anil, to_agency=cast.lumen, question="When?")
    walk(3, "triage", cast.anil, priority="P2")
    walk(5, "answer", cast.asha, answer="In January.")
    assert told(walk.referral, *CUSTODY) == [
        ("eyes", "ohsc", "running", 0, 1),
        ("eyes", "lumen-social", "paused", 1, 3),
        ("action", "lumen-social", "paused", 3, 5),
        ("action", "ohsc", "running", 5, None),
    ]


def test_custody_that_moves_takes_what_its_questions_held_along_no_further(cast, walk):
    walk(1, "triage", cast.anil, priority="P2")
    walk(2, "offer", cast.cora, to_agency=cast.police)
    walk(3, "ask", cast.anil, to_agency=cast.lumen, question="When?")
    walk(5, "accept", cast.ben)
    assert told(walk.referral, *CUSTODY)[2:] == [
        ("action", "lumen-social", "paused", 3, 5),
        ("action", "northshire-police", "running", 5, None),
    ]


def test_passing_on_is_another_clock_beside_the_custodians(cast, walk):
    walk(1, "triage", cast.anil, priority="P2")
    walk(2, "offer", cast.cora, to_agency=cast.police)
    walk(3, "accept", cast.ben)
    walk(4, "pass-on", cast.ben, to_agency=cast.eastmoor)
    walk(5, "ask", cast.dev, to_agency=cast.police, question="Which device?")
    walk(7, "answer", cast.ben, answer="A telephone.")
    walk(8, "accept", cast.dev)
    assert told(walk.referral, "offer")[1:] == [
        ("offer", "eastmoor-police", "running", 4, 5),
        ("offer", "northshire-police", "paused", 5, 7),
        ("offer", "eastmoor-police", "running", 7, 8),
    ]
    assert told(walk.referral, *CUSTODY)[2:] == [
        ("action", "northshire-police", "running", 3, 8),
        ("action", "eastmoor-police", "running", 8, None),
    ]


def test_a_reopened_referral_begins_anew_and_nobodys_time_ran_while_it_was_closed(cast, walk):
    walk(1, "triage", cast.anil, priority="P2")
    walk(2, "reject", cast.anil, reason_code="spam")
    after = walk(50, "reopen", cast.anil, reason_code="closed_in_error")
    assert told(walk.referral, *CUSTODY)[1:] == [
        ("action", "ohsc", "running", 1, 2),
        ("action", "ohsc", "running", 50, None),
    ]
    assert after.due_at == MONDAY + 50 * HOUR + 7 * DAY


def test_over_the_change_of_the_clocks_an_hour_is_an_hour(cast):
    """The night of 24 October has twenty-five hours: seven days on, it is eight by the clock on the wall."""
    start = datetime(2026, 10, 21, 8, tzinfo=UTC)  # nine by British Summer Time
    referral = cast.referral(at=start)
    cast.step("triage", referral, cast.anil, at=start + HOUR, priority="P2")
    cast.step(
        "ask",
        referral,
        cast.anil,
        at=datetime(2026, 10, 24, 23, tzinfo=UTC),
        to_agency=cast.lumen,
        question="?",
    )
    after = cast.step(
        "answer", referral, cast.asha, at=datetime(2026, 10, 25, 3, tzinfo=UTC), answer="In January."
    )
    assert after.due_at == start + 7 * DAY + 4 * HOUR
    check(referral, datetime(2026, 10, 26, tzinfo=UTC))


def test_who_sees_where_the_time_went(cast, walk):
    walk(1, "triage", cast.anil, priority="P2")
    walk(2, "offer", cast.cora, to_agency=cast.police)
    walk(3, "accept", cast.ben)
    walk(4, "ask", cast.ben, to_agency=cast.lumen, question="When?")
    seen = {}
    for who in (cast.cora, cast.ben, cast.asha, cast.dev):
        actor = cast.actor(who)
        with acting_as(actor):
            rows = visible_segments(actor).filter(referral=walk.referral).select_related("agency")
            seen[who.name.split()[0]] = sorted({one.agency.slug for one in rows})
    everybody = ["lumen-social", "northshire-police", "ohsc"]
    assert seen == {"Cora": everybody, "Ben": everybody, "Asha": ["lumen-social"], "Dev": []}


def check(referral, at: datetime) -> None:
    """What is always true of the clocks of one referral."""
    with acting_as(CLOCK):
        now = Referral.objects.get(pk=referral.pk)
    custody = [one for one in line(referral, *CUSTODY) if one.began_at >= now.clock_from]
    assert custody[0].began_at == now.clock_from
    for one, following in pairwise(custody):
        assert one.ended_at == following.began_at, "neither a gap nor an overlap"
    assert [one.ended_at is None for one in custody] == [False] * (len(custody) - 1) + [now.is_open]
    assert all(one.ended_at is None or one.ended_at >= one.began_at for one in custody)
    stood = sum((one.lasted(at) for one in custody if one.runs == "paused" and one.ended_at), timedelta())
    counted = sum((one.lasted(at) for one in custody if one.runs == "running"), timedelta())
    if not now.is_open:
        return
    may_take = TO_LOOK.get(now.band, DAY) if now.status == "received" else TO_ACT[now.band]
    last = custody[-1]
    assert (last.runs == "paused") == (now.paused_at is not None)
    if last.runs == "running":
        assert stood == now.paused_for
        assert now.due_at == at + may_take - counted, "the sum of what ran is what the deadline says"
    else:
        assert now.due_at == now.paused_at + may_take - counted
        assert last.question_id is not None
    offers = line(referral, "offer")
    for one, following in pairwise(offers):
        assert one.ended_at is not None
        assert one.ended_at <= following.began_at


TRIES = [
    ("triage", "anil", {"priority": "P2"}),
    ("re-band", "cora", {"priority": "P3", "reason": "Access was disproved."}),
    ("re-band", "anil", {"priority": "P2", "reason": "More was sent."}),
    ("offer", "cora", {"to": "police"}),
    ("offer", "cora", {"to": "eastmoor"}),
    ("recall", "cora", {"reason_code": "better_fit"}),
    ("acknowledge", "ben", {}),
    ("accept", "ben", {}),
    ("accept", "dev", {}),
    ("decline", "dev", {"reason_code": "no_capacity"}),
    ("return", "ben", {"reason_code": "no_capacity"}),
    ("pass-on", "ben", {"to": "eastmoor"}),
    ("expire", "clock", {}),
    ("ask", "anil", {"to": "lumen", "question": "When?"}),
    ("ask", "ben", {"to": "lumen", "question": "Where?"}),
    ("ask", "ben", {"to": "centre", "question": "Who?"}),
    ("ask", "dev", {"to": "centre", "question": "Why?"}),
    ("answer", "asha", {"answer": "So."}),
    ("answer", "anil", {"answer": "So."}),
    ("conclude", "ben", {"outcomes": (CHILD_SAFE,)}),
    ("reject", "anil", {"reason_code": "spam"}),
    ("reopen", "anil", {"reason_code": "closed_in_error"}),
]  # fmt: skip
OFTEN, SELDOM = {"offer", "accept", "pass-on", "expire", "decline", "answer"}, {"recall", "return", "reject"}
WEIGHTS = [12 if name in OFTEN else 2 if name in SELDOM else 5 for name, *_ in TRIES]


def test_whatever_is_done_in_whatever_order_the_clocks_add_up(cast):
    chance, taken = random.Random(5), set()
    for _ in range(6):
        referral, at = cast.referral(at=MONDAY), MONDAY
        for _ in range(150):
            at += timedelta(minutes=chance.randrange(0, 400))
            name, who, given = chance.choices(TRIES, WEIGHTS)[0]
            more = {key: value for key, value in given.items() if key != "to"}
            if "to" in given:
                more["to_agency"] = getattr(cast, given["to"])
            if name == "answer":
                more["question_id"] = a_question_to(cast, who, referral, chance)
            try:
                cast.step(name, referral, CLOCK if who == "clock" else getattr(cast, who), at=at, **more)
                taken.add(name)
            except (StepRefused, GivenRefused, Referral.DoesNotExist):
                pass
            check(referral, at)
    assert taken == {name for name, *_ in TRIES}, "each step was taken at least once"


def a_question_to(cast, who: str, referral, chance) -> str | None:
    with acting_as(CLOCK):
        rows = Question.objects.filter(
            referral=referral, to_agency=getattr(cast, who).agency_id, answered_at=None, lapsed_at=None
        )
        found = list(rows.order_by("asked_at", "text").values_list("pk", flat=True))
    return chance.choice(found) if found else None
