"""Nothing lost, nothing twice: a notice becomes inbox items, e-mails and webhooks once, to those who may hear of it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from standardwebhooks import Webhook

from agencies.models import SharingAgreement, User
from notifications import actions, bell, sending, tasks
from notifications.models import Delivery, InboxItem, Notice, WebhookEndpoint
from ohsc.celery import app
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import take
from referrals.drafts import OutcomeDraft
from tests.notifications.receivers import receiving
from tests.rows import change_all, rows
from tests.together import Running


@pytest.fixture
def cast(committed_cast):
    return committed_cast


@pytest.fixture
def endpoint_of(cast):
    """Register an endpoint; the row and its secret."""

    def add(agency: str, server, path: str = "/hook") -> tuple[WebhookEndpoint, str]:
        actor = cast.actor(getattr(cast, f"{agency}_client"))
        with acting_as(actor):
            return actions.add_endpoint(f"http://127.0.0.1:{server.port}{path}", by=actor, at=timezone.now())

    return add


def inbox(*people) -> list[tuple[str, str]]:
    """Who has a line of what, of these people."""
    with acting_as(CLOCK), writing():
        items = InboxItem.objects.filter(person__in=people).select_related("person")
        return sorted((item.person.name.split()[0], item.topic) for item in items)


def swept_until_quiet() -> None:
    """Rounds until nothing is left waiting that is due; one round may find nothing and the next something."""
    for _ in range(10):
        sent = tasks.sweep()
        with acting_as(CLOCK), writing():
            due = Delivery.objects.filter(state="waiting", next_at__lte=timezone.now()).exists()
        if not sent and not due:
            return


# Once.


def test_an_offer_reaches_whom_it_is_for_once_however_often_it_is_swept(cast, endpoint_of):
    with receiving() as police:
        endpoint_of("police", police)
        cast.referral("offered")
        for _ in range(3):
            tasks.sweep()
    assert inbox(cast.ben, cast.bea, cast.dev, cast.cleo) == [("Bea", "referral.offer")]
    assert [message.to for message in mail.outbox if message.to == [cast.bea.email]] == [[cast.bea.email]]
    assert [json.loads(body)["type"] for _, _, body in police.received] == ["referral.offer"]


def test_many_workers_at_once_tell_everything_once(cast, endpoint_of):
    with receiving() as lumen, receiving() as police:
        endpoint_of("lumen", lumen)
        endpoint_of("police", police)
        for _ in range(3):
            cast.referral("concluded")

        def sweep(_):
            try:
                return tasks.sweep()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(sweep, range(8)))
        swept_until_quiet()
    assert not rows(Notice, state="waiting")
    assert not rows(Delivery, state="waiting")
    ids = [headers["webhook-id"] for _, headers, _ in lumen.received + police.received]
    assert len(ids) == len(set(ids)) == 3 * 3 + 3 * 1  # Lumen: triage, accept, conclude; the police: offer
    pairs = [(item.notice_id, item.person_id) for item in rows(InboxItem)]
    assert len(pairs) == len(set(pairs))


def test_who_holds_it_is_told_and_otherwise_the_coordinators_and_otherwise_whoever_acts(cast):
    referral = cast.referral("accepted")
    swept_until_quiet()
    assert inbox(cast.asha) == [
        ("Asha", "referral.accept"),
        ("Asha", "referral.triage"),
    ]  # Lumen has no coordinator
    with acting_as(cast.actor(cast.anil)):
        take(referral.pk, by=cast.actor(cast.anil), at=timezone.now())
    cast.step("return", referral, cast.ben, reason_code="no_capacity")
    swept_until_quiet()
    assert inbox(cast.anil) == [("Anil", "referral.return")]
    assert ("Cora", "referral.return") not in inbox(cast.cora)


def test_nobody_is_told_of_what_their_own_agency_did(cast):
    cast.referral("accepted")
    swept_until_quiet()
    assert ("Bea", "referral.accept") not in inbox(cast.bea)
    assert not [topic for _, topic in inbox(cast.cora) if topic in {"referral.triage", "referral.offer"}]


def test_arrivals_are_the_queues_matter_but_for_those_that_cannot_wait(cast):
    cast.referral()
    swept_until_quiet()
    assert inbox(cast.cora) == []
    cast.referral(factors={"live_streaming": "yes"})
    swept_until_quiet()
    assert inbox(cast.cora) == [("Cora", "referral.receive")]


# Leases.


def test_the_lease_of_a_worker_that_died_is_taken_over_with_the_same_id(cast, endpoint_of):
    with receiving() as police:
        endpoint_of("police", police)
        cast.referral("offered")
        now = timezone.now()
        actions.spread_waiting(at=now)
        change_all(Delivery, next_at=now)
        leased = {}
        while (delivery := actions.lease_next(at=now)) is not None:
            leased[delivery.pk] = delivery
        hook = next(d for d in leased.values() if d.channel == "webhook")
        assert actions.lease_next(at=now + timedelta(seconds=30)) is None
        later = now + timedelta(seconds=60)
        again = next(d for d in iter(lambda: actions.lease_next(at=later), None) if d.pk == hook.pk)
        assert (again.attempts, again.lease != hook.lease) == (2, True)
        result = sending.send(again, at=later)
        assert actions.settle(again, result, at=later)
        assert not actions.settle(hook, result, at=later), "the dead worker's result does not count"
    assert [headers["webhook-id"] for _, headers, _ in police.received] == [hook.pk.hex]


def test_while_one_delivery_to_an_endpoint_is_under_way_no_other_is_leased(cast, endpoint_of):
    with receiving() as lumen:
        endpoint_of("lumen", lumen)
        cast.referral("accepted")
    now = timezone.now()
    actions.spread_waiting(at=now)
    change_all(Delivery, next_at=now)
    leased = [d for d in iter(lambda: actions.lease_next(at=now), None) if d.channel == "webhook"]
    assert len(leased) == 1
    assert len(rows(Delivery, channel="webhook")) == 2


# Rights are asked when it is sent.


def test_an_offer_recalled_before_it_was_spread_is_dropped_and_the_recall_arrives(cast, endpoint_of):
    with receiving() as police:
        endpoint_of("police", police)
        referral = cast.referral("offered")
        cast.step("recall", referral, cast.cora, reason_code="better_fit")
        swept_until_quiet()
    assert [json.loads(body)["type"] for _, _, body in police.received] == ["referral.recall"]
    assert inbox(cast.bea) == [("Bea", "referral.recall")]


def test_an_offer_recalled_between_spreading_and_sending_is_not_sent(cast, endpoint_of):
    with receiving() as police:
        endpoint_of("police", police)
        referral = cast.referral("offered")
        actions.spread_waiting(at=timezone.now())
        cast.step("recall", referral, cast.cora, reason_code="better_fit")
        swept_until_quiet()
    assert [json.loads(body)["type"] for _, _, body in police.received] == ["referral.recall"]
    assert {(d.channel, d.state) for d in rows(Delivery, notice__topic="referral.offer")} == {
        ("webhook", "dropped"),
        ("email", "dropped"),
    }


def test_a_person_who_left_is_written_no_more(cast):
    cast.referral("offered")
    actions.spread_waiting(at=timezone.now())
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.bea.pk).update(is_active=False)
    try:
        swept_until_quiet()
    finally:
        with acting_as(CLOCK), writing():
            User.objects.filter(pk=cast.bea.pk).update(is_active=True)
    assert cast.bea.email not in [address for message in mail.outbox for address in message.to]


# Trouble.


def test_a_poisoned_notice_is_set_aside_after_five_attempts_and_holds_up_nobody(cast):
    referral = cast.referral("triaged")
    with acting_as(CLOCK), writing():
        poison = Notice.objects.get(topic="referral.triage", feed_only=False)
        Notice.objects.filter(pk=poison.pk).update(
            subject_type="nobody knows", subject_at=timezone.now() - timedelta(days=1)
        )
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    tasks.sweep()
    assert inbox(cast.bea) == [("Bea", "referral.offer")], "the sweep that met the poison told the others"
    for _ in range(8):
        tasks.sweep()
    (notice,) = rows(Notice, pk=poison.pk)
    assert (notice.state, notice.attempts) == ("waiting", 5)


def test_a_poisoned_delivery_holds_up_nobody_and_dies_in_the_end(cast, endpoint_of):
    with receiving() as lumen, receiving() as police:
        broken, _ = endpoint_of("lumen", lumen)
        endpoint_of("police", police)
        with acting_as(CLOCK), writing():
            WebhookEndpoint.objects.filter(pk=broken.pk).update(sealed_secrets=["not a sealed secret"])
        cast.referral("offered")
        tasks.sweep()
        assert len(police.received) == 1
        assert lumen.received == []
        for _ in range(12):
            change_all(Delivery, next_at=timezone.now(), leased_until=None)
            tasks.sweep()
    (dead,) = rows(Delivery, endpoint=broken)
    assert (dead.state, dead.attempts) == ("dead", 10)


def test_a_slow_endpoint_does_not_hold_up_another(cast, endpoint_of):
    def slow_body():
        time.sleep(4)
        yield b"late"

    with receiving(body=slow_body) as slow, receiving() as quick:
        endpoint_of("lumen", slow)
        endpoint_of("police", quick)
        cast.referral("offered")
        started = time.monotonic()
        workers = [Running(tasks.sweep) for _ in range(2)]
        while not quick.received and time.monotonic() - started < 4:
            time.sleep(0.05)
        assert time.monotonic() - started < 3.5
        for worker in workers:
            worker.result()


def test_an_endpoint_that_is_gone_gets_nothing_more(cast, endpoint_of):
    with receiving(status=410) as lumen:
        endpoint, _ = endpoint_of("lumen", lumen)
        referral = cast.referral("accepted")  # two notices for Lumen: triage and accept
        swept_until_quiet()
        cast.step("conclude", referral, cast.ben, outcomes=(OutcomeDraft("ARREST"),))
        swept_until_quiet()
    assert len(lumen.received) == 1
    (row,) = rows(WebhookEndpoint, pk=endpoint.pk)
    assert (row.stopped_at is not None, row.stopped_because) == (True, "The endpoint answered 410 Gone.")
    assert {delivery.state for delivery in rows(Delivery, endpoint=endpoint)} == {"dead"}


def test_a_failing_endpoint_is_tried_again_with_the_same_id_and_a_new_timestamp(cast, endpoint_of):
    with receiving(status=500) as police:
        endpoint_of("police", police)
        cast.referral("offered")
        tasks.sweep()
        (delivery,) = rows(Delivery, channel="webhook")
        assert (delivery.state, delivery.attempts, delivery.last_status) == ("waiting", 1, 500)
        assert timedelta(seconds=3) < delivery.next_at - timezone.now() < timedelta(seconds=7)
        police.status = 200
        change_all(Delivery, next_at=timezone.now())
        tasks.sweep()
    assert len({headers["webhook-id"] for _, headers, _ in police.received}) == 1
    assert [d.state for d in rows(Delivery, channel="webhook")] == ["sent"]


def test_without_redis_a_step_is_committed_at_once_and_the_sweep_tells_it(cast, settings, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    app.pool.force_close_all()
    try:
        referral = cast.referral("offered")
    finally:
        app.pool.force_close_all()
        app._pool = app.amqp._producer_pool = None  # a closed pool stays closed; the next test has a new one
        bell._quiet_until = 0.0
    assert referral.status == "offered"
    monkeypatch.undo()
    tasks.sweep()
    assert inbox(cast.bea) == [("Bea", "referral.offer")]


# What is said.


def test_an_e_mail_holds_a_reference_and_a_link_and_nothing_else(cast, settings):
    settings.BASE_URL = "https://ohsc.example"
    referral = cast.referral("offered")
    swept_until_quiet()
    (message,) = [message for message in mail.outbox if message.to == [cast.bea.email]]
    assert message.subject == f"OHSC: {referral.reference}"
    assert message.body == (
        f"There is news of {referral.reference}.\n\n"
        f"Sign in to read it: https://ohsc.example/referrals/{referral.pk}\n"
    )


def test_a_webhook_is_thin_and_verifies_by_the_standards_own_package(cast, endpoint_of):
    with receiving() as police:
        _, secret = endpoint_of("police", police)
        referral = cast.referral("offered")
        swept_until_quiet()
    ((_, headers, body),) = police.received
    told = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert told == {
        "type": "referral.offer",
        "timestamp": referral.updated_at.isoformat().replace("+00:00", "Z"),
        "data": {"id": str(referral.pk), "reference": referral.reference, "version": 3},
    }


@pytest.fixture
def ended_agreement(cast):
    """Ends the police's agreement with the Centre, and puts it back for the tests that follow."""

    def put(ended_at):
        with acting_as(CLOCK), writing():
            SharingAgreement.objects.filter(reference="SA-NORTHSHIRE").update(ended_at=ended_at)

    yield lambda: put(timezone.now())
    put(None)


@pytest.mark.parametrize("ends", ["before it is spread", "before it is sent"])
def test_an_offer_whose_agreement_ended_is_withheld_and_the_log_says_which_term(
    cast, endpoint_of, ended_agreement, ends
):
    with receiving() as police:
        endpoint_of("police", police)
        cast.referral("offered")
        if ends == "before it is sent":
            actions.spread_waiting(at=timezone.now())
        ended_agreement()
        swept_until_quiet()
    assert police.received == []
    webhooks = rows(Delivery, notice__topic="referral.offer", channel="webhook")
    assert [(one.state, one.last_reason) for one in webhooks] == [
        ("dropped", "Agreement SA-NORTHSHIRE was ended.")
    ]
    assert [message for message in mail.outbox if cast.bea.email in message.to] == []


def test_a_recall_is_told_though_the_agreement_has_ended(cast, endpoint_of, ended_agreement):
    with receiving() as police:
        endpoint_of("police", police)
        referral = cast.referral("offered")
        ended_agreement()
        cast.step("recall", referral, cast.cora, reason_code="changed_circumstances")
        swept_until_quiet()
    assert [json.loads(body)["type"] for _, _, body in police.received] == ["referral.recall"]
