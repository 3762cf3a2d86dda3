"""Feedback as a duty: whoever accepts owes the source word, tells it in codes, and is reminded and chased.

The days are typed by hand: P1 3, P2 14, P3 28, P4 and information 60.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.access import visible_events
from notifications.actions import spread_waiting
from notifications.models import FeedEvent, InboxItem, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import GivenRefused, StepRefused, tell_source
from referrals.models import Disclosure, FeedbackOwed, Progress, Referral, StepTaken
from referrals.tasks import watch_clocks
from tests.cast import CHILD_SAFE

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DAYS = {"P1": 3, "P2": 14, "P3": 28, "P4": 60, "INFO": 60}


def owed(referral) -> list[FeedbackOwed]:
    with acting_as(CLOCK):
        return list(FeedbackOwed.objects.filter(referral=referral.pk).order_by("since", "due_at"))


def told(referral) -> list[str]:
    with acting_as(CLOCK):
        rows = Progress.objects.filter(referral=referral.pk).order_by("at")
        return list(rows.values_list("code", flat=True))


def tell(cast, who, referral, code="UNDER_ENQUIRY", *, at=None, **given):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return tell_source(referral.pk, code=code, by=actor, at=at or timezone.now(), **given)


def notices(topic: str) -> set[str]:
    """Which agencies were told; what they only find in their feed is not telling anybody."""
    with acting_as(CLOCK), writing():
        rows = Notice.objects.filter(topic=topic, feed_only=False).select_related("agency")
        return {notice.agency.slug for notice in rows}


def move_back(referral, days: float) -> None:
    """The word that is owed, as if it had been accepted so much earlier."""
    with acting_as(CLOCK), writing():
        [one] = FeedbackOwed.objects.filter(referral=referral.pk, ended_at=None)
        one.since, one.due_at = one.since - days * DAY, one.due_at - days * DAY
        one.save(update_fields=["since", "due_at"])


# What is owed, and when.


@pytest.mark.parametrize("band", DAYS)
def test_an_acceptance_makes_word_due_by_the_band(cast, band):
    referral = cast.referral("received")
    cast.step("triage", referral, cast.anil, priority=band)
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    assert owed(referral) == []
    at = timezone.now()
    cast.step("accept", referral, cast.ben, at=at)
    [one] = owed(referral)
    assert (one.agency_id, one.since, one.due_at) == (cast.police.pk, at, at + DAYS[band] * DAY)


def test_each_word_makes_the_next_one_due_and_a_conclusion_is_the_last(cast):
    referral = cast.referral("accepted")
    at = timezone.now()
    tell(cast, "ben", referral, at=at)
    cast.step("conclude", referral, cast.ben, at=at + MINUTE, outcomes=(CHILD_SAFE,))
    first, second = owed(referral)
    assert (first.ended_by, first.ended_at) == ("told", at)
    assert (second.since, second.due_at) == (at, at + 14 * DAY)
    assert (second.ended_by, second.ended_at) == ("concluded", at + MINUTE)


def test_another_band_moves_the_day_counted_from_the_acceptance(cast):
    referral = cast.referral("accepted")
    [before] = owed(referral)
    cast.step("re-band", referral, cast.ben, priority="P1")
    [after] = owed(referral)
    assert (after.since, after.due_at) == (before.since, before.since + 3 * DAY)


def test_a_return_takes_the_duty_away(cast):
    referral = cast.referral("accepted")
    cast.step("return", referral, cast.ben, reason_code="no_capacity")
    assert [one.ended_by for one in owed(referral)] == ["let_go"]


def test_a_pass_on_that_is_accepted_hands_the_duty_on(cast):
    referral = cast.referral("passed_on")
    assert [one.agency_id for one in owed(referral)] == [cast.police.pk]
    cast.step("accept", referral, cast.dev)
    first, second = owed(referral)
    assert (first.agency_id, first.ended_by) == (cast.police.pk, "let_go")
    assert (second.agency_id, second.ended_by) == (cast.eastmoor.pk, "")


def test_what_was_accepted_before_there_was_a_rule_is_owed_from_now_on(cast):
    referral = cast.referral("accepted", at=timezone.now() - 50 * DAY)
    with acting_as(CLOCK), writing():
        FeedbackOwed.objects.filter(referral=referral.pk).update(ended_at=timezone.now(), ended_by="let_go")
    before = timezone.now()
    watch_clocks()
    one = owed(referral)[-1]
    assert one.ended_at is None
    assert before <= one.since <= timezone.now()
    assert one.due_at == one.since + 14 * DAY


# Telling.


def test_the_custodian_tells_in_a_code_and_a_few_words_and_nothing_else_changes(cast):
    referral = cast.referral("accepted")
    with acting_as(CLOCK):
        steps = StepTaken.objects.filter(referral=referral.pk).count()
    tell(cast, "ben", referral, "SAFEGUARDING_IN_HAND", text=" A visit is arranged. ")
    with acting_as(CLOCK):
        after = Referral.objects.get(pk=referral.pk)
        [one] = Progress.objects.filter(referral=referral.pk)
        assert StepTaken.objects.filter(referral=referral.pk).count() == steps
    assert (after.status, after.version, after.updated_at) == (
        "accepted",
        referral.version,
        referral.updated_at,
    )
    assert (one.code, one.text, one.agency_id) == (
        "SAFEGUARDING_IN_HAND", "A visit is arranged.", cast.police.pk,
    )  # fmt: skip


def test_the_source_finds_it_in_its_inbox_and_its_feed_the_centre_in_its_feed_alone(cast):
    referral = cast.referral("accepted")
    tell(cast, "ben", referral)
    spread_waiting(at=timezone.now())
    topic = {"topic": "referral.progress"}
    with acting_as(CLOCK), writing():
        items = set(InboxItem.objects.filter(**topic).values_list("person__agency__slug", flat=True))
        events = set(FeedEvent.objects.filter(**topic).values_list("agency__slug", flat=True))
    assert items == {"lumen-social"}
    assert events == {"lumen-social", "ohsc", "northshire-police"}


def test_it_is_a_disclosure_in_the_audit_and_in_the_register(cast):
    referral = cast.referral("accepted")
    tell(cast, "ben", referral, text="A visit is arranged.")
    actor = cast.actor(cast.otis)
    with acting_as(actor):
        event = visible_events(actor).filter(action="referral.progress").get()
        line = Disclosure.objects.get(kind="progress")
    assert (event.kind, event.recipient_ids, event.details["code"]) == (
        "disclosure", [cast.lumen.pk], "UNDER_ENQUIRY",
    )  # fmt: skip
    assert "visit" not in str(event.details)
    assert (line.from_agency_id, line.to_agency_id, line.parts) == (
        cast.police.pk,
        cast.lumen.pk,
        ["progress"],
    )


@pytest.mark.parametrize(
    ("who", "status", "why"),
    [
        ("asha", "accepted", "by the custodian only"),
        ("cora", "accepted", "by the custodian only"),
        ("dev", "passed_on", "by the custodian only"),
        ("ben", "concluded", "the referral is concluded"),
        ("cora", "triaged", "the referral is triaged"),
    ],
)
def test_nobody_else_tells_and_not_at_another_time(cast, who, status, why):
    referral = cast.referral(status)
    with pytest.raises(StepRefused, match=why):
        tell(cast, who, referral)
    assert told(referral) == []


def test_whoever_does_not_see_it_is_told_that_there_is_nothing(cast):
    with pytest.raises(Referral.DoesNotExist):
        tell(cast, "cleo", cast.referral("accepted"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "ALL_WELL"}, "code"),
        ({"text": "x" * 301}, "text"),
        ({"text": "Seen\u202eoverridden"}, "text"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(cast, given, field):
    with pytest.raises(GivenRefused) as refused:
        tell(cast, "ben", cast.referral("accepted"), **given)
    assert set(refused.value.errors) == {field}


def test_a_button_pressed_twice_tells_once_and_the_same_word_a_day_later_is_another(cast):
    referral = cast.referral("accepted")
    at = timezone.now()
    for later in (0 * MINUTE, MINUTE, DAY):
        tell(cast, "ben", referral, at=at + later)
    assert told(referral) == ["UNDER_ENQUIRY"] * 2
    assert [one.ended_by for one in owed(referral)] == ["told", "told", ""]


# The chase.


def test_the_custodian_is_reminded_once_when_word_is_due(cast):
    referral = cast.referral("accepted")
    watch_clocks()
    assert notices("referral.feedback_due") == set()
    move_back(referral, 14)
    watch_clocks()
    watch_clocks()
    with acting_as(CLOCK), writing():
        [notice] = Notice.objects.filter(topic="referral.feedback_due")
    assert notice.agency_id == cast.police.pk
    assert notices("referral.feedback_late") == set()


def test_a_week_later_the_named_officers_of_both_are_told_once(cast):
    referral = cast.referral("accepted")
    move_back(referral, 21)
    watch_clocks()
    watch_clocks()
    with acting_as(CLOCK), writing():
        rows = list(Notice.objects.filter(topic="referral.feedback_late"))
    assert {row.agency_id: row.first_to for row in rows} == {
        cast.centre.pk: cast.sol.pk,
        cast.police.pk: None,  # it has named nobody, and has no supervisor
    }
    assert len(rows) == 2


def test_word_that_was_given_is_not_chased(cast):
    referral = cast.referral("accepted")
    move_back(referral, 30)
    tell(cast, "ben", referral)
    watch_clocks()
    assert notices("referral.feedback_due") | notices("referral.feedback_late") == set()


def test_a_band_that_moves_the_day_ahead_lets_it_be_watched_for_anew(cast):
    referral = cast.referral("accepted")
    move_back(referral, 14)
    watch_clocks()
    cast.step("re-band", referral, cast.ben, priority="P3", reason="No contact.")
    cast.step("re-band", referral, cast.bea, priority="P3", reason="Agreed.")
    [one] = owed(referral)
    assert one.reminded_at is None
    assert one.due_at == one.since + 28 * DAY


# The pages.


def test_a_custodian_tells_from_its_list_and_the_source_reads_it(cast):
    referral = cast.referral("accepted")
    ben, asha = cast.browser(cast.ben), cast.browser(cast.asha)
    page = ben.get("/feedback").content.decode()
    assert "What we owe" in page
    assert referral.reference in page
    address = f"/referrals/{referral.pk}/progress"
    answer = ben.post(
        address, {"code": "AWAITING_OTHERS", "text": "With a service abroad.", "back": "feedback"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/feedback")
    for where in ("/feedback", f"/referrals/{referral.pk}"):
        read = asha.get(where).content.decode()
        assert "Awaiting others" in read
        assert "With a service abroad." in read


def test_what_is_wrong_is_said_beside_the_field_and_kept(cast):
    referral = cast.referral("accepted")
    answer = cast.browser(cast.ben).post(
        f"/referrals/{referral.pk}/progress", {"text": "With a service abroad."}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose how it stands" in page
    assert "With a service abroad." in page
    assert told(referral) == []


def test_the_source_cannot_tell_itself(cast):
    referral = cast.referral("accepted")
    answer = cast.browser(cast.asha).post(
        f"/referrals/{referral.pk}/progress", {"code": "ACKNOWLEDGED"}, follow=True
    )
    assert "The source is told by the custodian only." in answer.content.decode()
    assert told(referral) == []


@pytest.mark.parametrize("who", ["ben", "asha", "cora"])
def test_the_page_takes_as_many_statements_for_three_as_for_one(cast, who):
    browser = cast.browser(getattr(cast, who))

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/feedback").status_code == 200
        return len([one for one in asked if one["sql"].startswith(("SELECT", "WITH"))])

    tell(cast, "ben", cast.referral("accepted"))
    few = statements()
    for _ in range(2):
        tell(cast, "ben", cast.referral("accepted"))
    assert statements() == few
