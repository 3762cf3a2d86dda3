"""One party asks another; who waits for the answer has a clock that stands still. Times are typed by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.access import visible_questions
from referrals.actions import GivenRefused, StepRefused
from referrals.models import Offer, Question
from referrals.record import open_record
from tests.cast import CHILD_SAFE
from tests.rows import now

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AGENCIES = ("centre", "lumen", "police", "eastmoor", "harbour")
WORDS = "When was the account made?"


def ask(cast, referral, who, to_agency, *, at=None, question=WORDS):
    return cast.step("ask", referral, who, at=at, to_agency=to_agency, question=question)


def answer(cast, referral, who, *, at=None, **given):
    return cast.step("answer", referral, who, at=at, **{"answer": "In May."} | given)


def offer_of(referral) -> Offer:
    with acting_as(CLOCK):
        return Offer.objects.get(referral=referral, state="open")


# Who asks, in which state: whom they may ask. Nobody learns by asking who else is a party.
ASKABLE = {
    ("asha", "received"): {"centre"},
    ("asha", "offered"): {"centre"},
    ("asha", "accepted"): {"centre", "police"},
    ("anil", "received"): {"lumen"},
    ("anil", "offered"): {"lumen", "police"},
    ("anil", "accepted"): {"lumen", "police"},
    ("anil", "passed_on"): {"lumen", "police", "eastmoor"},
    ("ben", "offered"): {"centre"},
    ("ben", "accepted"): {"lumen", "centre"},
    ("ben", "passed_on"): {"lumen", "centre", "eastmoor"},
    ("dev", "passed_on"): {"centre", "police"},
}


@pytest.mark.parametrize(("who", "status"), ASKABLE)
def test_a_question_goes_to_a_party_that_the_asker_knows_of(cast, who, status):
    referral = cast.referral(status)
    assert {name for name in AGENCIES if is_asked(cast, referral, who, name)} == ASKABLE[who, status]


def is_asked(cast, referral, who, name) -> bool:
    try:
        ask(cast, referral, getattr(cast, who), getattr(cast, name))
    except StepRefused as refused:
        said = str(refused)
    else:
        return True
    assert said.startswith("A question goes to another party of the referral")
    return False


@pytest.mark.parametrize("reader", ["asha", "ben", "anil", "dev"])
def test_a_question_is_read_by_its_two_sides_the_custodian_and_the_centre(cast, reader):
    referral = cast.referral("passed_on")
    ask(cast, referral, cast.ben, cast.lumen)  # the custodian asks the source
    ask(cast, referral, cast.dev, cast.centre)  # who is offered it asks the Centre
    ask(cast, referral, cast.asha, cast.centre)  # the source asks the Centre
    actor = cast.actor(getattr(cast, reader))
    with acting_as(actor):
        found = {
            question.from_agency.slug
            for question in open_record(referral.pk, actor, at=timezone.now()).questions
        }
    expected = {
        "asha": {"northshire-police", "lumen-social"},
        "ben": {"northshire-police", "eastmoor-police", "lumen-social"},
        "anil": {"northshire-police", "eastmoor-police", "lumen-social"},
        "dev": {"eastmoor-police"},
    }
    assert found == expected[reader]


def test_a_question_ends_with_the_standing_of_who_put_it(cast):
    referral = cast.referral("passed_on")
    ask(cast, referral, cast.dev, cast.centre)
    cast.step("decline", referral, cast.dev, reason_code="no_capacity")
    with acting_as(CLOCK):
        assert Question.objects.get().lapsed_at is not None
    dev = cast.actor(cast.dev)
    with acting_as(dev):
        assert not visible_questions(dev).exists()


def test_the_custodians_clock_stands_still_until_the_answer(cast):
    start = timezone.now() - 2 * DAY
    referral = cast.referral("accepted", at=start)
    due = now(referral).due_at
    assert due == start + 7 * DAY  # P2, from the moment it was received
    asked = ask(cast, referral, cast.ben, cast.lumen, at=start + 10 * HOUR)
    assert (asked.paused_at, asked.due_at) == (start + 10 * HOUR, due)
    answered = answer(cast, referral, cast.asha, at=start + 15 * HOUR)
    assert (answered.paused_at, answered.paused_for) == (None, 5 * HOUR)
    assert answered.due_at == due + 5 * HOUR


def test_two_questions_at_once_pause_one_clock_once(cast):
    start = timezone.now() - 2 * DAY
    referral = cast.referral("accepted", at=start)
    ask(cast, referral, cast.ben, cast.lumen, at=start + 10 * HOUR)
    ask(cast, referral, cast.ben, cast.centre, at=start + 12 * HOUR)
    answer(cast, referral, cast.asha, at=start + 13 * HOUR)
    assert now(referral).paused_at == start + 10 * HOUR
    answer(cast, referral, cast.anil, at=start + 16 * HOUR)
    assert now(referral).due_at == start + 7 * DAY + 6 * HOUR


def test_an_offered_agencys_question_pauses_its_own_answer_and_not_the_centres_clock(cast):
    start = timezone.now() - HOUR
    referral = cast.referral("offered", at=start)
    until = offer_of(referral).answer_by
    ask(cast, referral, cast.ben, cast.centre, at=start + 10 * MINUTE)
    assert now(referral).paused_at is None
    with pytest.raises(StepRefused, match="waits for the answer to a question"):
        cast.step("expire", referral, CLOCK, at=until + DAY)
    answer(cast, referral, cast.cora, at=start + 40 * MINUTE)
    assert offer_of(referral).answer_by == until + 30 * MINUTE


def test_a_sources_question_pauses_nothing(cast):
    referral = cast.referral("accepted")
    ask(cast, referral, cast.asha, cast.police)
    assert now(referral).paused_at is None


def test_the_clock_goes_on_when_custody_moves(cast):
    start = timezone.now() - 2 * DAY
    referral = cast.referral("accepted", at=start)
    ask(cast, referral, cast.ben, cast.lumen, at=start + 10 * HOUR)
    returned = cast.step("return", referral, cast.ben, at=start + 13 * HOUR, reason_code="no_capacity")
    assert (returned.paused_at, returned.due_at) == (None, start + 7 * DAY + 3 * HOUR)
    with pytest.raises(StepRefused, match="no question to your agency is open"):
        answer(cast, referral, cast.asha)


def test_what_the_centre_asked_can_be_answered_after_an_agency_accepted(cast):
    referral = cast.referral("offered")
    ask(cast, referral, cast.anil, cast.lumen)
    accepted = cast.step("accept", referral, cast.ben)
    assert accepted.paused_at is None
    answer(cast, referral, cast.asha)
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        assert [question.answer for question in visible_questions(ben)] == ["In May."]


def test_a_conclusion_ends_all_questions(cast):
    referral = cast.referral("asked")
    concluded = cast.step("conclude", referral, cast.ben, outcomes=(CHILD_SAFE,))
    assert concluded.paused_at is None
    with acting_as(CLOCK):
        assert Question.objects.get().lapsed_at == concluded.closed_at


def test_with_two_questions_open_the_one_answered_is_named(cast):
    referral = cast.referral("asked")
    ask(cast, referral, cast.ben, cast.lumen, question="Which time zone?")
    with pytest.raises(GivenRefused) as refused:
        answer(cast, referral, cast.asha)
    assert set(refused.value.errors) == {"question_id"}
    with acting_as(CLOCK):
        second = Question.objects.get(text="Which time zone?")
    answer(cast, referral, cast.asha, question_id=second.pk)
    with acting_as(CLOCK):
        assert Question.objects.get(pk=second.pk).answer == "In May."


def test_a_question_is_answered_once(cast):
    referral = cast.referral("asked")
    answer(cast, referral, cast.asha)
    with pytest.raises(StepRefused, match="no question to your agency is open"):
        answer(cast, referral, cast.asha)


def test_the_source_sees_in_the_history_only_the_questions_it_is_a_side_of(cast):
    referral = cast.referral("passed_on")
    ask(cast, referral, cast.dev, cast.centre)
    ask(cast, referral, cast.ben, cast.lumen)
    asha = cast.actor(cast.asha)
    with acting_as(asha):
        seen = open_record(referral.pk, asha, at=timezone.now())
    assert [(step.step, step.agency.slug) for step in seen.history if step.step == "ask"] == [
        ("ask", "northshire-police")
    ]
