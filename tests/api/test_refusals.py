"""What the interface refuses, how, and in which order. The tables are typed by hand from the contract."""

from uuid import uuid4

import pytest
from django.test import Client as Browser

from audit.models import Event
from ohsc.core.acting import acting_as
from referrals.transitions import STEPS
from tests.api.calls import BODY, REFERRALS, faults, send, shown, step

ABSENT = "00000000-0000-4000-8000-000000000000"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


# Each change to a good body, the field it spoils, and the code of the refusal.
BAD = [
    ({"environment": "deep_web"}, "environment", "invalid_choice"),
    ({"environment": None}, "environment", "null"),
    ({"harm_type": "nuisance"}, "harm_type", "unknown"),
    ({"harm_type": 7}, "harm_type", "invalid"),
    ({"summary": ""}, "summary", "blank"),
    ({"summary": "   "}, "summary", "blank"),
    ({"summary": 12}, "summary", "invalid"),
    ({"summary": "a" * 301}, "summary", "max_length"),
    ({"summary": "two\nlines"}, "summary", "hidden_characters"),
    ({"summary": "over\u202eride"}, "summary", "hidden_characters"),
    ({"narrative": "bell\u0007"}, "narrative", "hidden_characters"),
    ({"narrative": "a" * 50_001}, "narrative", "max_length"),
    ({"narrative": ["a"]}, "narrative", "invalid"),
    ({"occurred_at": "2026-01-15"}, "occurred_at", "invalid"),
    ({"occurred_at": "2026-01-15T14:30:00"}, "occurred_at", "invalid"),
    ({"occurred_at": "2026-02-30T14:30:00Z"}, "occurred_at", "invalid"),
    ({"occurred_at": "2999-01-15T14:30:00Z"}, "occurred_at", "future"),
    ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at", "invalid"),
    ({"external_ref": "a" * 201}, "external_ref", "max_length"),
    ({"source_priority": "P0"}, "source_priority", "invalid_choice"),
    ({"escalate_reason": "a" * 3_001}, "escalate_reason", "max_length"),
    ({"jurisdiction": "a" * 41}, "jurisdiction", "max_length"),
    ({"factors": []}, "factors", "invalid"),
    ({"factors": {"coercion": "perhaps"}}, "factors/coercion", "invalid_choice"),
    ({"factors": {"coercion": True}}, "factors/coercion", "invalid_choice"),
    ({"factors": {"mood": "yes"}}, "factors/mood", "unknown_field"),
    ({"factors": {"child_age_band": "yes"}}, "factors/child_age_band", "invalid_choice"),
    ({"selectors": {}}, "selectors", "not_a_list"),
    ({"selectors": [{"kind": "fax", "value": "1"}]}, "selectors/0/kind", "invalid_choice"),
    ({"selectors": [{"value": "x"}]}, "selectors/0/kind", "required"),
    ({"selectors": [{"kind": "account"}]}, "selectors/0/value", "required"),
    ({"selectors": ["x"]}, "selectors/0", "invalid"),
    ({"selectors": [{"kind": "ip", "value": "300.1.1.1"}]}, "selectors/0/value", "no_normal_form"),
    ({"selectors": [{"kind": "ip", "value": "192.0.2.1", "port": 0}]}, "selectors/0/port", "min_value"),
    ({"selectors": [{"kind": "ip", "value": "192.0.2.1", "port": 65_536}]}, "selectors/0/port", "max_value"),
    ({"selectors": [{"kind": "ip", "value": "192.0.2.1", "port": "80"}]}, "selectors/0/port", "invalid"),
    ({"selectors": [{"kind": "email", "value": "a@b.example", "port": 80}]}, "selectors/0/port", "not_taken"),
    ({"selectors": [{"kind": "account", "value": "a" * 2_001}]}, "selectors/0/value", "max_length"),
    ({"selectors": [{"kind": "account", "value": "a", "case__id": "1"}]}, "selectors/0/case__id", "unknown_field"),
    ({"selectors": [{"kind": "account", "value": f"a{n}"} for n in range(201)]}, "selectors", "max_length"),
    ({"handling": {"classification": "SECRET"}}, "handling/classification", "invalid_choice"),
    ({"handling": {"tlp": "TLP:AMBER"}}, "handling/tlp", "invalid_choice"),
    ({"handling": {"source_grade": 1}}, "handling/source_grade", "invalid_choice"),
    ({"handling": {"code": "C"}}, "handling/conditions", "required"),
    ({"to_agency": "nobody-at-all"}, "to_agency", "unknown"),
    ({"to_agency": {"slug": "northshire-police"}}, "to_agency", "invalid"),
    ({"declaration": True}, "declaration", "invalid"),
    ({"status": "concluded"}, "status", "unknown_field"),
    ({"custodian": "lumen-social"}, "custodian", "unknown_field"),
    ({"id": ABSENT}, "id", "unknown_field"),
    ({"priority": "P1"}, "priority", "unknown_field"),
    ({"a/b": 1}, "a~1b", "unknown_field"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "code"), BAD, ids=[f"{field} {code}" for _, field, code in BAD])
