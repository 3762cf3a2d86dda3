"""In Chromium: the queue by keyboard alone, the path without a script, and nothing axe would complain of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referrals.drafts import Handling
from tests.browser import complaints, fits

pytestmark = pytest.mark.browser


def test_a_referral_is_triaged_by_keyboard_alone(sign_in, committed_cast):
    cast = committed_cast
    cast.referral(), cast.referral()
    page = sign_in(cast.anil)
    page.goto("/triage")
    assert complaints(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#record #panel")
    reference = page.locator("#record-title").inner_text()
    assert page.locator("[data-queue-item] a[aria-current]").inner_text() == reference
    assert complaints(page) == []
    page.keyboard.press("t")
    page.keyboard.press("ArrowDown")  # from the first band to the second
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .notice--success")
    assert "triaged" in page.locator("#panel .notice--success").inner_text()
    assert "Triaged" in page.locator("[data-queue-item]:has(a[aria-current])").inner_text()
    shown = page.locator("#panel .strip").inner_text()
    page.reload()
    page.wait_for_selector("#record #panel")
    assert page.locator("#panel .strip").inner_text() == shown
    assert "P2" in shown
    page.goto("/triage?tab=to-offer")
    assert reference in page.content()


def test_a_refused_form_stays_open_beside_the_list_with_what_was_typed(sign_in, committed_cast):
    cast = committed_cast
    cast.referral("offered")
    page = sign_in(cast.ben)
    page.goto("/triage")
    page.locator("[data-queue-item] a").first.click()
    page.wait_for_selector("#panel")
    page.keyboard.press("d")
    page.fill("#decline_reason", "Full until Monday.")
    page.get_by_role("button", name="Decline the offer").click()
    page.wait_for_selector("#panel .govuk-error-summary")
    assert page.locator("#decline_reason").is_visible()
    assert page.input_value("#decline_reason") == "Full until Monday."
    assert complaints(page) == []
    page.get_by_label("No capacity").check()
    page.get_by_role("button", name="Decline the offer").click()
    page.wait_for_selector(".notice--success")
    assert page.locator("[data-queue-item]").count() == 0


@pytest.mark.parametrize("width", [375, 1280])
def test_a_referral_is_made_and_worked_without_a_script(sign_in, committed_cast, width):
    cast = committed_cast
    options = {"java_script_enabled": False, "viewport": {"width": width, "height": 800}}
    page = sign_in(cast.asha, **options)
    page.goto("/referrals/new")
    page.fill("#id_summary", "An account asked a child to move to a private channel.")
    page.fill("#id_narrative", "The reporter states that it asked to continue elsewhere.")
    page.get_by_label("Surface web").check()
    page.get_by_role("button", name="Add another selector").click()
    page.select_option("#id_selectors-1-kind", "account")
    page.fill("#id_selectors-1-value", "@heron")
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_role("button", name="Send to the Centre").click()
    reference = page.locator("h1").inner_text()

    page = sign_in(cast.anil, **options)
    page.goto("/triage")
    page.get_by_role("button", name=f"Take {reference}").click()
    page.get_by_role("link", name=reference).click()
    assert page.locator("h1").inner_text() == reference
    page.get_by_role("button", name="Open narrative").click()
    assert "continue elsewhere" in page.locator("#narrative").inner_text()
    page.locator("summary", has_text="Triage").click()
    page.get_by_label("P3 Medium").check()
    page.get_by_role("button", name="Set the band").click()
    assert "triaged" in page.locator(".notice--success").inner_text()


@pytest.mark.parametrize("path", ["/triage", "/triage?tab=sent", "/referrals/new", "record"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_window_and_axe_is_content(sign_in, committed_cast, path, width):
    referral = committed_cast.referral("concluded")
    page = sign_in(committed_cast.asha, viewport={"width": width, "height": 800})
    page.goto(f"/referrals/{referral.pk}" if path == "record" else path)
    fits(page)


def test_the_glass_is_broken_and_reviewed_by_keyboard_alone(at_keyboard, committed_cast):
    cast = committed_cast
    closed = cast.referral("accepted", handling=Handling(tlp="RED"))
    hands = at_keyboard(cast.anil)
    page = hands.page
    page.goto(f"/referrals/{closed.pk}")
    fits(page)
    hands.follow("Break the glass")
    fits(page)
    hands.tab_to("Which emergency is it?")
    hands.choose("A child may be at risk now")
    hands.tab_to("What makes it one now?")
    hands.type("A meeting is said to be today.")
    hands.follow("Break the glass")
    page.wait_for_selector(".glass")
    fits(page)
    hands.tab_to("Open narrative")
    hands.press("Enter")
    page.wait_for_selector(".content-note__text")
    assert "continue elsewhere" in page.locator("#narrative").inner_text()

    hands = at_keyboard(cast.sol)
    page = hands.page
    page.set_viewport_size({"width": 320, "height": 800})
    hands.tab_to("Online Harms Safety Centre Super")
    hands.press("Enter")
    hands.follow("Break-glass")
    hands.tab_to("Review")
    hands.press("Enter")
    hands.tab_to("Was it justified?")
    hands.choose("Yes")
    hands.tab_to("What the review found")
    hands.type("The desk was rung first.")
    fits(page)
    hands.follow("Say what was found")
    assert "Found justified" in page.locator(".notice--success").inner_text()
    fits(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reason_is_asked_for_in_place_with_and_without_a_script(sign_in, committed_cast, scripts):
    referral = committed_cast.referral("concluded")
    page = sign_in(committed_cast.anil, java_script_enabled=scripts)
    page.goto(f"/referrals/{referral.pk}")
    page.get_by_role("button", name="Open narrative").click()
    page.wait_for_selector("#narrative .govuk-error-summary")
    if scripts:
        assert complaints(page) == []
    page.select_option("#why_purpose", "quality")
    page.get_by_role("button", name="Open narrative").click()
    page.wait_for_selector("#narrative .content-note__text")
    assert "Opened for: quality of work." in page.locator("#narrative").inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_asked_what_it_is_for(sign_in, committed_cast, scripts):
    committed_cast.referral()
    page = sign_in(committed_cast.anil, java_script_enabled=scripts)
    page.goto("/referrals")
    page.locator("summary", has_text="Download as CSV").click()
    page.get_by_role("button", name="Download").click()
    assert page.locator("h1").inner_text() == "What is the file for?"
    if scripts:
        assert complaints(page) == []
    page.select_option("#export_purpose", "reporting")
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download").click()
    assert begun.value.suggested_filename.startswith("referrals-")


@pytest.mark.parametrize("width", [1280, 320])
def test_what_will_be_late_next_is_read_and_opened_by_keyboard(sign_in, committed_cast, width):
    cast = committed_cast
    late = cast.referral("asked", at=timezone.now() - timedelta(hours=6))
    cast.referral("offered")
    page = sign_in(cast.cora, viewport={"width": width, "height": 800})
    page.goto("/late")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#record-title")
    assert page.locator("#record-title").inner_text() == late.reference


def test_a_page_that_nobody_looks_at_asks_for_no_news_and_asks_at_once_when_somebody_does(
    sign_in, committed_cast
):
    page = sign_in(committed_cast.cora)
    page.goto("/at-risk-now")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "mark=" in request.url else None)
    look = (
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); %s }"
    )
    page.evaluate(look % "document.querySelector('#at-risk').dispatchEvent(new Event('looked-at'));", True)
    with page.expect_request(lambda request: "mark=" in request.url):
        page.evaluate(look % "document.dispatchEvent(new Event('visibilitychange'));", False)
    assert len(asked) == 1
