"""The true path over the interface: sent, triaged, offered, accepted, concluded, and read by its source."""

from uuid import uuid4

import pytest

from tests.api.calls import BODY, REFERRALS, send, step


@pytest.fixture
def systems(cast):
    """Each agency's system, by the agency's name in the cast."""
    return {
        name: cast.system(getattr(cast, f"{name}_client"))
        for name in ("centre", "lumen", "police", "harbour")
    }


def test_a_referral_travels_from_its_source_to_an_outcome_and_back(systems):
    sent = send(systems["lumen"], BODY | {"external_ref": "TS-1"})
    assert sent.status_code == 201
    made = sent.json()
    assert made["status"] == "received"
    assert made["custodian"] == "ohsc"
    assert made["external_ref"] == "TS-1"
    assert made["priority"] is None
    assert sent["Location"].endswith(f"{REFERRALS}/{made['id']}")
    assert sent["ETag"] == '"v1"'

    for who, name, body, status in (
        ("centre", "triage", {"priority": "P2"}, "triaged"),
        ("centre", "offer", {"to_agency": "northshire-police"}, "offered"),
        ("police", "accept", {}, "accepted"),
        ("police", "conclude", {"outcomes": [{"code": "CHILD_SAFEGUARDED", "count": 1}]}, "concluded"),
    ):
        after = step(systems[who], made["id"], name, body)
        assert (after.status_code, after.json()["status"]) == (200, status), after.content

    read = systems["lumen"].get(f"{REFERRALS}/{made['id']}").json()
    assert [outcome["code"] for outcome in read["outcomes"]] == ["CHILD_SAFEGUARDED"]
    assert read["custodian"] == "northshire-police"
    assert read["priority"] == "P2"
    history = systems["lumen"].get(f"{REFERRALS}/{made['id']}/history").json()["items"]
    assert [line["step"] for line in history] == ["conclude", "accept", "triage", "receive"]


def test_what_was_sent_is_read_back_by_its_source(systems):
    made = send(systems["lumen"]).json()
    read = systems["lumen"].get(f"{REFERRALS}/{made['id']}").json()
    for name in (
        "environment",
        "harm_type",
        "summary",
        "narrative",
        "occurred_at",
        "jurisdiction",
        "factors",
    ):
        assert read[name] == BODY[name], name
    assert read["selectors"][1] == {
        "kind": "ip",
        "value": "192.0.2.7",
        "platform": None,
        "seen_at": "2026-01-15T14:29:10Z",
        "port": 51544,
    }
    assert read["handling"]["classification"] == "OFFICIAL"
    assert read["steps"] == ["ask", "withdraw"]


def test_an_offered_agency_reads_all_but_the_narrative_and_the_sources_own_reference(systems):
    made = send(systems["lumen"], BODY | {"external_ref": "TS-2"}).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P2", "factors": {"prior_record": "yes"}})
    step(systems["centre"], made["id"], "offer", {"to_agency": "northshire-police"})
    offered = systems["police"].get(f"{REFERRALS}/{made['id']}").json()
    assert offered["narrative"] is None
    assert offered["external_ref"] is None
    assert offered["factors"]["prior_record"] == "yes"
    assert offered["offer"]["agreement"] == "SA-NORTHSHIRE"
    assert offered["steps"] == ["acknowledge", "accept", "decline", "ask"]


def test_the_source_does_not_read_what_others_answered_about_risk(systems):
    made = send(systems["lumen"]).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P1", "factors": {"prior_record": "yes"}})
    read = systems["lumen"].get(f"{REFERRALS}/{made['id']}")
    assert read.json()["factors"] == BODY["factors"]
    assert b"earlier record" not in read.content
    assert read.json()["offer"] is None


