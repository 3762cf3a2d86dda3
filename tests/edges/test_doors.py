"""No picture, video or archive comes in by any door, whatever it is called; what is kept of it is its hash."""

import ast
import base64
import hashlib
import importlib
import json

import pytest
from django.urls import get_resolver

from audit.access import visible_events
from ohsc.core import forms as core_forms
from ohsc.core.acting import acting_as
from ohsc.core.api import PartnerView
from tests.api.calls import BODY, REFERRALS, send, step
from tests.core.test_imagery import PICTURES, WRITINGS
from tests.edges.test_answers import SAMPLES
from tests.referrals.pages.test_new_referral import TYPED
from tests.test_architecture import OURS, ROOT, name_of

PNG = PICTURES["image/png"]
PICTURE = base64.b64encode(PNG).decode()
HASH = hashlib.sha256(PNG).hexdigest()


def noted(cast, who) -> list[dict]:
    """What the audit keeps of the last refusal that this person met."""
    actor = cast.actor(who)
    with acting_as(actor):
        return visible_events(actor).filter(action="request.refused").latest("at").details.get("imagery", [])


# The interface: every address that takes a body.

DOCUMENTS = {"api-imports", "api-bulk"}  # these take documents, and have tests of their own below


def posting() -> list[str]:
    found = []
    for pattern in get_resolver("ohsc.api_urls").url_patterns:
        view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
        takes = view is not None and issubclass(view, PartnerView) and hasattr(view, "post")
        if takes and pattern.name not in DOCUMENTS | {"token"}:
            found.append(str(pattern.pattern))
    return found


def test_every_address_of_the_interface_that_takes_a_body_refuses_a_picture_in_it(cast):
    systems = [cast.system(cast.police_client), cast.system(cast.centre_client)]
    asked = set()
    for route in posting():
        path = "/" + route
        for name, value in (SAMPLES | {"referral_id": cast.lumen.pk}).items():
            path = path.replace(f"<uuid:{name}>", str(value)).replace(f"<slug:{name}>", str(value))
        for kind in ("endpoint_id", "client_id"):
            path = path.replace(f"<uuid:{kind}>", str(cast.police_client.pk))
        path = path.replace("<str:delivery_id>", cast.police_client.pk.hex)
        for system in systems:
            answer = send(
                system, {"a_field": [{"deep": f"data:;base64,{PICTURE}"}], PICTURE: "as a name"}, path=path
            )
            if answer.status_code not in (403, 404):
                assert answer.status_code == 400, (path, answer.content)
                assert answer.json()["type"] == "/api/docs#imagery-refused", path
                assert PICTURE.encode() not in answer.content
                asked.add(route)
    assert len(asked) > 20


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize(
    "writing", ["base64", "base64 in lines of 76", "hex", "data uri", "base64 of base64"]
)
def test_what_it_is_is_told_by_what_it_holds(cast, kind, writing):
    lumen = cast.system(cast.lumen_client)
    answer = send(lumen, BODY | {"narrative": f"notes.txt: {WRITINGS[writing](PICTURES[kind])}"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "/api/docs#imagery-refused"


def test_in_bulk_the_line_fails_alone_and_its_hash_is_kept(cast):
    lumen = cast.system(cast.lumen_client)
    lines = [BODY, BODY | {"selectors": [{"kind": "other", "value": PICTURE}]}]
    answer = send(
        lumen,
        "\n".join(map(json.dumps, lines)),
        path=f"{REFERRALS}/bulk",
        content_type="application/x-ndjson",
    )
    good, bad = map(json.loads, answer.getvalue().decode().splitlines())
    assert (good["status"], bad["status"]) == (201, 400)
    asha = cast.actor(cast.asha)
    with acting_as(asha):
        refused = visible_events(asha).filter(action="request.refused").latest("at")
    assert refused.details["lines"][0]["imagery"] == [{"field": "selectors/0/value", "sha256": HASH}]


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("ask", {"to_agency": "lumen-social", "question": PICTURE}, "question"),
        ("conclude", {"outcomes": [{"code": "CHILD_SAFEGUARDED", "detail": PICTURE}]}, "outcomes/0/detail"),
        ("return", {"reason_code": "no_capacity", "reason": PICTURE}, "reason"),
    ],
)
def test_a_step_refuses_it_and_its_hash_is_kept(cast, name, body, field):
    referral = cast.referral("accepted")
    assert step(cast.system(cast.police_client), referral.pk, name, body).status_code == 400
    assert noted(cast, cast.bea) == [{"field": field, "sha256": HASH}]


