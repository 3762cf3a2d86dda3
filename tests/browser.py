"""Chromium for every test that looks at a page: opening it, signing in, and what must be true of whatever it shows.

A plugin of tests/conftest.py. Pages are those of the live server in this process, unless a folder or a file has a
`site` of its own: tests/e2e looks at the real processes.
"""

import os
import re
import shutil
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.cast import PASSWORD
from tests.keyboard import PATIENCE, Keyboard

WIDTHS = (1280, 375, 320)
REFUSED = re.compile(r"responded with a status of 4\d\d")


@pytest.fixture(scope="module")
def chromium():
    # Playwright runs a loop in this thread, and Django refuses its database beside one.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        path = os.environ.get("OHSC_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        expect.set_options(timeout=PATIENCE * 1000)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of the pages: of this process, over plain http, where a password alone opens them."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SECOND_FACTOR = "optional"
    return live_server.url


@pytest.fixture
def open_page(chromium, site):
    """`open_page()` is a page in a browser nobody used before; whatever goes wrong in any is found at the end."""
    contexts, wrong = [], []

    def opened(**options):
        contexts.append(chromium.new_context(base_url=site, **options))
        page = contexts[-1].new_page()
        watch(page, site, wrong)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def watch(page, origin: str, wrong: list[str]) -> None:
    """Note every complaint of the browser, and every request that leaves the origin."""

    def asked(request):
        if not request.url.startswith((origin, "data:")):
            wrong.append(f"asked elsewhere: {request.url}")

    def said(message):
        # That a page refuses is its answer, and no fault of it; that a part of it is missing is one.
        if REFUSED.search(message.text) and "/static/" not in message.location["url"]:
            return
        if message.type in ("error", "warning"):
            wrong.append(f"{page.url} said {message.type}: {message.text}")

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(f"{page.url} failed: {error}"))


def give_password(page, person) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def sign_in(open_page):
    """`sign_in(person)` is a page of theirs, by pointer or key, with or without a script."""

    def signed_in(person, **options):
        page = open_page(**options)
        give_password(page, person)
        page.wait_for_url(lambda url: urlsplit(url).path == "/triage")
        return page

    return signed_in


@pytest.fixture
def at_keyboard(open_page):
    """`at_keyboard(person)` has signed in, by keyboard."""

    def signed_in(person) -> Keyboard:
        page = open_page(viewport={"width": 1280, "height": 800})
        page.goto("/")
        hands = Keyboard(page)
        hands.tab_to("E-mail address")
        hands.type(person.email)
        hands.tab_to("Password")
        hands.type(PASSWORD)
        with page.expect_navigation():
            hands.press("Enter")
        assert urlsplit(page.url).path == "/triage"
        return hands

    return signed_in


def complaints(page) -> list[str]:
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]]


def fits(page, of: str = "") -> None:
    """One heading of the first rank, nothing wider than the window, nothing that axe would complain of."""
    of = f"{of or page.url} at {page.evaluate('innerWidth')}"
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"sideways: {of}"
    assert complaints(page) == [], of


def suits_every_window(page, of: str = "") -> None:
    """It fits a wide window, a telephone, and a page enlarged to four times its size."""
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        fits(page, of)
    page.set_viewport_size(before)
