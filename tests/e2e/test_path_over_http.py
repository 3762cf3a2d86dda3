"""The path as partners travel it: real web, worker, clock, broker and database, and a receiver of webhooks."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from standardwebhooks import Webhook

from notifications.models import Delivery, InboxItem
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.models import Offer
from tests.e2e.platform import until
from tests.e2e.receiver import receiver

pytestmark = pytest.mark.xdist_group("platform")

REPORT = {
    "environment": "surface_web",
    "harm_type": "grooming",
    "summary": "An account asked a child to move to a private channel.",
    "narrative": "The reporter states that the account asked to continue elsewhere.",
    "external_ref": "LS-1001",
    "selectors": [{"kind": "account", "value": "@heron", "platform": "lumen"}],
}


def test_a_referral_travels_from_a_partners_post_to_an_outcome_and_back(partner, committed_cast):
    cast = committed_cast
    source, centre = partner(cast.lumen_client), partner(cast.centre_client)
    police = partner(cast.police_client)
    with receiver() as inbox:
        secret = source.post("/api/v1/webhooks", {"url": inbox.url}, 201)["secret"]
        made = source.refer(REPORT)
        assert made["status"] == "received"
        assert made["custodian"] == "ohsc"

        centre.step(made, "triage", priority="P2")
        centre.step(made, "offer", to_agency="northshire-police")
        assert police.step(made, "accept")["custodian"] == "northshire-police"
        police.step(made, "conclude", outcomes=[{"code": "CHILD_SAFEGUARDED", "count": 1}])

        seen = source.get(f"/api/v1/referrals/{made['id']}")
        assert seen["status"] == "concluded"
        assert [outcome["code"] for outcome in seen["outcomes"]] == ["CHILD_SAFEGUARDED"]
        told_of = {"referral.triage", "referral.accept", "referral.conclude"}
        until(lambda: {call.type for call in inbox.calls} == told_of, 60)
        received = inbox.of_type("referral.conclude")
        told = Webhook(secret).verify(received[0].body, received[0].headers)
        assert told["data"] == {"id": made["id"], "reference": made["reference"], "version": seen["version"]}


def test_the_same_post_again_gives_the_same_answer_and_makes_nothing(partner, committed_cast):
    source = partner(committed_cast.lumen_client)
    first = source.call("POST", "/api/v1/referrals", REPORT, Idempotency_Key="one")
    again = source.call("POST", "/api/v1/referrals", REPORT, Idempotency_Key="one")
    assert (first.status, again.status) == (201, 201)
    assert first.data == again.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(source.get("/api/v1/referrals")["items"]) == 1


def test_fifty_posts_at_once_with_one_key_make_one_referral_and_fifty_equal_answers(partner, committed_cast):
    source = partner(committed_cast.lumen_client)

    def post(_):
        return source.call("POST", "/api/v1/referrals", REPORT, Idempotency_Key="fifty")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(post, range(50)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert len(source.get("/api/v1/referrals")["items"]) == 1


def test_two_coordinators_offer_at_once_and_one_is_told_who_was_first(partner, committed_cast):
    source, centre = partner(committed_cast.lumen_client), partner(committed_cast.centre_client)
    made = source.refer(REPORT)
    centre.step(made, "triage", priority="P2")

    def offer(agency):
        return centre.call("POST", f"/api/v1/referrals/{made['id']}/offer", {"to_agency": agency})

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(
            pool.map(offer, ["northshire-police", "eastmoor-police"]), key=lambda answer: answer.status
        )
    assert [answer.status for answer in answers] == [200, 409]
    winner = answers[0].json()["offer"]["to_agency"]
    name = {"northshire-police": "Northshire Police", "eastmoor-police": "Eastmoor Police"}[winner]
    assert f"Offered to {name} by" in answers[1].json()["detail"]


def test_with_redis_gone_intake_goes_on_and_nothing_is_lost_or_doubled(platform, partner, committed_cast):
    cast = committed_cast
    source, centre = partner(cast.lumen_client), partner(cast.centre_client)
    with receiver() as inbox:
        source.post("/api/v1/webhooks", {"url": inbox.url}, 201)
        platform.end("broker")
        made = [source.refer(REPORT | {"external_ref": f"LS-{number}"}) for number in range(5)]
        for referral in made:
            centre.step(referral, "triage", priority="P3")
        platform.start_broker()
        until(lambda: len(inbox.of_type("referral.triage")) >= 5, 60)
        time.sleep(2 * 1.0)  # two more sweeps: what could come twice would come now
        with acting_as(cast.actor(cast.asha)):
            references = list(InboxItem.objects.filter(person=cast.asha).values_list("reference", flat=True))
    assert sorted(references) == sorted(referral["reference"] for referral in made)
    assert len({call.id for call in inbox.of_type("referral.triage")}) == 5


def test_a_worker_killed_in_the_middle_leaves_nothing_unsent(platform, partner, committed_cast):
    source, centre = partner(committed_cast.lumen_client), partner(committed_cast.centre_client)
    with receiver(seconds=1.0) as inbox:
        source.post("/api/v1/webhooks", {"url": inbox.url}, 201)
        made = [source.refer(REPORT | {"external_ref": f"LS-{number}"}) for number in range(3)]
        for referral in made:
            centre.step(referral, "triage", priority="P3")
        until(lambda: inbox.calls)
        platform.end("worker")
        with acting_as(committed_cast.actor(committed_cast.asha)):
            left = Delivery.objects.filter(state="waiting").count()
        assert left > 0
        platform.start_worker()
        until(
            lambda: {call.data["reference"] for call in inbox.calls} == {one["reference"] for one in made}, 90
        )


def test_an_offer_nobody_answers_expires_by_itself(partner, committed_cast):
    from ohsc.core.acting import writing

    source, centre = partner(committed_cast.lumen_client), partner(committed_cast.centre_client)
    made = source.refer(REPORT)
    centre.step(made, "triage", priority="P1")
    offered = centre.step(made, "offer", to_agency="northshire-police")
    assert offered["status"] == "offered"
    with acting_as(CLOCK), writing():  # nobody waits an hour in a test
        Offer.objects.filter(referral=made["id"]).update(
            answer_by=Offer.objects.get(referral=made["id"]).made_at
        )
    until(lambda: centre.get(f"/api/v1/referrals/{made['id']}")["status"] == "triaged")
    police = partner(committed_cast.police_client)
    police.get(f"/api/v1/referrals/{made['id']}", 404)


def test_another_agency_learns_nothing_by_any_route(partner, committed_cast):
    source, outsider = partner(committed_cast.lumen_client), partner(committed_cast.harbour_client)
    made = source.refer(REPORT)
    absent = str(uuid.uuid4())
    routes = [
        ("GET", ""),
        ("GET", "/history"),
        *(("POST", f"/{step}") for step in ("accept", "decline", "withdraw")),
    ]
    for method, rest in routes:
        body = {"reason_code": "no_capacity"} if rest == "/decline" else {"reason_code": "entered_in_error"}
        body = None if method == "GET" else ({} if rest == "/accept" else body)
        answers = [
            outsider.call(method, f"/api/v1/referrals/{key}{rest}", body) for key in (made["id"], absent)
        ]
        assert [answer.status for answer in answers] == [404, 404], (method, rest)
        assert answers[0].data == answers[1].data
        assert _headers(answers[0]) == _headers(answers[1])
    assert outsider.get("/api/v1/referrals") == {"items": [], "next": None}


def _headers(answer) -> dict:
    return {name: value for name, value in answer.headers.items() if name not in ("Date", "X-Request-ID")}
