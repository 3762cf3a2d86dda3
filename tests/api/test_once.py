"""An Idempotency-Key: the same request is done once, and hears the same answer, also from fifty threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from django.db import connections, transaction

from audit.models import Event
from ohsc.core import idempotency
from ohsc.core.acting import acting_as, writing
from ohsc.core.models import KeptAnswer
from referrals.access import visible_referrals
from tests.api.calls import BODY, REFERRALS, faults, send


def count_of(cast, client):
    with acting_as(cast.actor(client)):
        return visible_referrals(cast.actor(client)).count()


def test_the_same_request_again_hears_the_same_words(cast):
    lumen = cast.system(cast.lumen_client)
    first, again = send(lumen, key="same"), send(lumen, key="same")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert count_of(cast, cast.lumen_client) == 1


def test_another_request_under_the_same_key_is_422_and_makes_nothing(cast):
    lumen = cast.system(cast.lumen_client)
    send(lumen, key="same")
    answer = send(lumen, BODY | {"summary": "Another."}, key="same")
    assert (answer.status_code, faults(answer)) == (422, {"Idempotency-Key": "reused"})
    assert send(lumen, {"summary": ""}, key="same").status_code == 422  # whatever it holds
    assert (
        send(lumen, b"<report/>", key="same", path="/api/v1/imports", content_type="text/xml").status_code
        == 422
    )
    assert count_of(cast, cast.lumen_client) == 1


def test_a_key_belongs_to_the_client_that_used_it(cast):
    lumen, harbour = cast.system(cast.lumen_client), cast.system(cast.harbour_client)
    mine, other = send(lumen, key="same"), send(harbour, key="same")
    assert other.status_code == 201
    assert other.json()["id"] != mine.json()["id"]
    assert "Idempotency-Replayed" not in other.headers


def test_a_key_is_needed_and_has_a_form(cast):
    lumen = cast.system(cast.lumen_client)
    bare = lumen.post(REFERRALS, BODY, content_type="application/json")
    assert (bare.status_code, faults(bare)) == (400, {"Idempotency-Key": "required"})
    for key in ("a b", "a" * 256, "caf\u00e9"):
        assert faults(send(lumen, key=key)) == {"Idempotency-Key": "invalid"}
    assert send(lumen, key="~" * 255).status_code == 201


def test_fifty_at_once_make_one_referral_and_hear_fifty_equal_answers(committed_cast):
    cast = committed_cast
    lumen, key, start = cast.system(cast.lumen_client), uuid4().hex, Barrier(50)

    def one(_):
        start.wait()
        try:
            answer = send(lumen, BODY | {"external_ref": "TS-50"}, key=key)
            return answer.status_code, answer.content, answer.headers.get("Idempotency-Replayed")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(one, range(50)))
    assert {status for status, *_ in answers} == {201}
    assert len({content for _, content, _ in answers}) == 1
    assert sorted(str(replayed) for *_, replayed in answers) == ["None"] + ["true"] * 49
    assert count_of(cast, cast.lumen_client) == 1


def test_one_external_ref_under_many_keys_at_once_makes_one_referral(committed_cast):
    cast = committed_cast
    lumen, start = cast.system(cast.lumen_client), Barrier(8)

    def one(_):
        start.wait()
        try:
            return send(lumen, BODY | {"external_ref": "TS-8"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(one, range(8)))
    assert statuses == [201] + [409] * 7
    assert count_of(cast, cast.lumen_client) == 1


def test_waiting_too_long_for_a_twin_is_409_with_when_to_come_back(committed_cast):
    cast = committed_cast
    lumen, actor = cast.system(cast.lumen_client), cast.actor(cast.lumen_client)

    def late(_):
        try:
            return send(lumen, key="held")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads, acting_as(actor):
        idempotency.lock("held", by=actor)
        (answer,) = threads.map(late, [0])
        transaction.set_rollback(True)
    assert answer.status_code == 409
    assert answer["Retry-After"] == "2"
    assert send(lumen, key="held").status_code == 201
    with acting_as(actor), writing():
        assert KeptAnswer.objects.filter(key="held", status=201).count() == 1


def test_two_coordinators_offering_at_once_one_is_told_who_was_first(committed_cast):
    cast = committed_cast
    referral, centre, start = cast.referral("triaged"), cast.system(cast.centre_client), Barrier(2)

    def offer(_):
        start.wait()
        try:
            answer = centre.post(
                f"{REFERRALS}/{referral.pk}/offer", {"to_agency": "northshire-police"}, "application/json"
            )
            return answer.status_code, answer.json().get("detail", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(offer, range(2)))
    assert [status for status, _ in answers] == [200, 409]
    assert "Offered to Northshire Police by centre system" in answers[1][1]


def test_an_answer_given_again_is_a_reading_and_is_recorded(cast):
    system = cast.system(cast.lumen_client)
    made = send(system, key="again").json()
    send(system, key="again")
    with acting_as(cast.actor(cast.lumen_client)):
        event = Event.objects.get(action="referral.answer_replayed")
    assert [str(one) for one in event.subject_ids] == [made["id"]]
