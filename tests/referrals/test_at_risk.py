"""A child may be at risk now: people are called, rung by rung, until one of them has it. Minutes typed by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Agency, User
from notifications.models import Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.access import visible_alarm_calls, visible_alarms
from referrals.actions import StepRefused, climb, lease_page, settle_page, take, take_alarm
from referrals.clocks import rungs_to_call
from referrals.models import Alarm, AlarmCall, Holding

MINUTE = timedelta(minutes=1)
P1 = {"factors": {"live_streaming": "yes"}}


@pytest.fixture
def more_people(cast):
    """At the police, a supervisor; each agency's officer is named."""
    with acting_as(CLOCK), writing():
        sam = User(
            email="sam@northshire-police.example", name="Sam Pell", agency=cast.police, role="supervisor"
        )
        sam.save()
        Agency.objects.filter(pk=cast.police.pk).update(breach_officer=sam)
        Agency.objects.filter(pk=cast.centre.pk).update(breach_officer=cast.sol)
    return sam


def alarms(referral) -> list[Alarm]:
    with acting_as(CLOCK):
        return list(Alarm.objects.filter(referral=referral).order_by("raised_at", "ended_at"))


def live(referral) -> Alarm | None:
    return next((one for one in alarms(referral) if one.ended_at is None), None)


