"""In Chromium: an import by keyboard alone, one without a script, and nothing axe would complain of."""

import pytest

from ohsc.core.acting import acting_as
from referrals.access import visible_referrals
from tests.browser import fits
from tests.exchange.documents import HERON, report, reports
from tests.keyboard import Keyboard

pytestmark = pytest.mark.browser

TWO = reports(
    report(301, HERON), report(302, "<novelty/>", "<escalateToHighPriority>Tonight.</escalateToHighPriority>")
)


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

    page.goto("/imports/mapping")
    fits(page, "the list of formats")
    page.get_by_role("link", name="CyberTipline XML").click()
    fits(page, "the mapping")
    page.goto("/imports")
    fits(page, "the form")
    page.set_input_files("input[type=file]", {"name": "a.xml", "mimeType": "text/xml", "buffer": b"<report>"})
    page.get_by_role("button", name="Show what would be made").click()
    fits(page, "the form refused")
    page.set_input_files("input[type=file]", {"name": "a.xml", "mimeType": "text/xml", "buffer": TWO})
    page.get_by_role("button", name="Show what would be made").click()
    page.get_by_text("Left in the document on purpose").first.click()
    fits(page, "the preview")
    page.get_by_role("button", name="Open narrative of report 1").click()
    page.wait_for_selector("#narrative-1 .content-note__text")
    fits(page, "the preview with a narrative open")
    address = page.url
    page.goto("/imports")
    fits(page, "the form with a document that waits")
    page.goto(address)
    page.get_by_role("button", name="Make 2 referrals").click()
    fits(page, "what was made")
