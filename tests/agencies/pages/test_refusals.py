"""Pages that refuse: styled, saying what to do, and the same bytes for forbidden and absent."""

from uuid import uuid4

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import RequestFactory

from ohsc.core import views


@pytest.fixture
def nobody():
    request = RequestFactory().get("/somewhere")
    request.resolver_match = None
    return request


def test_a_referral_of_others_is_a_missing_page(cast):
    browser = cast.browser(cast.cleo)
    theirs = browser.get(f"/referrals/{cast.referral('accepted').pk}")
    absent, nowhere = browser.get(f"/referrals/{uuid4()}"), browser.get("/nowhere")
    assert theirs.status_code == 404
    assert theirs.content == absent.content == nowhere.content
    kept = {
        name: value for name, value in theirs.headers.items() if name != "X-Request-ID" and name != "Expires"
    }
    assert kept == {name: absent.headers[name] for name in kept}


def test_the_page_says_whose_eyes_and_leads_on(cast):
    page = cast.browser(cast.cleo).get("/nowhere").content.decode()
    assert "Harbour Helpline" in page
    assert 'href="/work"' in page
    assert "csrf" not in page.lower().split("<main")[1]


def test_refused_by_role(nobody):
    answer = views.forbidden(nobody, PermissionDenied())
    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()


def test_an_expired_form_says_what_is_kept(cast):
    browser = cast.browser(cast.ben, enforce_csrf_checks=True)
    answer = browser.post("/inbox/read", {})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
    assert "Northshire Police" in answer.content.decode()


@pytest.mark.parametrize("name", ["bad_request", "server_error"])
def test_a_failure_is_told_without_the_database(name, nobody):
    # No `db` fixture: pytest-django refuses any statement here.
    more = [BadRequest()] if name == "bad_request" else []
    answer = getattr(views, name)(nobody, *more)
    assert answer.status_code == (400 if name == "bad_request" else 500)
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/oauth/nowhere"])
def test_a_system_gets_problem_details(path):
    request = RequestFactory().get(path)
    for answer in (views.not_found(request, Exception()), views.server_error(request)):
        assert answer.headers["Content-Type"] == "application/problem+json"