def test_a_bad_field_is_named(lumen, change, field, code):
    answer = send(lumen, BODY | change)
    assert answer.status_code == 400
    assert faults(answer) == {field: code}


def test_every_bad_missing_and_unknown_field_is_named_at_once(lumen):
    bad = {"summary": 1, "nope": 1, "selectors": [{"kind": "fax"}, {"kind": "account", "value": "ok"}]}
    answer = lumen.post(f"{REFERRALS}?page=2", bad, content_type="application/json")
    assert answer.status_code == 400
    assert set(faults(answer)) == {
        "Idempotency-Key", "page", "environment", "harm_type", "summary", "nope",
        "selectors/0/kind", "selectors/0/value",
    }  # fmt: skip
    pointers = [
        error.get("pointer") for error in answer.json()["errors"] if error["field"] == "selectors/0/kind"
    ]
    assert pointers == ["#/selectors/0/kind"]


@pytest.mark.parametrize(
    "raw",
    [
        b"{", b"[]", b'"text"', b"\xef\xbb\xbf{}", b'{"a":1,"a":2}', b'{"a":{"b":1,"b":2}}', b'{"a":NaN}',
        b'{"a":Infinity}', b'{"a":1e999}', b'{"a":"\xff"}',
        b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b'{"a":["\\u0000"]}',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a":' + b'{"a":' * 20 + b"1" + b"}" * 21,
        b'{"a":' + b"9" * 5_000 + b"}",
    ],
)  # fmt: skip
def test_a_body_that_two_parsers_might_read_differently_is_refused(lumen, raw):
    answer = send(lumen, raw)
    assert (answer.status_code, faults(answer)) == (400, {"": "malformed"})


def test_brackets_in_a_text_are_no_depth(lumen):
    assert send(lumen, BODY | {"narrative": '[[{"\\' * 30}).status_code == 201


@pytest.mark.parametrize(
    "place", ["narrative", "summary", "selectors/0/value", "handling/conditions", "made_up"]
)
def test_imagery_is_refused_by_the_name_of_its_field_and_its_hash_is_noted(cast, lumen, place):
    body = {"narrative": {"narrative": PICTURE}, "summary": {"summary": f"data:image/png;base64,{PICTURE}"},
            "selectors/0/value": {"selectors": [{"kind": "other", "value": PICTURE}]},
            "handling/conditions": {"handling": {"conditions": PICTURE}},
            "made_up": {"made_up": PICTURE}}[place]  # fmt: skip
    answer = send(lumen, BODY | body)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/api/docs#imagery-refused"
    assert faults(answer)[place] == "imagery_refused"
    assert answer.refusal_details["imagery"][0]["field"] == place
    assert PICTURE.encode() not in answer.content


def test_a_refused_request_leaves_nothing_and_its_key_may_be_used_for_the_corrected_one(lumen):
    assert send(lumen, BODY | {"summary": ""}, key="k-1").status_code == 400
    assert lumen.get(REFERRALS).json()["items"] == []
    answer = send(lumen, BODY, key="k-1")
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_types_and_sizes_are_looked_at_before_the_scope(cast, lumen):
    reader = cast.system(cast.lumen_client, scope="referrals:read")
    assert send(reader, b"x", content_type="text/plain").status_code == 415
    assert send(reader, b"{" + b" " * 1024 * 1024 + b"}").status_code == 413
    assert send(reader, b"not json").status_code == 403
    assert send(lumen, b"{}", **{"Content-Encoding": "gzip"}).status_code == 415
    assert send(lumen, content_type="application/json; charset=latin-1").status_code == 415
    assert send(lumen, content_type="application/json; charset=utf-8").status_code == 201


