"""Many referrals in one request: a line in, a line out; a bad line fails alone; sent again, nothing is made twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from notifications.models import Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.models import KeptAnswer
from referrals import bulk
from referrals.models import Referral, Report, StepTaken
from tests.api.calls import BODY, REFERRALS, faults, send

BULK = f"{REFERRALS}/bulk"


def lines(*bodies) -> bytes:
    return (
        b"\n".join(body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies) + b"\n"
    )


def numbered(how_many, start=1):
    return [BODY | {"external_ref": f"TS-{number}"} for number in range(start, start + how_many)]


def post(system, body, key="bulk-1", content_type="application/x-ndjson"):
    answer = system.post(BULK, body, content_type=content_type, headers={"Idempotency-Key": key})
    answer.results = [json.loads(line) for line in answer.getvalue().splitlines()] if answer.streaming else []
    return answer


def made(cast):
    with acting_as(CLOCK):
        return Referral.objects.count()


def test_each_line_is_answered_in_its_place_with_what_one_post_would_answer(cast):
    lumen = cast.system(cast.lumen_client)
    answer = post(lumen, lines(*numbered(3)))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson")
    assert [(one["line"], one["status"]) for one in answer.results] == [(1, 201), (2, 201), (3, 201)]
    alone = send(lumen, BODY | {"external_ref": "alone"}).json()
    first = answer.results[0]["referral"]
    assert set(first) == set(alone)
    assert (first["external_ref"], first["status"], first["custodian"]) == ("TS-1", "received", "ohsc")
    read = lumen.get(f"{REFERRALS}/{first['id']}").json()
    assert {name: read[name] for name in first} == first
    assert read["narrative"] == BODY["narrative"]
    assert len(read["selectors"]) == 2


def test_a_bad_line_fails_alone_and_says_why_with_its_number(cast):
    lumen = cast.system(cast.lumen_client)
    one, two = numbered(2)
    body = lines(
        one, b"{broken", BODY | {"summary": "", "volume": 3}, b"", two, BODY | {"harm_type": "unheard_of"}
    )
    results = {result["line"]: result for result in post(lumen, body).results}
    assert {number: result["status"] for number, result in results.items()} == {
        1: 201,
        2: 400,
        3: 400,
        5: 201,
        6: 400,
    }
    assert results[2]["problem"]["errors"][0]["code"] == "malformed"
    assert {error["field"]: error["code"] for error in results[3]["problem"]["errors"]} == {
        "summary": "blank",
        "volume": "unknown_field",
    }
    assert results[6]["problem"]["errors"][0]["field"] == "harm_type"
    assert made(cast) == 2


def test_one_in_a_hundred_is_bad_and_the_rest_is_made(cast):
    bodies = [b"{" if number % 100 == 50 else body for number, body in enumerate(numbered(700))]
    results = post(cast.system(cast.lumen_client), lines(*bodies)).results
    assert [result["line"] - 1 for result in results if result["status"] != 201] == list(range(50, 700, 100))
    assert made(cast) == 693


def test_the_same_request_again_makes_nothing_and_answers_the_same(cast):
    lumen, body = cast.system(cast.lumen_client), lines(*numbered(5))
    first, again = post(lumen, body).results, post(lumen, body).results
    assert [result["referral"] for result in again] == [result["referral"] for result in first]
    assert all(result["replayed"] for result in again)
    assert made(cast) == 5


def test_one_that_broke_off_is_sent_again_and_goes_on_where_it_was(cast, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 4)
    lumen, body = cast.system(cast.lumen_client), lines(*numbered(10))
    broken = lumen.post(
        BULK, body, content_type="application/x-ndjson", headers={"Idempotency-Key": "bulk-1"}
    )
    next(iter(broken.streaming_content))  # the connection ends after the first chunk
    assert made(cast) == 4
    results = post(lumen, body).results
    assert [result.get("replayed", False) for result in results] == [True] * 4 + [False] * 6
    assert made(cast) == 10


def test_under_the_same_key_another_line_is_422_in_its_place(cast):
    lumen = cast.system(cast.lumen_client)
    one, two, three = numbered(3)
    post(lumen, lines(one, two))
    results = post(lumen, lines(one, three)).results
    assert [result["status"] for result in results] == [201, 422]
    assert made(cast) == 2


def test_a_reference_of_the_sources_own_is_taken_once_in_and_across_requests(cast):
    lumen = cast.system(cast.lumen_client)
    one, two = numbered(2)
    results = post(lumen, lines(one, one, two)).results
    assert [result["status"] for result in results] == [201, 409, 201]
    again = post(lumen, lines(two), key="bulk-2").results
    assert again[0]["status"] == 409
    assert again[0]["problem"]["referrals"][0]["id"] == results[2]["referral"]["id"]


def test_two_of_the_same_at_once_make_each_line_once(committed_cast, monkeypatch):
    cast, start = committed_cast, Barrier(2)
    monkeypatch.setattr(bulk, "CHUNK", 3)
    lumen, body = cast.system(cast.lumen_client), lines(*numbered(12))

    def one(key):
        start.wait()
        try:
            return post(lumen, body, key=key).results
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(one, ["same", "same"])
    assert [one["referral"]["id"] for one in first] == [one["referral"]["id"] for one in second]
    assert made(cast) == 12
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(one, ["left", "right"])
    assert {result["status"] for result in first + second} == {409}
    assert made(cast) == 12


def test_imagery_in_a_line_is_refused_and_its_hash_is_noted(cast):
    picture = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    results = post(cast.system(cast.lumen_client), lines(*numbered(1), BODY | {"narrative": picture})).results
    assert results[1]["problem"]["type"].endswith("#imagery-refused")
    with acting_as(CLOCK), writing():
        [line] = Event.objects.get(action="request.refused").details["lines"]
    assert (line["line"], len(line["imagery"][0]["sha256"])) == (2, 64)


def test_every_line_leaves_a_report_a_history_a_notice_and_its_place_in_the_audit(cast):
    results = post(cast.system(cast.lumen_client), lines(*numbered(6))).results
    ids = {result["referral"]["id"] for result in results}
    with acting_as(CLOCK), writing():
        assert Report.objects.count() == StepTaken.objects.count() == KeptAnswer.objects.count() == 6
        assert {
            str(one) for one in Notice.objects.filter(agency=cast.centre).values_list("subject_id", flat=True)
        } == ids
        [event] = Event.objects.filter(action="referral.receive")
    assert {str(one) for one in event.subject_ids} == ids


def test_statements_do_not_grow_with_the_lines_of_a_chunk(cast):
    lumen = cast.system(cast.lumen_client)
    post(lumen, lines(*numbered(1)), key="warm")
    counted = []
    for how_many, start in ((2, 100), (200, 1000)):
        with CaptureQueriesContext(connection) as queries:
            post(lumen, lines(*numbered(how_many, start)), key=f"of-{how_many}")
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 22


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (lines(BODY), "application/json", 415),
        (b"\n" * 20_001, "application/x-ndjson", 200),  # blank lines are no lines
        (b"{}\n" * 10_001, "application/x-ndjson", 413),
        (b" " * (32 * 1024 * 1024 + 1), "application/x-ndjson", 413),
    ],
)
def test_what_is_not_taken_is_refused_whole(cast, body, content_type, status):
    assert post(cast.system(cast.lumen_client), body, content_type=content_type).status_code == status
    assert made(cast) == 0


def test_a_key_and_the_scope_are_needed(cast):
    reader = cast.system(cast.lumen_client, "referrals:read")
    assert post(reader, lines(BODY)).status_code == 403
    assert faults(post(cast.system(cast.lumen_client), lines(BODY), key="")) == {
        "Idempotency-Key": "required"
    }
