"""In Chromium, with an authenticator of the browser's own making: a passkey is registered, and used in each place."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from agencies.models import Session
from agencies.proof import MARKED_AT
from agencies.sessions import SessionStore
from tests.browser import give_password, suits_every_window
from tests.sign_in.people import code, give_app, wait_for_a_whole_period

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(live_server, settings) -> str:
    """The platform at an address where browsers make passkeys: localhost."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    url = live_server.url.replace("127.0.0.1", "localhost")
    settings.PASSKEY_DOMAIN, settings.PASSKEY_ORIGINS = "localhost", [url]
    return url


@pytest.fixture
def open_page(open_page):
    """`open_page()` has an authenticator built in that asks its holder."""

    def opened(**options):
        page = open_page(**options)
        page.wire = page.context.new_cdp_session(page)
        page.wire.send("WebAuthn.enable")
        made = page.wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.authenticator = made["authenticatorId"]
        return page

    return opened


def test_a_passkey_is_registered_at_first_sign_in_and_opens_the_platform_alone(open_page, committed_cast):
    anil = committed_cast.anil
    page = open_page()
    page.goto("/account/login/")
    suits_every_window(page)
    give_password(page, anil)
    expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
    suits_every_window(page)
    page.get_by_label("Name of this key").fill("work laptop")
    page.get_by_role("button", name="Add a key").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    suits_every_window(page)
    page.get_by_role("link", name="I have kept them: go on").click()
    page.wait_for_url("**/triage")
    assert Authenticator.objects.filter(user=anil, type="webauthn").count() == 1

    page.goto("/account/")
    expect(page.get_by_text("work laptop").first).to_be_visible()
    suits_every_window(page)
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url("**/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/triage")
    assert Session.objects.filter(person_id=anil.pk).count() == 1


def with_key(page, person) -> None:
    """The person enrols the key of this browser, and signs out."""
    give_password(page, person)
    page.get_by_label("Name of this key").fill("ring")
    page.get_by_role("button", name="Add a key").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    page.wait_for_url("**/triage")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url("**/account/login/")


def test_after_the_password_the_key_is_the_second_factor_and_it_steps_up(open_page, committed_cast):
    cora = committed_cast.cora
    page = open_page()
    with_key(page, cora)
    give_password(page, cora)
    expect(page.get_by_text("Your password was right")).to_be_visible()
    suits_every_window(page)
    page.get_by_role("button", name="Use your passkey or security key").click()
    page.wait_for_url("**/triage")

    (row,) = Session.objects.filter(person_id=cora.pk)
    session = SessionStore(row.session_key)
    session[MARKED_AT] -= 360
    session.save()
    page.goto("/account/password/change/")
    expect(page.get_by_text("less than five minutes old")).to_be_visible()
    suits_every_window(page)
    page.get_by_role("button", name="Use your passkey or security key").click()
    page.wait_for_url("**/account/password/change/")
    suits_every_window(page)
    assert Session.objects.get(person_id=cora.pk).session_key != row.session_key


def test_a_key_whose_holder_is_not_asked_opens_nothing(open_page, committed_cast):
    page = open_page()
    with_key(page, committed_cast.cora)
    page.wire.send(
        "WebAuthn.setUserVerified", {"authenticatorId": page.authenticator, "isUserVerified": False}
    )
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("It was called off, took too long")).to_be_visible()
    assert not Session.objects.filter(person_id=committed_cast.cora.pk).exists()


def test_an_answer_given_at_another_origin_is_refused(open_page, committed_cast, settings):
    page = open_page()
    with_key(page, committed_cast.cora)
    settings.PASSKEY_ORIGINS = ["https://ohsc.example"]
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The key did not prove who you are")).to_be_visible()
    assert not Session.objects.filter(person_id=committed_cast.cora.pk).exists()


def test_an_app_is_added_and_used_by_keyboard_without_a_script(open_page, committed_cast):
    ben = committed_cast.ben
    page = open_page(java_script_enabled=False)
    give_password(page, ben)
    page.get_by_role("link", name="Add an app").click()
    expect(page.get_by_role("heading", name="Add an app that makes codes")).to_be_visible()
    secret = page.locator(".account-secret").inner_text().replace(" ", "")
    wait_for_a_whole_period()
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="I have kept them: go on").click()
    page.wait_for_url("**/triage")


def test_the_pages_of_an_app_suit_everybody(open_page, committed_cast):
    page = open_page()
    give_password(page, committed_cast.ben)
    page.get_by_role("link", name="Add an app").click()
    suits_every_window(page)
    give_app(committed_cast.bea)
    page.context.clear_cookies()
    give_password(page, committed_cast.bea)
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This code is not right").first).to_be_visible()
    suits_every_window(page)