NEEDS = [
    ("get", REFERRALS, "referrals:read"), ("post", REFERRALS, "referrals:write"),
    ("post", "/api/v1/imports", "referrals:write"), ("get", f"{REFERRALS}/{ABSENT}", "referrals:read"),
    ("get", f"{REFERRALS}/{ABSENT}/history", "referrals:read"),
    ("post", f"{REFERRALS}/{ABSENT}/accept", "referrals:act"), ("get", "/api/v1/webhooks", "webhooks"),
    ("post", "/api/v1/webhooks", "webhooks"), ("delete", f"/api/v1/webhooks/{ABSENT}", "webhooks"),
    ("get", f"/api/v1/webhooks/{ABSENT}/deliveries", "webhooks"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "scope"), NEEDS)
def test_each_address_needs_its_scope_and_says_which(cast, method, path, scope):
    content_type = "application/xml" if path.endswith("imports") else "application/json"
    options = {"data": "{}", "content_type": content_type} if method == "post" else {}
    system = cast.system(cast.harbour_client, scope="signals")
    answer = getattr(system, method)(path, **options)
    assert answer.status_code == 403
    assert scope in answer.json()["detail"]
    assert f'scope="{scope}"' in answer["WWW-Authenticate"]
    nobody = getattr(Browser(), method)(path, **options)
    assert nobody.status_code == 401
    assert nobody["WWW-Authenticate"] == 'Bearer realm="ohsc"'


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/", "/api/v1/referrals/", "/api/v2/referrals", "/api/v1"]
)
def test_an_unknown_address_is_401_without_a_token_and_404_with_one(lumen, path):
    assert Browser().get(path).status_code == 401
    assert lumen.get(path).status_code == 404
    assert lumen.put(path).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head"])
def test_methods_an_address_does_not_take_are_405(lumen, method):
    answer = getattr(lumen, method)(REFERRALS)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST"


def test_forbidden_absent_malformed_and_unknown_are_the_same_404(cast, lumen):
    made = send(lumen).json()["id"]
    harbour = cast.system(cast.harbour_client)
    absent = shown(harbour.get(f"{REFERRALS}/{ABSENT}"))
    assert absent[0] == 404
    for path in (f"{REFERRALS}/{made}", f"{REFERRALS}/{made}/history", f"{REFERRALS}/{made.upper()}",
                 f"{REFERRALS}/not-a-uuid", "/api/v1/nothing", f"/api/v1/webhooks/{made}"):  # fmt: skip
        assert shown(harbour.get(path)) == absent, path
    for name in STEPS:
        given = {
            "triage": {"priority": "P1"},
            "offer": {"to_agency": "northshire-police"},
            "conclude": {"outcomes": [{"code": "ARREST"}]},
            "recall": {"reason_code": "better_fit"},
            "decline": {"reason_code": "no_capacity"},
            "return": {"reason_code": "no_capacity"},
            "reject": {"reason_code": "spam"},
            "withdraw": {"reason_code": "entered_in_error"},
            "reopen": {"reason_code": "new_information"},
            "re-band": {"priority": "P1"},
            "pass-on": {"to_agency": "northshire-police"},
            "ask": {"to_agency": "northshire-police", "question": "Which time zone?"},
            "answer": {"answer": "Not known."},
        }.get(name, {})
        assert shown(step(harbour, made, name, given)) == absent, name
        assert shown(step(harbour, made, name, given, **{"If-Match": '"v9"'})) == absent, name


def test_a_malformed_query_is_refused_by_name(lumen):
    answer = lumen.get(
        f"{REFERRALS}?limit=0&cursor=zzz&status=gone&status=received&ordering=summary&case__id=1"
    )
    assert answer.status_code == 400
    assert faults(answer) == {
        "limit": "invalid", "cursor": "invalid", "status": "repeated", "ordering": "unknown_field",
        "case__id": "unknown_field",
    }  # fmt: skip
    assert lumen.get("/api/v1/harm-types?q=1").status_code == 400


