"""Partners tell sources how it stands and read what came of theirs, as the documentation says."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.drafts import Handling, OutcomeDraft
from referrals.models import FeedbackOwed, Progress

DAY = timedelta(days=1)
JSON = "application/json"


def tell(system, referral, body=None, *, key=None):
    given = body or {"code": "UNDER_ENQUIRY", "text": "Records were asked for."}
    address = f"/api/v1/referrals/{referral.pk}/progress"
    return system.post(address, given, JSON, headers={"Idempotency-Key": key or uuid4().hex})


def listed(system, **query) -> list[dict]:
    return system.get("/api/v1/feedback", query).json()["items"]


def make_late(referral, days: int) -> None:
    with acting_as(CLOCK), writing():
        owed = FeedbackOwed.objects.get(referral=referral.pk, ended_at=None)
        owed.due_at = timezone.now() - days * DAY - timedelta(minutes=1)
        owed.save()


def test_the_custodian_tells_and_the_source_reads(cast):
    referral = cast.referral("accepted", external_ref="LS-1")
    answer = tell(cast.system(cast.police_client), referral)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["reference"], body["told"]["code"]) == (referral.reference, "UNDER_ENQUIRY")
    [item] = listed(cast.system(cast.lumen_client))
    assert item["external_ref"] == "LS-1"
    assert item["told"] == body["told"] | {"text": "Records were asked for.", "agency": "northshire-police"}
    assert item["owed"]["due_at"] == body["next_due_at"]
    assert (item["owed"]["agency"], item["owed"]["overdue"], item["owed"]["days_late"]) == (
        "northshire-police", False, 0,
    )  # fmt: skip
    assert item["outcomes"] == []


def test_the_same_request_again_tells_once_and_is_answered_word_for_word(cast):
    referral, system = cast.referral("accepted"), cast.system(cast.police_client)
    first, second = tell(system, referral, key="told-once"), tell(system, referral, key="told-once")
    assert second.content == first.content
    assert second["Idempotency-Replayed"] == "true"
    with acting_as(CLOCK):
        assert Progress.objects.count() == 1


def test_a_conclusion_is_the_last_word_with_its_outcomes_as_permitted(cast):
    referral = cast.referral("accepted")
    outcomes = (
        OutcomeDraft("ARREST", 1, detail="Kept within the force."),
        OutcomeDraft("CHILD_SAFEGUARDED", 2, detail="The family is supported.", share_detail=True),
    )
    cast.step("conclude", referral, cast.ben, outcomes=outcomes)
    [item] = listed(cast.system(cast.lumen_client))
    assert item["owed"] is None
    assert {one["code"]: (one["count"], one["detail"]) for one in item["outcomes"]} == {
        "ARREST": (1, None),
        "CHILD_SAFEGUARDED": (2, "The family is supported."),
    }


def test_what_is_overdue_is_found_by_both_sides_and_by_nobody_else(cast):
    late, other = cast.referral("accepted"), cast.referral("accepted")
    make_late(late, 2)
    for client, role in ((cast.lumen_client, "source"), (cast.police_client, "custodian")):
        [item] = listed(cast.system(client), role=role, due="overdue")
        assert (item["reference"], item["owed"]["days_late"]) == (late.reference, 2)
        [item] = listed(cast.system(client), role=role, due="owed")
        assert item["reference"] == other.reference
    assert listed(cast.system(cast.harbour_client), role="source", due="overdue") == []
    assert listed(cast.system(cast.eastmoor_client), role="custodian") == []
    assert listed(cast.system(cast.police_client), role="source") == []


def test_pages_follow_one_another_and_miss_nothing(cast):
    sent = [cast.referral("received").reference for _ in range(3)]
    system, address, seen = cast.system(cast.lumen_client), "/api/v1/feedback?limit=2", []
    while address:
        body = system.get(address).json()
        seen += [item["reference"] for item in body["items"]]
        address = body["next"]
    assert sorted(seen) == sorted(sent)


def test_of_red_the_words_of_others_stay_on_the_page(cast):
    referral = cast.referral("accepted", handling=Handling(tlp="RED"))
    own = tell(cast.system(cast.police_client), referral).json()
    assert own["told"]["text"] == "Records were asked for."
    [item] = listed(cast.system(cast.lumen_client))
    assert (item["told"]["code"], item["told"]["text"]) == ("UNDER_ENQUIRY", None)
    assert item["withheld"] == ["told", "outcomes"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"code"}),
        ({"code": "ALL_WELL"}, {"code"}),
        ({"code": "ACKNOWLEDGED", "text": "x" * 301, "note": "x"}, {"text", "note"}),
    ],
)
def test_every_fault_is_named(cast, body, fields):
    referral = cast.referral("accepted")
    address = f"/api/v1/referrals/{referral.pk}/progress"
    answer = cast.system(cast.police_client).post(address, body, JSON, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == fields


def test_whoever_is_not_the_custodian_hears_why_not(cast):
    referral = cast.referral("accepted")
    answer = tell(cast.system(cast.lumen_client), referral)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "The source is told by the custodian only."
    assert tell(cast.system(cast.harbour_client), referral).status_code == 404
    assert tell(cast.system(cast.police_client, "referrals:read"), referral).status_code == 403
