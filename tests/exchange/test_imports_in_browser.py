"""In Chromium: an import by keyboard alone, one without a script, and nothing axe would complain of."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from ohsc.core.acting import acting_as
from referrals.access import visible_referrals
from tests.cast import PASSWORD
from tests.e2e.keyboard import Keyboard
from tests.exchange.documents import HERON, report, reports

pytestmark = pytest.mark.browser

TWO = reports(
    report(301, HERON), report(302, "<novelty/>", "<escalateToHighPriority>Tonight.</escalateToHighPriority>")
)


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
def sign_in(chromium, live_server, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SECOND_FACTOR = "optional"
    contexts = []

    def signed_in(person, **options):
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto("/account/login/")
        page.fill("input[name=login]", person.email)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/account/" not in url)
        return page

    yield signed_in
    for context in contexts:
        context.close()


def complaints(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]]


def references(cast) -> list[str]:
    actor = cast.actor(cast.asha)
    with acting_as(actor):
        return sorted(visible_referrals(actor).values_list("reference", flat=True))


def test_a_pasted_document_is_imported_by_keyboard_alone(sign_in, committed_cast):
    page = sign_in(committed_cast.asha)
    hands = Keyboard(page)
    page.goto("/referrals/new")
    hands.follow("import a document")
    hands.tab_to("Its text")
    hands.type("<report><reportId>301</reportId>")
    hands.follow("Show what would be made")
    assert "broken at line 1" in page.locator(".govuk-error-summary").inner_text()
    hands.tab_to("Its text")
    hands.press("End")
    hands.type("</report>")
    hands.follow("Show what would be made")
    assert references(committed_cast) == []
    hands.follow("Make 1 referral")
    assert page.locator("h1").inner_text() == "What was made"
    (reference,) = references(committed_cast)
    hands.follow(reference)
    assert page.locator("h1").inner_text() == reference


@pytest.mark.parametrize("width", [375, 1280])
def test_a_file_is_imported_without_a_script(sign_in, committed_cast, width):
    page = sign_in(committed_cast.asha, java_script_enabled=False, viewport={"width": width, "height": 800})
    page.goto("/imports")
    page.set_input_files("input[type=file]", {"name": "a.xml", "mimeType": "text/xml", "buffer": TWO})
    page.get_by_role("button", name="Show what would be made").click()
    page.get_by_role("button", name="Open narrative of report 1").click()
    assert "asked to continue elsewhere" in page.locator("#narrative-1").inner_text()
    page.locator("#narrative-1").get_by_role("link", name="Close").click()
    assert "asked to continue elsewhere" not in page.content()
    page.get_by_role("button", name="Make 2 referrals").click()
    assert sorted(page.locator("main a.reference").all_inner_texts()) == references(committed_cast)


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_window_and_axe_is_content(sign_in, committed_cast, width):
    page = sign_in(committed_cast.asha, viewport={"width": width, "height": 800})

    def look(of: str):
        assert complaints(page) == [], of
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), of

    page.goto("/imports/mapping")
    look("the list of formats")
    page.get_by_role("link", name="CyberTipline XML").click()
    look("the mapping")
    page.goto("/imports")
    look("the form")
    page.set_input_files("input[type=file]", {"name": "a.xml", "mimeType": "text/xml", "buffer": b"<report>"})
    page.get_by_role("button", name="Show what would be made").click()
    look("the form refused")
    page.set_input_files("input[type=file]", {"name": "a.xml", "mimeType": "text/xml", "buffer": TWO})
    page.get_by_role("button", name="Show what would be made").click()
    page.get_by_text("Left in the document on purpose").first.click()
    look("the preview")
    page.get_by_role("button", name="Open narrative of report 1").click()
    page.wait_for_selector("#narrative-1 .content-note__text")
    look("the preview with a narrative open")
    address = page.url
    page.goto("/imports")
    look("the form with a document that waits")
    page.goto(address)
    page.get_by_role("button", name="Make 2 referrals").click()
    look("what was made")
