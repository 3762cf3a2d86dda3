"""A coordinator plans what is unassigned, changes it, and accepts: each offer is made once, whatever dies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals import tasks
from referrals.actions import plans
from referrals.actions.claiming import STALE
from referrals.models import Decision, Offer, Plan, PlanLine, Snapshot
from referrals.routing.facts import read_between, read_receiver, read_task
from referrals.routing.matching import ranked
from referrals.rules import Rules
from tests.referrals.routing.conftest import able, known_place

pytestmark = pytest.mark.usefixtures("able_forces")


def asked(cast, referrals, who="cora"):
    """The plan as it stands once a worker has had it."""
    page = cast.browser(getattr(cast, who)).post(
        "/plans/new", {"referral": [str(one.pk) for one in referrals]}
    )
    assert page.status_code == 302, page.content.decode()
    plan_id = page["Location"].split("/")[-1]
    tasks.work_on_plan(plan_id)
    return as_clock(lambda: Plan.objects.get(pk=plan_id))


def as_clock(ask):
    with acting_as(CLOCK):
        return ask()


def lines(plan):
    rows = as_clock(
        lambda: list(PlanLine.objects.filter(plan=plan).select_related("agency").order_by("position"))
    )
    return {row.referral_id: row for row in rows}


def accepted(cast, plan):
    cast.browser(cast.cora).post(f"/plans/{plan.pk}/accept")
    tasks.work_on_plan(str(plan.pk))


def test_a_plan_is_worked_out_changed_accepted_and_offered(cast):
    first, second, third = (known_place(cast) for _ in range(3))
    plan = asked(cast, [first, second, third])
    assert plan.state == "proposed"
    assert {line.agency for line in lines(plan).values()} == {cast.police}

    browser, line = cast.browser(cast.cora), lines(plan)[second.pk]
    assert "Covers surface web investigation in GB-ENG." in browser.get(f"/plans/{plan.pk}").content.decode()
    choices = browser.get(f"/plans/lines/{line.pk}").content.decode()
    assert "Put it with Eastmoor Police" in choices
    assert "It goes there now." in choices
    moved = browser.post(
        f"/plans/lines/{line.pk}", {"agency": "eastmoor-police", "because": "They know the account."}
    )
    assert moved.status_code == 302
    browser.post(
        f"/plans/lines/{lines(plan)[third.pk].pk}", {"agency": "", "because": "Waits for an answer."}
    )

    accepted(cast, plan)
    offers = as_clock(lambda: dict(Offer.objects.values_list("referral_id", "to_agency_id")))
    assert offers == {first.pk: cast.police.pk, second.pk: cast.eastmoor.pk}
    assert as_clock(lambda: Plan.objects.get(pk=plan.pk)).state == "done"
    assert "Offered" in browser.get(f"/plans/{plan.pk}").content.decode()
    assert first.reference in cast.browser(cast.ben).get("/triage").content.decode()  # it arrived


def test_a_change_without_a_reason_is_not_made(cast):
    plan = asked(cast, [known_place(cast)])
    (line,) = lines(plan).values()
    page = cast.browser(cast.cora).post(
        f"/plans/lines/{line.pk}", {"agency": "eastmoor-police", "because": " "}
    )
    assert "Say why, for whoever asks later" in page.content.decode()
    assert lines(plan)[line.referral_id].agency == cast.police


def test_nothing_is_put_where_no_agreement_covers_it(cast):
    plan = asked(cast, [known_place(cast)])
    (line,) = lines(plan).values()
    page = cast.browser(cast.cora).post(
        f"/plans/lines/{line.pk}", {"agency": "harbour-helpline", "because": "Try."}
    )
    assert "It was not changed" in page.content.decode()
    assert lines(plan)[line.referral_id].agency == cast.police


def test_room_that_is_taken_is_planned_with(cast):
    held = [known_place(cast) for _ in range(7)]
    plan = asked(cast, held)
    placed = [line.agency for line in lines(plan).values()]
    assert placed.count(cast.police) == 5
    assert placed.count(cast.eastmoor) == 2


def test_what_changed_since_it_was_planned_is_reported_and_the_others_are_offered(cast):
    gone, stays = known_place(cast), known_place(cast)
    plan = asked(cast, [gone, stays])
    cast.step("reject", gone, cast.cora, reason_code="spam")
    accepted(cast, plan)
    made = lines(plan)
    assert made[gone.pk].refused == "It was changed since it was planned."
    assert made[stays.pk].offer_id is not None
    assert (
        "It was changed since it was planned."
        in cast.browser(cast.cora).get(f"/plans/{plan.pk}").content.decode()
    )


def test_a_cancelled_plan_offers_nothing(cast):
    plan = asked(cast, [known_place(cast)])
    cast.browser(cast.cora).post(f"/plans/{plan.pk}/cancel")
    accepted(cast, plan)
    assert not as_clock(Offer.objects.exists)


def test_one_cancelled_while_it_is_worked_out_is_not_proposed(cast, monkeypatch):
    referral = known_place(cast)
    real = plans.propose

    def meanwhile(*arguments, **more):
        with acting_as(cast.actor(cast.cora)):
            plans.cancel_plan(as_clock_plan().pk, by=cast.actor(cast.cora), at=timezone.now())
        return real(*arguments, **more)

    def as_clock_plan():
        return Plan.objects.get()

    monkeypatch.setattr(plans, "propose", meanwhile)
    plan = asked(cast, [referral])
    assert plan.state == "cancelled"
    assert lines(plan) == {}


def test_a_worker_that_dies_while_it_offers_leaves_the_rest_to_another(cast, monkeypatch):
    held = [known_place(cast) for _ in range(3)]
    plan = asked(cast, held)
    cast.browser(cast.cora).post(f"/plans/{plan.pk}/accept")
    real, done = plans._offer, []

    def dies(*arguments, **more):
        if len(done) == 1:
            raise SystemExit
        done.append(real(*arguments, **more))

    monkeypatch.setattr(plans, "_offer", dies)
    with pytest.raises(SystemExit):
        plans.make_offers(plan.pk, timezone.now)
    monkeypatch.setattr(plans, "_offer", real)
    assert not plans.make_offers(plan.pk, timezone.now)  # it may yet be at work
    later = timezone.now() + STALE + timedelta(seconds=1)
    assert plans.make_offers(plan.pk, lambda: later)
    assert as_clock(Offer.objects.count) == 3


def test_offers_are_made_with_the_rights_of_whoever_accepted_as_they_are_then(cast):
    plan = asked(cast, [known_place(cast)])
    cast.browser(cast.cora).post(f"/plans/{plan.pk}/accept")
    with acting_as(CLOCK), writing():
        type(cast.cora).objects.filter(pk=cast.cora.pk).update(is_active=False)
    tasks.work_on_plan(str(plan.pk))
    (line,) = lines(plan).values()
    assert line.refused == "Whoever accepted the plan takes part no more."
    assert not as_clock(Offer.objects.exists)


def test_what_is_no_longer_unassigned_makes_no_plan(cast):
    page = cast.browser(cast.cora).post(
        "/plans/new", {"referral": [str(cast.referral("offered").pk), "nonsense"]}
    )
    assert "None of these is unassigned any more." in page.content.decode()


@pytest.mark.parametrize("who", ["anil", "sol", "ada", "otis", "ben", "bea", "asha"])
def test_plans_are_for_a_coordinator_of_the_centre(cast, who):
    plan = asked(cast, [known_place(cast)])
    (line,) = lines(plan).values()
    browser = cast.browser(getattr(cast, who))
    for path in ("/plans/new", f"/plans/{plan.pk}", f"/plans/lines/{line.pk}"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/plans/{plan.pk}/accept").status_code == 403


def test_whoever_reads_a_plan_is_known(cast):
    referral = known_place(cast)
    plan = asked(cast, [referral])
    cast.browser(cast.cora).get(f"/plans/{plan.pk}")
    with acting_as(cast.actor(cast.cora)):
        event = Event.objects.filter(action="plan.opened").latest("at")
    assert (event.actor_id, event.subject_ids) == (cast.cora.pk, [referral.pk])


# Decisions


def test_every_offer_of_the_centre_keeps_why_and_can_be_ranked_again(cast):
    able(cast.harbour)
    referral = known_place(cast)
    cast.step("offer", referral, cast.cora, to_agency=cast.eastmoor)
    kept = as_clock(lambda: Decision.objects.select_related("snapshot").get(referral=referral.pk))
    assert (kept.place, kept.is_override) == (2, True)
    receivers = [read_receiver(one) for one in kept.snapshot.receivers]
    between = {key: read_between(one) for key, one in kept.between.items()}
    again = ranked(read_task(kept.task), receivers, between, Rules(), at=kept.at)
    assert [one.receiver.id for one in again] == [one["agency"] for one in kept.ranked]
    assert [one.points for one in again] == [one["points"] for one in kept.ranked]


def test_what_is_known_of_the_agencies_is_kept_once_for_as_long_as_it_is_the_same(cast):
    for _ in range(2):
        referral = known_place(cast)
        cast.step("offer", referral, cast.cora, to_agency=cast.police)
        cast.step("recall", referral, cast.cora, reason_code="better_fit")
    assert as_clock(Decision.objects.count) == 2
    assert as_clock(Snapshot.objects.count) == 1


@pytest.mark.parametrize("who", ["ben", "asha", "cleo"])
def test_no_agency_reads_plans_or_decisions_in_the_database(cast, who):
    plan = asked(cast, [known_place(cast)])
    accepted(cast, plan)
    assert all(as_clock(model.objects.exists) for model in (Plan, PlanLine, Decision, Snapshot))
    with acting_as(cast.actor(getattr(cast, who))):
        for model in (Plan, PlanLine, Decision, Snapshot):
            assert not model.objects.exists()


# Offered on


def declined(cast, referral, who="ben", code="no_capacity"):
    cast.step("decline", referral, getattr(cast, who), reason_code=code)


def test_what_is_declined_goes_to_the_next_best_by_itself(cast):
    referral = known_place(cast, "offered")
    declined(cast, referral)
    assert tasks.offer_on() == 1
    offer = as_clock(lambda: Offer.objects.get(referral=referral.pk, state="open"))
    assert offer.to_agency == cast.eastmoor
    kept = as_clock(lambda: Decision.objects.get(offer=offer.pk))
    assert kept.because == "By rule: the offer before ended without a taker."


def test_what_lapses_does_too(cast):
    referral = known_place(cast, "offered")
    cast.step("expire", referral, CLOCK, at=timezone.now() + timedelta(days=2))
    assert tasks.offer_on() == 1


@pytest.mark.parametrize(
    ("priority", "says"),
    [
        ("P3", "The rules do not offer P3 on by themselves."),
        ("P2", "No other agency can take it without something being set aside."),
    ],
)
def test_what_the_rules_do_not_offer_on_stays_on_the_board_and_is_not_tried_again(cast, priority, says):
    referral = known_place(cast, "received")
    cast.step("triage", referral, cast.anil, priority=priority)
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    declined(cast, referral)
    if priority == "P2":
        tasks.offer_on()
        declined(cast, referral, "dev")
    assert tasks.offer_on() == 0
    assert tasks.offer_on() == 0
    kept = as_clock(lambda: Decision.objects.filter(referral=referral.pk, offer=None).get())
    assert kept.because == says


def test_what_was_recalled_is_not_offered_on(cast):
    referral = known_place(cast, "offered")
    cast.step("recall", referral, cast.cora, reason_code="better_fit")
    assert tasks.offer_on() == 0


def test_a_system_says_why_it_sets_the_ranking_aside_and_the_agency_does_not_read_it(cast):
    able(cast.harbour)
    referral = known_place(cast)
    body = {"to_agency": "eastmoor-police", "because": "They know the account."}
    answer = cast.system(cast.centre_client).post(
        f"/api/v1/referrals/{referral.pk}/offer", body, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    kept = as_clock(lambda: Decision.objects.get(referral=referral.pk))
    assert (kept.is_override, kept.because) == (True, "They know the account.")
    for path in ("", "/history"):
        theirs = cast.system(cast.eastmoor_client).get(f"/api/v1/referrals/{referral.pk}{path}")
        assert theirs.status_code == 200
        assert "They know" not in theirs.content.decode()