STEP_FAULTS = [
    ("triage", {}, {"priority": "required"}),
    ("triage", {"priority": "P9"}, {"priority": "invalid_choice"}),
    ("triage", {"priority": "P1", "factors": {"x": "yes"}}, {"factors/x": "unknown_field"}),
    ("offer", {}, {"to_agency": "required"}),
    ("offer", {"to_agency": "nobody"}, {"to_agency": "unknown"}),
    ("accept", {"reason_code": "no_capacity"}, {"reason_code": "not_taken"}),
    ("accept", {"nope": 1}, {"nope": "unknown_field"}),
    ("decline", {}, {"reason_code": "required"}),
    ("decline", {"reason_code": "spam"}, {"reason_code": "invalid_choice"}),
    ("conclude", {}, {"outcomes": "required"}),
    ("conclude", {"outcomes": []}, {"outcomes": "empty"}),
    ("conclude", {"outcomes": [{"code": "WON"}]}, {"outcomes/0/code": "invalid_choice"}),
    ("conclude", {"outcomes": [{"code": "ARREST", "count": "1"}]}, {"outcomes/0/count": "invalid"}),
    (
        "conclude",
        {"outcomes": [{"code": "ARREST", "share_detail": "no"}]},
        {"outcomes/0/share_detail": "invalid"},
    ),
]


@pytest.mark.parametrize(("name", "body", "expected"), STEP_FAULTS)
def test_a_steps_body_is_judged_before_the_referral_is_looked_up(cast, name, body, expected):
    centre = cast.system(cast.centre_client)
    answer = step(centre, ABSENT, name, body)
    assert answer.status_code == 400
    assert faults(answer) == expected


def test_a_step_not_open_is_409_with_the_sentence(cast, lumen):
    made = send(lumen).json()["id"]
    centre = cast.system(cast.centre_client)
    answer = step(centre, made, "accept")
    assert answer.status_code == 409
    assert (
        answer.json()["detail"]
        == "Accept is for the offered agency only. Received by "
        + (answer.json()["detail"].partition("Received by ")[2])
    )
    assert step(centre, made, "expire").json()["detail"].startswith("Expire is for the clock only.")
    assert step(lumen, made, "triage", {"priority": "P1"}).status_code == 409


@pytest.mark.parametrize(
    ("etag", "status"),
    [
        ('"v1"', 200),
        ("*", 200),
        ('"v2"', 412),
        ('W/"v1"', 412),
        ('"other"', 412),
        ("v1", 400),
        ('"a", "b"', 400),
    ],
)
def test_if_match_guards_a_step(cast, lumen, etag, status):
    made = send(lumen).json()["id"]
    centre = cast.system(cast.centre_client)
    assert step(centre, made, "triage", {"priority": "P3"}, **{"If-Match": etag}).status_code == status


def test_the_same_external_ref_again_is_409_and_names_the_first(cast, lumen):
    first = send(lumen, BODY | {"external_ref": "TS-9"}).json()
    again = send(lumen, BODY | {"external_ref": "TS-9", "summary": "Another."})
    assert again.status_code == 409
    assert again.json()["referrals"] == [
        {"id": first["id"], "reference": first["reference"], "external_ref": "TS-9"}
    ]
    harbour = cast.system(cast.harbour_client)
    assert send(harbour, BODY | {"external_ref": "TS-9"}).status_code == 201


def test_a_write_token_reads_nothing(cast):
    writer = cast.system(cast.lumen_client, scope="referrals:write")
    made = send(writer)
    assert made.status_code == 201
    assert writer.get(REFERRALS).status_code == 403
    assert writer.get(f"{REFERRALS}/{made.json()['id']}").status_code == 403


def test_an_id_is_no_credential(cast):
    for secret in (cast.lumen.pk, cast.lumen_client.pk, cast.lumen_client.client_id, uuid4()):
        nobody = Browser(headers={"Authorization": f"Bearer {secret}"})
        answer = nobody.get(REFERRALS)
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_a_persons_session_opens_no_partners_door(cast):
    assert cast.browser(cast.cora).get(REFERRALS).status_code == 401


def test_each_refusal_is_recorded(cast, lumen):
    lumen.get(f"{REFERRALS}/{ABSENT}")
    with acting_as(cast.actor(cast.lumen_client)):
        event = Event.objects.filter(kind="refusal").latest("at")
    assert event.details["status"] == 404
    assert event.subject_ids[0].hex == ABSENT.replace("-", "")
