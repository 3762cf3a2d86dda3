"""The clocks by band: when they start, who is reminded, who is told that one was missed. Times are typed by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Agency
from notifications.models import Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals import clocks
from referrals.actions import GivenRefused, StepRefused, breach, remind, remind_of_offer
from referrals.tasks import watch_clocks
from tests.cast import CHILD_SAFE
from tests.rows import now

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TO_ACT = {"P1": 4 * HOUR, "P2": 7 * DAY, "P3": 14 * DAY, "P4": 30 * DAY, "INFO": 180 * DAY}


def notices(topic: str) -> list[Notice]:
    """What agencies were told of; what they only find in their feed is not telling anybody."""
    with acting_as(CLOCK), writing():
        rows = Notice.objects.filter(topic=topic, feed_only=False).select_related("agency")
        return list(rows.order_by("subject_at"))


def by_the_clock(verb, referral, at) -> bool:
    with acting_as(CLOCK):
        return verb(referral.pk, by=CLOCK, at=at)


@pytest.mark.parametrize("band", TO_ACT)
def test_a_change_of_band_moves_the_clock_from_where_it_started(cast, band):
    start = timezone.now() - HOUR
    referral = cast.referral("received", at=start)
    triaged = cast.step("triage", referral, cast.anil, priority="P3" if band != "P3" else "P4")
    changed = cast.step("re-band", triaged, cast.anil, priority=band)
    assert (changed.priority, changed.band, changed.due_at) == (band, band, start + TO_ACT[band])


@pytest.mark.parametrize("who", ["anil", "ben"])
def test_the_centre_and_the_custodian_raise_a_band_at_once(cast, who):
    raised = cast.step("re-band", cast.referral("accepted"), getattr(cast, who), priority="P1")
    assert raised.priority == "P1"


class TestLoweringAHighBand:
    def test_takes_a_reason(self, cast):
        with pytest.raises(GivenRefused) as refused:
            cast.step("re-band", cast.referral("accepted"), cast.ben, priority="P3")
        assert set(refused.value.errors) == {"reason"}

    def test_waits_for_a_second_person(self, cast):
        referral = cast.referral("accepted")
        asked = cast.step("re-band", referral, cast.ben, priority="P3", reason="Access was disproved.")
        assert (asked.priority, asked.lowering_to) == ("P2", "P3")
        with pytest.raises(StepRefused, match="A second person is to confirm it"):
            cast.step("re-band", referral, cast.ben, priority="P3", reason="Access was disproved.")
        lowered = cast.step("re-band", referral, cast.bea, priority="P3", reason="Agreed.")
        assert (lowered.priority, lowered.lowering_to) == ("P3", "")

    def test_is_told_to_those_who_may_confirm_and_not_to_the_source(self, cast):
        referral = cast.referral("accepted")
        cast.step("re-band", referral, cast.ben, priority="P3", reason="Access was disproved.")
        assert {notice.agency_id for notice in notices("referral.re-band")} == {
            cast.police.pk,
            cast.centre.pk,
        }
        cast.step("re-band", referral, cast.anil, priority="P3", reason="Agreed.")
        assert notices("referral.re-band")[-1].agency_id in {cast.lumen.pk, cast.police.pk}

    def test_to_another_band_is_another_proposal(self, cast):
        referral = cast.referral("accepted")
        cast.step("re-band", referral, cast.ben, priority="P3", reason="Access was disproved.")
        again = cast.step("re-band", referral, cast.bea, priority="P4", reason="No contact either.")
        assert (again.priority, again.lowering_to) == ("P2", "P4")

    def test_is_forgotten_when_the_band_is_raised(self, cast):
        referral = cast.referral("accepted")
        cast.step("re-band", referral, cast.ben, priority="P3", reason="Access was disproved.")
        raised = cast.step("re-band", referral, cast.anil, priority="P1")
        assert (raised.priority, raised.lowering_to, raised.lowering_by) == ("P1", "", None)

    def test_from_p3_takes_neither(self, cast):
        referral = cast.referral("received")
        cast.step("triage", referral, cast.anil, priority="P3")
        assert cast.step("re-band", referral, cast.anil, priority="P4").priority == "P4"


def test_the_same_band_again_is_refused(cast):
    with pytest.raises(StepRefused, match="It is P2 already"):
        cast.step("re-band", cast.referral("accepted"), cast.ben, priority="P2")


def test_a_reopened_referrals_clock_begins_anew_at_the_centre(cast):
    referral = cast.referral("concluded", at=timezone.now() - 10 * DAY)
    at = timezone.now()
    reopened = cast.step("reopen", referral, cast.anil, at=at, reason_code="new_information")
    assert (reopened.status, reopened.custodian_id, reopened.closed_at) == ("triaged", cast.centre.pk, None)
    assert (reopened.priority, reopened.due_at) == ("P2", at + 7 * DAY)


def test_one_that_was_never_triaged_is_reopened_with_the_band_suggested(cast):
    referral = cast.referral("rejected")
    assert now(referral).priority == ""
    reopened = cast.step("reopen", referral, cast.anil, reason_code="closed_in_error")
    assert reopened.priority == reopened.suggested_priority


def test_a_referral_goes_round_again_after_it_was_reopened(cast):
    referral = cast.referral("concluded")
    cast.step("reopen", referral, cast.ben, reason_code="outcome_challenged")
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    cast.step("accept", referral, cast.ben)
    assert cast.step("conclude", referral, cast.ben, outcomes=(CHILD_SAFE,)).status == "concluded"


def test_who_holds_it_is_reminded_once_when_three_quarters_have_passed(cast):
    start = timezone.now() - DAY
    referral = cast.referral("accepted", at=start)
    early, late = start + 5 * DAY, start + 5 * DAY + 6 * HOUR  # P2: seven days, a quarter is 1 day 18 hours
    assert not by_the_clock(remind, referral, early)
    assert by_the_clock(remind, referral, late)
    assert not by_the_clock(remind, referral, late + HOUR)
    [notice] = notices("referral.due_soon")
    assert (notice.agency_id, notice.urgent) == (cast.police.pk, False)


def test_a_missed_clock_is_told_once_to_officers_and_coordinators_of_the_custodian_and_the_centre(cast):
    with acting_as(CLOCK), writing():
        Agency.objects.filter(pk=cast.police.pk).update(breach_officer=cast.bea)
    referral = cast.referral("accepted", at=timezone.now() - 8 * DAY)
    assert by_the_clock(breach, referral, timezone.now())
    assert not by_the_clock(breach, referral, timezone.now())
    to_people = [notice for notice in notices("referral.overdue") if notice.to_people]
    told = sorted((notice.agency.slug, notice.first_to) for notice in to_people)
    expected = [("northshire-police", cast.bea.pk), ("ohsc", cast.cora.pk), ("ohsc", cast.sol.pk)]
    assert told == sorted(expected)  # Bea coordinates too; Sol supervises at the Centre
    assert all(notice.urgent for notice in to_people)


def test_a_clock_that_stands_still_is_neither_reminded_of_nor_missed(cast):
    start = timezone.now() - DAY
    referral = cast.referral("accepted", at=start)
    cast.step("ask", referral, cast.ben, at=start + HOUR, to_agency=cast.lumen, question="Which time zone?")
    assert not by_the_clock(breach, referral, start + 8 * DAY)
    assert not by_the_clock(remind, referral, start + 6 * DAY)


def test_a_clock_that_moved_on_is_watched_anew(cast):
    start = timezone.now() - 6 * DAY
    referral = cast.referral("accepted", at=start)
    assert by_the_clock(remind, referral, start + 6 * DAY)
    cast.step("re-band", referral, cast.ben, priority="P3", reason="Access was disproved.")
    cast.step("re-band", referral, cast.bea, priority="P3", reason="Agreed.")
    assert now(referral).reminded_at is None
    assert by_the_clock(remind, referral, start + 11 * DAY)


def test_an_offered_agency_is_reminded_once_before_its_time_is_up(cast):
    referral = cast.referral("offered", at=timezone.now() - HOUR)  # offered two minutes later, for four hours
    made = timezone.now() - 58 * MINUTE
    assert not by_the_clock(remind_of_offer, referral, made + 2 * HOUR)
    assert by_the_clock(remind_of_offer, referral, made + 3 * HOUR + MINUTE)
    assert not by_the_clock(remind_of_offer, referral, made + 3 * HOUR + 2 * MINUTE)
    assert [notice.agency_id for notice in notices("referral.answer_soon")] == [cast.police.pk]


def test_the_watch_finds_what_runs_out_and_nothing_else(committed_cast):
    cast = committed_cast
    missed = cast.referral("accepted", at=timezone.now() - 8 * DAY)
    soon = cast.referral("triaged", at=timezone.now() - 6 * DAY)
    cast.referral("triaged", at=timezone.now() - HOUR)
    cast.referral("concluded", at=timezone.now() - 9 * DAY)
    assert watch_clocks() == 2
    assert watch_clocks() == 0
    assert [notice.subject_id for notice in notices("referral.due_soon")] == [soon.pk]
    assert {notice.subject_id for notice in notices("referral.overdue")} == {missed.pk}


def test_an_offer_that_waits_for_our_answer_is_not_late(cast):
    referral = cast.referral("offered")
    cast.step("ask", referral, cast.ben, to_agency=cast.centre, question="Which time zone?")
    with acting_as(CLOCK):
        assert clocks.offers_past_their_time(at=timezone.now() + 9 * DAY) == []