def test_after_declining_an_agency_hears_three_words_and_then_nothing(systems):
    made = send(systems["lumen"]).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P3"})
    step(systems["centre"], made["id"], "offer", {"to_agency": "northshire-police"})
    after = step(systems["police"], made["id"], "decline", {"reason_code": "no_capacity"})
    assert after.status_code == 200
    assert after.json() == {"id": made["id"], "reference": made["reference"], "status": "triaged"}
    assert "ETag" not in after.headers
    assert systems["police"].get(f"{REFERRALS}/{made['id']}").status_code == 404


def test_the_words_of_an_outcome_reach_the_source_only_where_the_agency_says_so(systems):
    made = send(systems["lumen"]).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P2"})
    step(systems["centre"], made["id"], "offer", {"to_agency": "northshire-police"})
    step(systems["police"], made["id"], "accept")
    outcomes = [
        {"code": "ARREST", "at": "2026-02-01T09:00:00Z", "detail": "kept"},
        {"code": "CHILD_SAFEGUARDED", "detail": "shared", "share_detail": True},
    ]
    step(systems["police"], made["id"], "conclude", {"outcomes": outcomes})
    read = systems["lumen"].get(f"{REFERRALS}/{made['id']}").json()["outcomes"]
    assert {one["code"]: one["detail"] for one in read} == {"ARREST": None, "CHILD_SAFEGUARDED": "shared"}


def test_a_list_pages_to_its_end_and_shows_each_once(cast, systems):
    made = {send(systems["lumen"], BODY | {"external_ref": f"TS-{n}"}).json()["id"] for n in range(7)}
    address, seen = f"{REFERRALS}?limit=3&status=received", []
    while address:
        answer = systems["lumen"].get(address).json()
        assert len(answer["items"]) <= 3
        seen += [item["id"] for item in answer["items"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == 7
    assert set(seen) == made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1), ("role=source", 1), ("role=custodian", 0), ("role=offered", 0), ("status=received", 1),
        ("status=triaged", 0), ("environment=surface_web", 1), ("environment=dark_web", 0), ("priority=P1", 0),
        ("updated_since=2020-01-01T00:00:00Z", 1), ("updated_since=2999-01-01T00:00:00Z", None),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_by_its_filters(systems, query, found):
    send(systems["lumen"])
    answer = systems["lumen"].get(f"{REFERRALS}?{query}")
    assert (len(answer.json()["items"]) if answer.status_code == 200 else None) == found


def test_another_agency_sees_nothing_of_it_anywhere(systems):
    made = send(systems["lumen"]).json()
    assert systems["harbour"].get(REFERRALS).json() == {"items": [], "next": None}
    assert systems["harbour"].get(f"{REFERRALS}?limit=1").json()["items"] == []
    assert systems["harbour"].get(f"{REFERRALS}/{made['id']}").status_code == 404


def test_reading_is_ten_statements_whatever_its_size(systems, django_assert_max_num_queries):
    body = BODY | {"selectors": [{"kind": "account", "value": f"heron-{n}"} for n in range(60)]}
    made = send(systems["lumen"], body).json()
    for _ in range(20):
        send(systems["lumen"])
    # Two more than ten are savepoints of the test's own transaction, and four set or restore rights.
    with django_assert_max_num_queries(10 + 6):
        systems["lumen"].get(f"{REFERRALS}/{made['id']}")
    with django_assert_max_num_queries(10 + 6):
        systems["lumen"].get(f"{REFERRALS}?limit=100")


def test_reference_data_needs_no_more_than_a_token(cast):
    system = cast.system(cast.harbour_client, scope="signals")
    harms = system.get("/api/v1/harm-types").json()
    assert {"code": "grooming", "label": "Online grooming"}.items() <= harms["items"][2].items()
    assert harms["next"] is None
    agencies = system.get("/api/v1/agencies").json()["items"]
    assert [agency["slug"] for agency in agencies] == sorted(agency["slug"] for agency in agencies)
    assert agencies[0]["desk"]["phone"] == "01632 960000"
    assert system.get("/api/v1/capabilities").json() == {"items": [], "next": None}
    assert system.get(f"{REFERRALS}/{uuid4()}").status_code == 403