def called(alarm) -> list[tuple[int, str]]:
    """Who was called at which minute by inbox and e-mail, in the order of the ladder."""
    with acting_as(CLOCK):
        calls = AlarmCall.objects.filter(alarm=alarm, channel="inbox").select_related("person")
        rows = calls.order_by("called_at", "person__name")
        return [((one.called_at - alarm.raised_at) // MINUTE, one.person.name.split()[0]) for one in rows]


def pass_minutes(alarm, until: int, *, since: int = 0) -> None:
    """The clock looks each minute, as it does each few seconds."""
    for minute in range(since, until + 1):
        at = alarm.raised_at + minute * MINUTE
        with acting_as(CLOCK):
            due = alarm.pk in rungs_to_call(at=at)
            assert climb(alarm.pk, by=CLOCK, at=at) is due


def test_the_centres_ladder_is_climbed_within_its_minutes_and_never_ends(cast, more_people):
    alarm = live(cast.referral(**P1))
    assert alarm.agency_id == cast.centre.pk
    pass_minutes(alarm, 46)
    everybody = ["Ada", "Anil", "Cora", "Sol"]
    assert called(alarm) == [
        (0, "Anil"),
        (5, "Cora"),
        (10, "Sol"),
        (15, "Sol"),
        *((25, name) for name in everybody),
        *((35, name) for name in everybody),
        *((45, name) for name in everybody),
    ]


def test_an_offered_agencys_ladder_ends_up_at_the_centre_as_well(cast, more_people):
    referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    alarm = live(referral)
    assert (alarm.agency_id, alarm.why) == (cast.police.pk, "offered")
    pass_minutes(alarm, 50)
    last = ["Bea", "Ben", "Cora", "Sam"]
    assert called(alarm) == [
        (0, "Ben"),
        (10, "Bea"),
        (10, "Sam"),
        (20, "Sam"),
        (30, "Cora"),
        *((40, name) for name in last),
        *((50, name) for name in last),
    ]


def test_a_rung_on_which_nobody_stands_is_stepped_over_at_once(cast):
    """The police have no supervisor here, and no named officer."""
    referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    alarm = live(referral)
    pass_minutes(alarm, 39)
    assert called(alarm) == [(0, "Ben"), (10, "Bea"), (20, "Cora")]


def test_whoever_holds_it_is_called_first(cast):
    referral = cast.referral(at=timezone.now())
    with acting_as(CLOCK), writing():
        Holding.objects.create(referral=referral, agency=cast.centre, person=cast.cora, since=timezone.now())
    cast.step("triage", referral, cast.anil, priority="P1")
    alarm = live(referral)
    pass_minutes(alarm, 0)
    assert called(alarm) == [(0, "Cora")]


def test_a_clock_that_was_away_calls_what_it_missed_at_once_and_goes_on_in_time(cast, more_people):
    alarm = live(cast.referral(**P1))
    with acting_as(CLOCK):
        climb(alarm.pk, by=CLOCK, at=alarm.raised_at + 12 * MINUTE)
    assert called(alarm) == [(12, "Anil"), (12, "Cora"), (12, "Sol")]
    assert live(alarm.referral_id).next_at == alarm.raised_at + 15 * MINUTE


def test_each_person_has_one_urgent_notice_a_rung_with_a_reference_and_nothing_else(cast):
    referral = cast.referral(**P1)
    alarm = live(referral)
    pass_minutes(alarm, 0)
    with acting_as(CLOCK), writing():
        to_person, to_systems = Notice.objects.filter(topic="referral.at_risk_now").order_by("-to_people")
    assert (to_person.first_to, to_person.urgent, to_person.subject_type) == (cast.anil.pk, True, "alarm")
    assert (to_systems.agency_id, to_systems.to_people) == (cast.centre.pk, False)
    assert {to_person.reference, to_systems.reference} == {referral.reference}


class TestRaising:
    def test_on_arrival(self, cast):
        assert live(cast.referral(**P1)).why == "arrived"
        assert live(cast.referral()) is None

    def test_by_triage_and_by_a_higher_band(self, cast):
        referral = cast.step("triage", cast.referral(), cast.anil, priority="P1")
        assert live(referral).why == "raised"
        accepted = cast.step("re-band", cast.referral("accepted"), cast.cora, priority="P1")
        assert (live(accepted).why, live(accepted).agency_id) == ("raised", cast.police.pk)

    def test_by_reopening(self, cast):
        referral = cast.step("reject", cast.referral(**P1), cast.anil, reason_code="spam")
        assert live(referral) is None
        cast.step("reopen", referral, cast.anil, reason_code="closed_in_error")
        assert (live(referral).why, live(referral).agency_id) == ("reopened", cast.centre.pk)

    @pytest.mark.parametrize("step", ["decline", "expire", "recall"])
    def test_when_an_offer_ended_and_nobody_has_it(self, cast, step):
        referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
        cast.step("offer", referral, cast.cora, to_agency=cast.police)
        who = {"decline": cast.ben, "expire": CLOCK, "recall": cast.cora}[step]
        given = {"decline": {"reason_code": "no_capacity"}, "recall": {"reason_code": "better_fit"}}
        later = timezone.now() + timedelta(hours=2)
        cast.step(step, referral, who, at=later, **given.get(step, {}))
        assert (live(referral).why, live(referral).agency_id) == ("came_back", cast.centre.pk)
        assert [one.ended_because for one in alarms(referral)] == ["taken", "moved", ""]


class TestTaking:
    def test_by_the_button_ends_it_and_puts_it_on_that_desk(self, cast):
        referral = cast.referral(**P1)
        alarm, at = live(referral), timezone.now()
        pass_minutes(alarm, 0)
        anil = cast.actor(cast.anil)
        with acting_as(anil):
            take_alarm(alarm.pk, by=anil, at=at)
        [taken] = alarms(referral)
        assert (taken.taken_by_id, taken.taken_agency_id, taken.ended_because) == (
            cast.anil.pk,
            cast.centre.pk,
            "taken",
        )
        with acting_as(CLOCK), writing():
            assert Holding.objects.get(referral=referral, agency=cast.centre).person_id == cast.anil.pk
            assert AlarmCall.objects.get(alarm=alarm, channel="inbox").answered_at == at
            assert not climb(alarm.pk, by=CLOCK, at=at + 60 * MINUTE)

    def test_twice_the_second_is_told_who_was_first(self, cast):
        alarm, at = live(cast.referral(**P1)), timezone.now()
        for who in (cast.anil, cast.cora):
            actor = cast.actor(who)
            with acting_as(actor):
                if who == cast.anil:
                    take_alarm(alarm.pk, by=actor, at=at)
                else:
                    with pytest.raises(StepRefused, match="was taken by Anil Mehta"):
                        take_alarm(alarm.pk, by=actor, at=at)

    def test_by_taking_it_on_from_the_record_or_a_list(self, cast):
        referral, anil = cast.referral(**P1), cast.actor(cast.anil)
        with acting_as(anil):
            take(referral.pk, by=anil, at=timezone.now())
        assert [one.ended_because for one in alarms(referral)] == ["taken"]

    def test_not_by_the_centre_that_puts_on_its_desk_what_another_is_to_answer(self, cast):
        referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
        cast.step("offer", referral, cast.cora, to_agency=cast.police)
        cora = cast.actor(cast.cora)
        with acting_as(cora):
            take(referral.pk, by=cora, at=timezone.now())
        assert live(referral).agency_id == cast.police.pk

    def test_by_a_step_that_a_person_takes(self, cast):
        referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
        assert [one.ended_because for one in alarms(referral)] == ["taken"]
        cast.step("offer", referral, cast.cora, to_agency=cast.police)
        cast.step("acknowledge", referral, cast.ben)
        assert live(referral) is None
        with acting_as(CLOCK), writing():
            assert Holding.objects.get(referral=referral, agency=cast.police).person_id == cast.ben.pk

    def test_not_by_a_system(self, cast):
        referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
        cast.step("offer", referral, cast.cora, to_agency=cast.police)
        cast.step("accept", referral, cast.police_client)
        assert live(referral).agency_id == cast.police.pk

    def test_not_by_declining(self, cast):
        referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
        cast.step("offer", referral, cast.cora, to_agency=cast.police)
        cast.step("decline", referral, cast.ben, reason_code="no_capacity")
        assert live(referral) is not None

    def test_one_that_is_p1_no_more_or_closed_is_called_for_no_more(self, cast):
        lowered = cast.step("triage", cast.referral(**P1), cast.anil, priority="P3")
        closed = cast.step("reject", cast.referral(**P1), cast.anil, reason_code="spam")
        withdrawn = cast.step("withdraw", cast.referral(**P1), cast.asha, reason_code="entered_in_error")
        because = [alarms(one)[0].ended_because for one in (lowered, closed, withdrawn)]
        assert because == ["lowered", "closed", "closed"]


def test_an_agency_sees_its_own_and_which_of_its_people_were_called(cast):
    referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    pass_minutes(live(referral), 30)
    seen = {}
    for who in (cast.ben, cast.cora, cast.asha, cast.dev):
        actor = cast.actor(who)
        with acting_as(actor):
            shown = visible_alarms(actor).filter(referral=referral, ended_at=None)
            people = visible_alarm_calls(actor).filter(alarm__in=shown, person__isnull=False)
            seen[who.name.split()[0]] = sorted({one.person.name.split()[0] for one in people})
    assert seen == {"Ben": ["Bea", "Ben"], "Cora": ["Bea", "Ben", "Cora"], "Asha": [], "Dev": []}


def test_a_pager_is_called_again_until_it_took_the_call_and_with_the_same_id(cast, settings):
    from notifications.pagers import Answer

    settings.PAGER = "notifications.pagers.FilePager"
    alarm = live(cast.referral(**P1))
    pass_minutes(alarm, 0)
    at = alarm.raised_at + MINUTE
    first = lease_page(at=at)
    assert settle_page(first, Answer(accepted=False, reason="busy"), at=at)
    calls = [lease_page(at=at + n * MINUTE) for n in (1, 1)]
    assert {one.person and one.person.name for one in calls} == {
        "Anil Mehta",
        None,
    }  # the person and the desk
    assert first.pk in {one.pk for one in calls}
    for one in calls:
        assert settle_page(one, Answer(accepted=True), at=at + 2 * MINUTE)
    assert lease_page(at=at + 9 * MINUTE) is None


def test_a_worker_that_lost_its_lease_settles_nothing(cast, settings):
    from notifications.pagers import Answer

    settings.PAGER = "notifications.pagers.FilePager"
    alarm = live(cast.referral(**P1))
    pass_minutes(alarm, 0)
    slow = [lease_page(at=alarm.raised_at) for _ in range(2)]
    again = [lease_page(at=alarm.raised_at + MINUTE) for _ in range(2)]
    assert {one.pk for one in slow} == {one.pk for one in again}
    assert not settle_page(slow[0], Answer(accepted=True), at=alarm.raised_at + MINUTE)
