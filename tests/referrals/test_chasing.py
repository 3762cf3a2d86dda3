"""Reminders, missed clocks, questions nobody answers: who is told, when, how often. Times are typed by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from agencies.models import Agency, User
from audit.access import visible_events
from notifications.actions import spread_waiting
from notifications.models import FeedEvent, InboxItem, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals import clocks
from referrals.actions import StepRefused, chase_by_the_clock, chase_question, remind, remind_of_offer, take
from referrals.answering import is_to_be_reminded, question_by
from referrals.models import Offer, Question, Referral
from referrals.tasks import expire_offers, watch_clocks
from tests.cast import PEOPLE, QUESTION


@pytest.fixture
def committed_cast(committed_cast):
    """The cast alone: whoever other tests left is away meanwhile, and no agency has a named officer but whom a test
    names."""
    cast_emails = [
        f"{name}@{getattr(committed_cast, agency).slug}.example" for name, (_, agency, _) in PEOPLE.items()
    ]
    with acting_as(CLOCK), writing():
        guests = User.objects.filter(is_active=True).exclude(email__in=cast_emails)
        away = list(guests.values_list("pk", flat=True))
        officers = list(Agency.objects.values_list("pk", "breach_officer"))
        guests.update(is_active=False)
        Agency.objects.update(breach_officer=None)
    yield committed_cast
    with acting_as(CLOCK), writing():
        User.objects.filter(pk__in=away).update(is_active=True)
        for agency, officer in officers:
            Agency.objects.filter(pk=agency).update(breach_officer=officer)


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def inboxes(topic: str) -> dict[str, int]:
    """Who found it in their inbox, and how often."""
    spread_waiting(at=timezone.now())
    with acting_as(CLOCK), writing():
        items = list(InboxItem.objects.filter(topic=topic).values_list("person__email", flat=True))
    names = [email.split("@")[0] for email in items]
    return {name: names.count(name) for name in names}


def feeds(topic: str) -> dict[str, int]:
    with acting_as(CLOCK), writing():
        slugs = list(FeedEvent.objects.filter(topic=topic).values_list("agency__slug", flat=True))
    return {slug: slugs.count(slug) for slug in slugs}


def name_officer(agency, person) -> None:
    with acting_as(CLOCK), writing():
        Agency.objects.filter(pk=agency.pk).update(breach_officer=person)


def hold(cast, who, referral) -> None:
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        take(referral.pk, by=actor, at=timezone.now())


def the_question() -> Question:
    with acting_as(CLOCK):
        return Question.objects.select_related("referral").get()


def by_the_clock(verb, key, at) -> bool:
    with acting_as(CLOCK):
        return verb(key, by=CLOCK, at=at)


def press(cast, who, question, at):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return chase_question(question.pk, by=actor, at=at)


def asked(cast, *, at, band="P2", by="ben", to="lumen") -> Question:
    """A question about a referral in the custody of the police."""
    referral = cast.referral("accepted", at=at - HOUR)
    if band != "P2":
        given = {"reason": "Agreed."} if band != "P1" else {}
        cast.step("re-band", referral, cast.ben, at=at - 2 * MINUTE, priority=band, **given)
        if given:
            cast.step("re-band", referral, cast.bea, at=at - MINUTE, priority=band, **given)
    cast.step("ask", referral, getattr(cast, by), at=at, to_agency=getattr(cast, to), question=QUESTION)
    return the_question()


# A missed clock.


def test_a_missed_clock_is_told_to_each_who_is_concerned_once_and_to_each_system_once(committed_cast):
    cast = committed_cast
    name_officer(cast.police, cast.bea)
    referral = cast.referral("accepted", at=timezone.now() - 8 * DAY)
    hold(cast, "ben", referral)
    watch_clocks()
    watch_clocks()
    assert inboxes("referral.overdue") == {"ben": 1, "bea": 1, "cora": 1, "sol": 1}
    assert feeds("referral.overdue") == {"northshire-police": 1, "ohsc": 1}
    with acting_as(CLOCK), writing():
        told = Notice.objects.filter(topic="referral.overdue", to_people=True)
        assert all(notice.urgent for notice in told)


def test_where_nobody_coordinates_whoever_acts_is_told(committed_cast):
    cast = committed_cast
    referral = cast.referral("passed_on", at=timezone.now() - 8 * DAY)
    cast.step("accept", referral, cast.dev, at=timezone.now() - 8 * DAY + 5 * MINUTE)
    watch_clocks()
    assert set(inboxes("referral.overdue")) == {"dev", "cora", "sol"}


def test_an_offer_that_nobody_answered_reaches_the_named_officer_too(committed_cast):
    cast = committed_cast
    name_officer(cast.police, cast.bea)
    referral = cast.referral("offered", at=timezone.now() - 5 * HOUR)
    hold(cast, "ben", referral)
    expire_offers()
    expire_offers()
    found = inboxes("referral.expire")
    assert {name: found[name] for name in ("ben", "bea")} == {"ben": 1, "bea": 1}


# Reminders.


def test_a_reminder_of_an_offer_goes_to_whoever_has_it(committed_cast):
    cast = committed_cast
    referral = cast.referral("offered", at=timezone.now() - 3 * HOUR - 30 * MINUTE)
    hold(cast, "ben", referral)
    watch_clocks()
    watch_clocks()
    assert inboxes("referral.answer_soon") == {"ben": 1}


def test_an_offer_whose_deadline_moved_is_reminded_of_anew(cast):
    start = timezone.now() - DAY
    referral = cast.referral("offered", at=start)  # two minutes later, for four hours
    made = start + 2 * MINUTE
    assert by_the_clock(remind_of_offer, referral.pk, made + 3 * HOUR)
    cast.step("ask", referral, cast.ben, at=made + 3 * HOUR, to_agency=cast.centre, question=QUESTION)
    assert not by_the_clock(remind_of_offer, referral.pk, made + 4 * HOUR)  # it stands still
    cast.step("answer", referral, cast.anil, at=made + 10 * HOUR, answer="In May.")
    assert by_the_clock(remind_of_offer, referral.pk, made + 10 * HOUR)
    assert not by_the_clock(remind_of_offer, referral.pk, made + 10 * HOUR + MINUTE)


def test_a_clock_that_was_extended_is_reminded_of_anew(cast):
    start = timezone.now() - 20 * DAY
    referral = cast.referral("accepted", at=start)
    assert by_the_clock(remind, referral.pk, start + 6 * DAY)
    cast.step("ask", referral, cast.ben, at=start + 6 * DAY, to_agency=cast.lumen, question=QUESTION)
    cast.step("answer", referral, cast.asha, at=start + 10 * DAY, answer="In May.")
    assert not by_the_clock(
        remind, referral.pk, start + 9 * DAY
    )  # due on the eleventh day, reminded on the tenth
    assert by_the_clock(remind, referral.pk, start + 10 * DAY)
    assert not by_the_clock(remind, referral.pk, start + 10 * DAY + HOUR)


@pytest.mark.parametrize(
    ("band", "at", "until", "is_soon"),
    [  # The desk is open from Monday to Friday, 08:00 to 18:00; a quarter of P3's 24 hours is 6, of P4's 72 is 18
        ("P2", datetime(2026, 11, 23, 11, 1, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC), True),
        ("P2", datetime(2026, 11, 23, 10, 59, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC), False),
        ("P3", datetime(2026, 11, 20, 13, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC), True),
        ("P3", datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC), False),
        ("P4", datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC), True),
        ("P4", datetime(2026, 11, 20, 17, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC), False),
        ("P2", datetime(2026, 11, 23, 12, 1, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC), False),
    ],
)
def test_a_quarter_of_an_offer_is_counted_in_the_time_of_the_agency(cast, band, at, until, is_soon):
    assert is_to_be_reminded(band, cast.police, until, at) is is_soon


# By when a question is to be answered.

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("band", "since", "by"),
    [  # The desk is open from Monday to Friday, 08:00 to 18:00
        ("P1", FRIDAY, datetime(2026, 11, 20, 11, tzinfo=UTC)),
        ("P1", datetime(2026, 11, 21, 3, tzinfo=UTC), datetime(2026, 11, 21, 4, tzinfo=UTC)),
        ("P2", FRIDAY, datetime(2026, 11, 20, 14, tzinfo=UTC)),
        ("P3", FRIDAY, datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("P3", datetime(2026, 11, 20, 22, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("P3", datetime(2026, 11, 21, 7, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("P4", FRIDAY, datetime(2026, 11, 25, 10, tzinfo=UTC)),
        ("INFO", datetime(2026, 11, 23, 17, tzinfo=UTC), datetime(2026, 11, 26, 17, tzinfo=UTC)),
        (
            "P3",
            datetime(2026, 12, 24, 10, tzinfo=UTC),
            datetime(2026, 12, 29, 10, tzinfo=UTC),
        ),  # Boxing Day's Monday
    ],
)
def test_a_question_has_its_time_by_band_and_by_the_asked_desk(cast, band, since, by):
    assert question_by(band, cast.lumen, since) == by


def test_a_desk_whose_hours_cannot_be_read_is_given_the_working_day_all_the_same(cast):
    cast.lumen.desk_hours = "Ring the bell"
    assert question_by("P3", cast.lumen, FRIDAY) == datetime(2026, 11, 23, 10, tzinfo=UTC)


# Chased, then escalated.


@pytest.mark.parametrize(("band", "hours"), [("P1", 1), ("P2", 4)])
def test_a_question_is_chased_at_its_time_and_escalated_after_as_much_again(cast, band, hours):
    start = timezone.now() - 2 * DAY
    question = asked(cast, at=start, band=band)
    first, second = start + hours * HOUR, start + 2 * hours * HOUR
    assert question.answer_by == first
    did = [
        by_the_clock(chase_by_the_clock, question.pk, at)
        for at in (first - MINUTE, first, first, second - MINUTE, second, second, second + DAY)
    ]
    assert did == [False, True, False, False, True, False, False]
    done = the_question()
    assert (done.chased_at, done.escalated_at) == (first, second)


def test_the_asked_party_is_chased_and_nobody_else_hears_of_it(committed_cast):
    cast = committed_cast
    asked(cast, at=timezone.now() - 5 * HOUR)
    watch_clocks()
    watch_clocks()
    assert inboxes("referral.question_due") == {"asha": 1}
    assert feeds("referral.question_due") == {"lumen-social": 1}
    assert inboxes("referral.question_late") == {}


def test_an_escalation_reaches_officer_and_coordinators_of_the_asked_and_the_asker_hears_of_it(
    committed_cast,
):
    cast = committed_cast
    name_officer(cast.centre, cast.ada)
    question = asked(cast, at=timezone.now() - 10 * HOUR, to="centre")
    hold(cast, "anil", question.referral)
    by_the_clock(chase_by_the_clock, question.pk, timezone.now() - 5 * HOUR)
    watch_clocks()
    watch_clocks()
    assert inboxes("referral.question_due") == {"anil": 1}
    assert inboxes("referral.question_late") == {"anil": 1, "cora": 1, "ada": 1, "bea": 1}
    assert feeds("referral.question_late") == {"ohsc": 1, "northshire-police": 1}


def test_a_worker_that_was_away_chases_first_and_leaves_the_asked_its_time(cast):
    question = asked(cast, at=timezone.now() - 3 * DAY)
    late = timezone.now() - DAY
    assert by_the_clock(chase_by_the_clock, question.pk, late)
    assert the_question().next_at == late + 4 * HOUR


@pytest.mark.parametrize("how", ["answered", "lapsed"])
def test_a_question_that_nobody_waits_for_is_not_chased(cast, how):
    start = timezone.now() - DAY
    question = asked(cast, at=start)
    if how == "answered":
        cast.step("answer", question.referral, cast.asha, at=start + HOUR, answer="In May.")
    else:
        cast.step("return", question.referral, cast.ben, at=start + HOUR, reason_code="no_capacity")
    assert not by_the_clock(chase_by_the_clock, question.pk, start + DAY)
    with acting_as(CLOCK):
        assert clocks.questions_to_chase(at=start + DAY) == []


def test_another_band_is_another_time_counted_from_when_it_was_asked(cast):
    start = timezone.now() - DAY
    question = asked(cast, at=start)
    by_the_clock(chase_by_the_clock, question.pk, start + 4 * HOUR)
    cast.step("re-band", question.referral, cast.ben, at=start + 5 * HOUR, priority="P1")
    raised = the_question()
    assert (raised.answer_by, raised.chased_at) == (start + HOUR, start + 4 * HOUR)
    assert raised.next_at == start + 5 * HOUR


def test_a_later_time_is_watched_for_anew(cast):
    start = timezone.now() - HOUR
    question = asked(cast, at=start, band="P1")
    by_the_clock(chase_by_the_clock, question.pk, start + HOUR)
    for who in (cast.ben, cast.bea):
        cast.step("re-band", question.referral, who, priority="P2", reason="Access was disproved.")
    lowered = the_question()
    assert (lowered.answer_by, lowered.next_at) == (start + 4 * HOUR, start + 4 * HOUR)
    assert lowered.chased_at is None


def test_a_question_from_before_there_was_a_time_has_its_time_from_now_on(committed_cast):
    cast = committed_cast
    asked(cast, at=timezone.now() - 3 * DAY)
    with acting_as(CLOCK), writing():
        Question.objects.update(answer_by=None, next_at=None)
    before = timezone.now()
    watch_clocks()
    question = the_question()
    assert before + 4 * HOUR <= question.answer_by <= timezone.now() + 4 * HOUR
    assert question.chased_at is None


# Pressing for an answer.


def test_whoever_asked_presses_for_the_answer_at_most_once_an_hour(committed_cast):
    cast = committed_cast
    start = timezone.now() - 2 * HOUR
    question = asked(cast, at=start)
    press(cast, "bea", question, start + MINUTE)
    with pytest.raises(StepRefused, match=r"Lumen Social was chased at \d\d:\d\d. You can press again from"):
        press(cast, "ben", question, start + HOUR)
    press(cast, "ben", question, start + HOUR + MINUTE)
    assert inboxes("referral.question_due") == {"asha": 2}
    assert the_question().answer_by == start + 4 * HOUR  # pressing gives nobody more time


def test_pressing_counts_from_the_chase_of_the_clock_too(cast):
    start = timezone.now() - DAY
    question = asked(cast, at=start)
    by_the_clock(chase_by_the_clock, question.pk, start + 4 * HOUR)
    with pytest.raises(StepRefused, match="You can press again from"):
        press(cast, "ben", question, start + 4 * HOUR + 59 * MINUTE)
    press(cast, "ben", question, start + 5 * HOUR)


@pytest.mark.parametrize("who", ["asha", "cora"])
def test_nobody_but_the_asking_side_presses(cast, who):
    question = asked(cast, at=timezone.now() - HOUR)
    with pytest.raises(StepRefused, match="is for whoever asked"):
        press(cast, who, question, timezone.now())


def test_whoever_does_not_see_the_question_is_told_that_there_is_none(cast):
    question = asked(cast, at=timezone.now() - HOUR)
    for who in ("dev", "cleo"):
        with pytest.raises(Question.DoesNotExist):
            press(cast, who, question, timezone.now())


def test_an_answered_question_is_not_pressed_for(cast):
    question = asked(cast, at=timezone.now() - HOUR)
    cast.step("answer", question.referral, cast.asha, answer="In May.")
    with pytest.raises(StepRefused, match="The question was answered"):
        press(cast, "ben", question, timezone.now())


def test_each_of_these_stands_in_the_audit_with_who_was_told(cast):
    start = timezone.now() - DAY
    question = asked(cast, at=start)
    press(cast, "ben", question, start + MINUTE)
    for later in (4, 8):
        by_the_clock(chase_by_the_clock, question.pk, start + later * HOUR)
    otis = cast.actor(cast.otis)
    with acting_as(otis):
        rows = visible_events(otis).filter(details__question=str(question.pk), details__has_key="band")
        found = {event.action: set(event.recipient_ids) for event in rows}
    assert found == {
        "question.chased": {cast.lumen.pk},
        "clock.question_due": {cast.lumen.pk},
        "clock.question_late": {cast.lumen.pk, cast.police.pk},
    }
    with acting_as(CLOCK):
        assert Referral.objects.get().version == 5  # asked, and nothing after it
        assert not Offer.objects.filter(state="open").exists()
