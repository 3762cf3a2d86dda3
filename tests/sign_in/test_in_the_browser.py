"""In Chromium, with an authenticator of the browser's own making: a passkey is registered, and used in each place."""

import os
import shutil

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from agencies.models import Session
from agencies.proof import MARKED_AT
from agencies.sessions import SessionStore
from tests.cast import PASSWORD
from tests.sign_in.people import code, give_app, wait_for_a_whole_period

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium():
    # Playwright runs a loop in this thread, and Django refuses its database beside one.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        path = os.environ.get("OHSC_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, settings) -> str:
    """The platform at an address where browsers make passkeys: localhost."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    url = live_server.url.replace("127.0.0.1", "localhost")
    settings.PASSKEY_DOMAIN, settings.PASSKEY_ORIGINS = "localhost", [url]
    return url


@pytest.fixture
def open_page(chromium, site, committed_cast):
    """`open_page()` is a page in a browser nobody used before, with an authenticator built in that asks its holder."""
    contexts, wrong = [], []

    def opened(**options):
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        wire = context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        made = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
        }
        how = made | {"isUserVerified": True, "automaticPresenceSimulation": True}
        page.authenticator = wire.send("WebAuthn.addVirtualAuthenticator", {"options": how})[
            "authenticatorId"
        ]
        page.wire = wire
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def give_password(page, person):
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def suits_everybody(page):
    """No complaint of axe, no scrolling sideways, one heading of the first rank."""
    expect(page.locator("h1")).to_have_count(1)
    for width in (1280, 375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
        violations = Axe().run(page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations] == [], (page.url, width)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_passkey_is_registered_at_first_sign_in_and_opens_the_platform_alone(open_page, committed_cast):
    anil = committed_cast.anil
    page = open_page()
    page.goto("/account/login/")
    suits_everybody(page)
    give_password(page, anil)
    expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
    suits_everybody(page)
    page.get_by_label("Name of this key").fill("work laptop")
    page.get_by_role("button", name="Add a key").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    suits_everybody(page)
    page.get_by_role("link", name="I have kept them: go on").click()
    page.wait_for_url("**/triage")
    assert Authenticator.objects.filter(user=anil, type="webauthn").count() == 1

    page.goto("/account/")
    expect(page.get_by_text("work laptop").first).to_be_visible()
    suits_everybody(page)
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
    suits_everybody(page)
    page.get_by_role("button", name="Use your passkey or security key").click()
    page.wait_for_url("**/triage")

    (row,) = Session.objects.filter(person_id=cora.pk)
    session = SessionStore(row.session_key)
    session[MARKED_AT] -= 360
    session.save()
    page.goto("/account/password/change/")
    expect(page.get_by_text("less than five minutes old")).to_be_visible()
    suits_everybody(page)
    page.get_by_role("button", name="Use your passkey or security key").click()
    page.wait_for_url("**/account/password/change/")
    suits_everybody(page)
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
    suits_everybody(page)
    give_app(committed_cast.bea)
    page.context.clear_cookies()
    give_password(page, committed_cast.bea)
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This code is not right").first).to_be_visible()
    suits_everybody(page)
