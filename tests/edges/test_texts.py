"""Bodies and texts made to break a reader: refused with a reason, or shown as what they are."""

import gzip
import json

import pytest

from ohsc.core.plain_text import made_visible, why_not
from tests.api.calls import BODY, REFERRALS, faults, send

BIDI = ["\u202aabc", "a\u202eb", "\u2066a\u2069", "a\u061cb", "a\u200fb"]
WITHOUT_WIDTH = [
    "a\u200bb",
    "a\u200db",
    "\u200cab",
    "a\u2060b",
    "\ufeffab",
    "a\u00adb",
    "a\u180eb",
    "a\U000e0041b",
    "a\u3164",
]
CONTROL = ["a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\x08b"]
HONEST = ["Zoë", "👩\u200d💻", "می\u200cخواهم", "क्\u200dष", "שלום", "R-1", "naïve – “quoted”"]


@pytest.mark.parametrize("text", [*BIDI, *WITHOUT_WIDTH, *CONTROL])
def test_one_line_holds_nothing_that_cannot_be_seen(text):
    assert "which cannot be seen" in why_not(text)
    assert "[U+" in made_visible(text, lines=False)
    assert why_not(made_visible(text, lines=False)) == ""


@pytest.mark.parametrize("text", HONEST)
def test_the_joiners_that_scripts_need_are_taken(text):
    assert why_not(text) == ""
    assert made_visible(text, lines=False) == text


@pytest.mark.parametrize("field", ["summary", "external_ref", "jurisdiction", "declaration"])
@pytest.mark.parametrize("hidden", ["a\u202eb", "a\u200bb", "a\x1bb"])
def test_names_and_references_of_a_referral_are_such_lines(cast, field, hidden):
    answer = send(cast.system(cast.lumen_client), BODY | {field: hidden})
    assert (answer.status_code, faults(answer)) == (400, {field: "hidden_characters"})


@pytest.mark.parametrize("hidden", ["a\u202eb", "a\u2067b", "a\x1bb"])
def test_longer_words_hold_no_override_either(cast, hidden):
    answer = send(cast.system(cast.lumen_client), BODY | {"narrative": hidden})
    assert faults(answer) == {"narrative": "hidden_characters"}


@pytest.mark.parametrize(
    ("path", "who", "typed", "field"),
    [
        ("/filters", "bea", {"page": "triage", "query": "tab=open"}, "name"),
        ("/agencies/ohsc/desk", "ada", {}, "desk_name"),
        ("/systems/webhooks/add", "ada", {"url": "https://hooks.agency.example/"}, "description"),
        ("/systems/clients/new", "ada", {"scopes": "referrals:read"}, "name"),
        ("/referrals/new", "asha", {"go": "send"}, "summary"),
    ],
)
@pytest.mark.parametrize("hidden", ["a\u202eb", "a\u200bb"])
def test_names_that_people_type_are_such_lines(cast, path, who, typed, field, hidden):
    answer = cast.browser(getattr(cast, who)).post(path, typed | {field: hidden})
    assert "which cannot be seen" in answer.content.decode()


MANY = {f"k{number}": 1 for number in range(60_000)}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b'{"summary": "' + b"a" * 10 * 1024 * 1024 + b'"}', 413),
        (json.dumps(MANY).encode(), 400),
        (json.dumps(BODY | {"factors": MANY}).encode(), 400),
        (json.dumps(BODY | {"selectors": [dict.fromkeys(list(MANY)[:300], 1)] * 190}).encode(), 400),
        (json.dumps(BODY | {"selectors": [{}] * 100_000}).encode(), 400),
    ],
    ids=[
        "brackets",
        "objects",
        "10 MB",
        "60,000 fields",
        "60,000 answers",
        "57,000 fields in selectors",
        "100,000 selectors",
    ],
)
def test_a_bomb_is_refused_and_its_answer_is_none_itself(cast, body, status):
    answer = send(cast.system(cast.lumen_client), body)
    assert answer.status_code == status
    assert len(answer.content) < 500_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
@pytest.mark.parametrize("path", [REFERRALS, f"{REFERRALS}/bulk", "/api/v1/imports"])
def test_a_compressed_body_is_never_unpacked(cast, encoding, path):
    bomb = gzip.compress(b" " * 10 * 1024 * 1024)
    for content_type in ("application/json", "application/x-ndjson", "application/xml"):
        headers = {"Content-Encoding": encoding}
        answer = send(cast.system(cast.lumen_client), bomb, path=path, content_type=content_type, **headers)
        assert answer.status_code == 415


def test_a_line_in_bulk_that_is_a_bomb_fails_alone(cast):
    lines = [b"[" * 100_000, json.dumps(MANY).encode(), json.dumps(BODY).encode(), b'{"summary": NaN}']
    answer = send(
        cast.system(cast.lumen_client),
        b"\n".join(lines),
        path=f"{REFERRALS}/bulk",
        content_type="application/x-ndjson",
    )
    assert [json.loads(line)["status"] for line in answer.getvalue().splitlines()] == [400, 400, 201, 400]