@pytest.mark.parametrize(
    "document",
    [
        f"<report><additionalInfo>{PICTURE}</additionalInfo></report>",
        f'<report at="{PICTURE}"/>',
        f"<report><!-- {PICTURE} --></report>",
        f"<report><![CDATA[data:image/png;base64,{PICTURE}]]></report>",
        json.dumps({"type": "bundle", "objects": [{"type": "artifact", "payload_bin": PICTURE}]}),  # STIX
        json.dumps({"Event": {"Attribute": [{"type": "attachment", "data": PICTURE}]}}),  # MISP
        json.dumps({"@graph": [{"uco-observable:dataPayload": PICTURE}]}),  # CASE
    ],
)
def test_an_import_refuses_it_wherever_it_stands_and_whatever_the_format(cast, document):
    lumen = cast.system(cast.lumen_client)
    answer = send(lumen, document, path="/api/v1/imports", content_type="application/xml")
    assert answer.status_code == 400
    assert answer.json()["type"] == "/api/docs#imagery-refused", answer.content
    assert HASH in {one["sha256"] for one in noted(cast, cast.asha)}
    page = cast.browser(cast.asha).post("/imports", {"text": document})
    assert page.status_code == 422
    assert PICTURE not in page.content.decode()


# Pages: every form is made of one, which looks.


def test_every_form_of_ours_is_made_of_the_one_that_looks():
    others, own_way = set(), set()
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base) for base in node.bases}
                if {"forms.Form", "forms.ModelForm", "forms.BaseForm"} & bases:
                    others.add(name_of(path))
                if any(isinstance(part, ast.FunctionDef) and part.name == "full_clean" for part in node.body):
                    own_way.add(name_of(path))
    assert others == own_way == {"ohsc/core/forms.py"}


def test_only_the_form_for_documents_leaves_the_looking_to_the_reader_of_documents():
    leaving = set()
    for path in OURS:
        if "forms" in path.name and path.parts[len(ROOT.parts)] != "deploy":
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            leaving |= {
                kind.__name__
                for kind in vars(module).values()
                if isinstance(kind, type) and issubclass(kind, core_forms.Form) and kind.takes_documents
            }
    assert leaving == {"ImportForm"}


FORMS = [  # the page, who sends it, what is typed, the field with the picture
    ("/referrals/new", "asha", TYPED | {"go": "send"}, "narrative"),
    ("/referrals/new", "asha", TYPED | {"go": "send"}, "selectors-0-value"),
    ("/referrals/new", "asha", TYPED | {"go": "check"}, "conditions"),
    ("/referrals/new/pointer", "asha", {"form_id": TYPED["form_id"]}, "contact"),
    ("/referrals/{}/steps/ask", "bea", {}, "question"),
    ("/referrals/{}/steps/return", "bea", {"reason_code": "no_capacity"}, "reason"),
    (
        "/referrals/{}/steps/conclude",
        "bea",
        {"outcomes-rows": "1", "outcomes-0-code": "ARREST"},
        "outcomes-0-detail",
    ),
    ("/search", "bea", {}, "text"),
    ("/filters", "bea", {"page": "triage", "query": "tab=open"}, "name"),
    ("/agencies/ohsc/desk", "ada", {}, "desk_name"),
    ("/systems/webhooks/add", "ada", {"url": "https://hooks.agency.example/"}, "description"),
    ("/systems/clients/new", "ada", {"scopes": "referrals:read"}, "name"),
]


@pytest.mark.parametrize(("path", "who", "typed", "field"), FORMS)
def test_a_page_refuses_it_keeps_its_hash_and_does_not_send_it_back(cast, path, who, typed, field):
    person, referral = getattr(cast, who), cast.referral("accepted")
    answer = cast.browser(person).post(path.format(referral.pk), typed | {field: f"See {PICTURE}"})
    assert answer.status_code in (200, 422), answer
    page = answer.content.decode()
    assert PICTURE not in page
    assert "holds an image or a video" in page
    assert {"field": field, "sha256": HASH} in noted(cast, person)
