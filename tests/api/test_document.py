"""The interface's own description: complete, valid, and open to everybody."""

import json
import re

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import get_resolver

from referrals.transitions import STEPS


def test_the_document_validates_without_a_warning(tmp_path):
    written = tmp_path / "openapi.json"
    call_command(
        "spectacular", validate=True, fail_on_warn=True, format="openapi-json", file=str(written), verbosity=0
    )
    document = json.loads(written.read_text())
    assert document["openapi"].startswith("3.1")
    flows = document["components"]["securitySchemes"]["oauth"]["flows"]
    assert flows["clientCredentials"]["tokenUrl"] == "/oauth/token"


def test_every_address_is_in_the_document_and_every_step_has_its_own(db):
    document = Browser().get("/api/v1/openapi.json").json()
    ours = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        for pattern in get_resolver("ohsc.api_urls").url_patterns
        if str(pattern.pattern).startswith("api/v1/") and pattern.name != "openapi"
    }
    assert set(document["paths"]) == ours
    for name in STEPS:
        operation = document["paths"][f"/api/v1/referrals/{{referral_id}}/{name}"]["post"]
        assert {"200", "400", "401", "403", "404", "409", "412"} <= set(operation["responses"])


def test_the_page_explains_every_kind_of_problem_and_asks_nothing_off_the_origin(db):
    answer = Browser().get("/api/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    for kind in ("not-found", "step-not-open", "imagery-refused", "key-reused"):
        assert f'id="{kind}"' in page
    assert "https://" not in page
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/api/docs", "/api/docs/changes", "/api/v1/openapi.json"])
def test_what_is_read_without_a_token_is_read_only(db, address):
    for method in ("POST", "PUT", "DELETE"):
        answer = Browser().generic(method, address)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
