"""A document of another format: what is made of it, what it still lacks, and what is refused."""

import hashlib

import pytest

from ohsc.core.acting import acting_as
from referrals.access import visible_referrals
from tests.api.calls import faults, send

IMPORTS = "/api/v1/imports"


def report(number: int, more: str = "", summary: str = "") -> str:
    return (
        f"<report><reportId>{number}</reportId><incidentSummary>"
        "<incidentType>Online Enticement of Children for Sexual Acts</incidentType>"
        f"<platform>exampleservice</platform><incidentDateTime>2026-01-15T14:30:00Z</incidentDateTime>{summary}"
        f"</incidentSummary>{more}</report>"
    )


ONE = report(101).encode()
TWO = f"<reports>{report(201)}{report(202)}</reports>".encode()


def bring(system, document, content_type="application/xml", **more):
    return send(system, document, path=IMPORTS, content_type=content_type, **more)


def test_a_document_gives_a_referral_for_each_report_in_it(lumen):
    answer = bring(lumen, TWO)
    assert answer.status_code == 201
    told = answer.json()
    assert told["report"]["sha256"] == hashlib.sha256(TWO).hexdigest()
    assert told["already_imported"] is False
    assert [item["external_ref"] for item in told["items"]] == ["201", "202"]
    assert {item["status"] for item in told["items"]} == {"received"}
    assert all(item["missing"] for item in told["items"])
    read = lumen.get(f"/api/v1/referrals/{told['items'][0]['id']}").json()
    assert (read["environment"], read["harm_type"]) == ("surface_web", "grooming")


def test_the_same_document_again_makes_nothing(cast, lumen):
    first, again = bring(lumen, TWO), bring(lumen, TWO, content_type="text/xml")
    assert again.status_code == 200
    assert again.json()["already_imported"] is True
    assert {item["id"] for item in again.json()["items"]} == {item["id"] for item in first.json()["items"]}
    actor = cast.actor(cast.lumen_client)
    with acting_as(actor):
        assert visible_referrals(actor).count() == 2


def test_another_agency_may_bring_the_same_document(cast, lumen):
    bring(lumen, ONE)
    answer = bring(cast.system(cast.harbour_client), ONE)
    assert (answer.status_code, answer.json()["already_imported"]) == (201, False)


def test_the_same_key_replays_the_import(lumen):
    first, again = bring(lumen, ONE, key="i-1"), bring(lumen, ONE, key="i-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotency-Replayed"] == "true"


def test_a_report_that_came_in_another_document_is_409(lumen):
    made = bring(lumen, ONE).json()["items"][0]
    answer = bring(lumen, b"<reports>" + ONE + report(102).encode() + b"</reports>")
    assert answer.status_code == 409
    assert answer.json()["referrals"][0]["id"] == made["id"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "empty"),
        (b"<report>", "not_well_formed"),
        (b"<other/>", "wrong_root"),
        (b"\xff\xfe\x00", "not_well_formed"),
        (b'<!DOCTYPE report [<!ENTITY a "b">]><report>&a;</report>', "entities"),
        (b'<!DOCTYPE report SYSTEM "x"><report/>', "document_type"),
        (b"<report>" + b"<a>" * 60 + b"</a>" * 60 + b"</report>", "too_deep"),
        (TWO.replace(b"202", b"201"), "same_report_twice"),
    ],
)
def test_a_document_that_is_not_taken_is_refused_with_the_reason(lumen, document, code):
    answer = bring(lumen, document or b" ")
    assert (answer.status_code, faults(answer)) == (400, {"document": code})


def test_imagery_in_a_document_is_refused_by_name_of_the_element(lumen):
    picture = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    answer = bring(lumen, report(1, f"<additionalInfo>{picture}</additionalInfo>").encode())
    assert answer.status_code == 400
    assert answer.json()["type"] == "/api/docs#imagery-refused"
    assert "report/additionalInfo" in answer.json()["errors"][0]["detail"]


def test_types_and_sizes(lumen):
    assert bring(lumen, b"{}", content_type="application/json").status_code == 415
    assert bring(lumen, b"<report>" + b" " * 5 * 1024 * 1024 + b"</report>").status_code == 413
    assert lumen.get(IMPORTS).status_code == 405
    assert bring(lumen, ONE, content_type="application/xml; charset=utf-8").status_code == 201


def test_what_cannot_be_seen_in_a_document_is_written_out(lumen):
    made = bring(lumen, report(7, "<additionalInfo>over\u202eride</additionalInfo>").encode()).json()[
        "items"
    ][0]
    narrative = lumen.get(f"/api/v1/referrals/{made['id']}").json()["narrative"]
    assert "over[U+202E]ride" in narrative
