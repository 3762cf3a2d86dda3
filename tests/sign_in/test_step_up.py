"""What could do much in the wrong hands wants a proof less than five minutes old; nothing typed is lost by that."""

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from agencies.proof import MARKED_AT
from ohsc.core.routes import need_of
from tests.cast import PASSWORD
from tests.sign_in.people import code, events, give_app, wait_for_a_whole_period

# Typed by hand, not read from the addresses: two statements that must agree.
WANT_A_FRESH_PROOF = {
    "account_change_password", "account_end_one", "account_end_others", "account_enrol", "account_key_options",
    "account_new_app", "account_new_key", "account_recovery_codes", "account_remove_factor", "clients-new",
    "clients-secret", "inbox-csv", "search-csv", "search-list-csv", "triage-csv", "webhooks-add", "webhooks-secret",
}  # fmt: skip


def fresh_routes(patterns=None) -> set[str]:
    found = set()
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            found |= fresh_routes(entry.url_patterns)
        elif isinstance(entry, URLPattern) and (need := need_of(entry.callback)) and need.fresh:
            found.add(entry.name)
    return found


def test_these_want_a_fresh_proof():
    assert fresh_routes() >= WANT_A_FRESH_PROOF


@pytest.fixture
def stale(cast):
    """`stale(person)` is a browser whose proof is six minutes old."""

    def browser_of(person, minutes=6) -> Browser:
        browser = cast.browser(person)
        session = browser.session
        session[MARKED_AT] = timezone.now().timestamp() - minutes * 60
        session.save()
        return browser

    return browser_of


def test_a_page_that_wants_it_leads_there_and_back(cast, stale):
    secret = give_app(cast.ben)
    browser = stale(cast.ben)
    asked = browser.get("/account/password/change/")
    assert asked.url == "/account/prove/?next=%2Faccount%2Fpassword%2Fchange%2F"
    assert "less than five minutes old" in browser.get(asked.url).content.decode()
    before = browser.cookies["ohsc_session"].value
    wait_for_a_whole_period()
    answer = browser.post("/account/prove/", {"code": code(secret), "next": "/account/password/change/"})
    assert answer.url == "/account/password/change/"
    assert browser.cookies["ohsc_session"].value != before
    assert browser.get(answer.url).status_code == 200
    assert [event.details for event in events(cast, cast.ben, "person.stepped_up")] == [{"how": "code"}]


def test_four_minutes_are_fresh_enough(cast, stale):
    assert stale(cast.ben, minutes=4).get("/account/password/change/").status_code == 200


def test_what_was_sent_waits_and_is_sent_by_a_press(cast, stale):
    secret = give_app(cast.ben)
    browser = stale(cast.ben)
    page = browser.post("/triage/csv", {"band": "P2", "purpose": "planning"})
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "What you sent is kept on this page" in page.content.decode()
    held = re.search(r'name="held" value="([^"]+)"', page.content.decode())[1]
    wait_for_a_whole_period()
    on = browser.post("/account/prove/", {"code": code(secret), "held": unescape(held)}).content.decode()
    assert 'action="/triage/csv"' in on
    assert '<input type="hidden" name="band" value="P2">' in on
    assert browser.post("/triage/csv", {"band": "P2", "purpose": "planning"})["Content-Type"].startswith(
        "text/csv"
    )


def test_what_somebody_else_sent_is_not_sent_by_me(cast, stale):
    secret = give_app(cast.bea)
    theirs = stale(cast.ben).post("/triage/csv", {"band": "P2", "purpose": "planning"}).content.decode()
    held = unescape(re.search(r'name="held" value="([^"]+)"', theirs)[1])
    wait_for_a_whole_period()
    browser = stale(cast.bea)
    answer = browser.post("/account/prove/", {"code": code(secret), "held": held})
    assert (answer.status_code, answer.url) == (302, "/")


def test_a_wrong_code_steps_nobody_up(cast, stale):
    give_app(cast.ben)
    browser = stale(cast.ben)
    assert "not right" in browser.post("/account/prove/", {"code": "000000"}).content.decode()
    assert browser.get("/account/password/change/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil"]
)
def test_it_leads_nowhere_else(cast, stale, elsewhere):
    secret = give_app(cast.ben)
    wait_for_a_whole_period()
    assert stale(cast.ben).post("/account/prove/", {"code": code(secret), "next": elsewhere}).url == "/"


def test_in_a_demonstration_without_a_second_factor_the_password_is_asked(cast, stale, settings):
    settings.SECOND_FACTOR = "optional"
    browser = stale(cast.ben)
    assert browser.get("/account/password/change/").status_code == 302
    assert (
        "This is not your password"
        in browser.post("/account/prove/", {"password": "x" * 20}).content.decode()
    )
    assert browser.post("/account/prove/", {"password": PASSWORD}).status_code == 302
    assert browser.get("/account/password/change/").status_code == 200
    for path in ("/account/", "/account/login/"):
        reader = browser if path == "/account/" else Browser()
        assert "A second factor is optional here" in reader.get(path).content.decode()
