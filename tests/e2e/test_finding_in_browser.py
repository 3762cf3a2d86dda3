"""Finding in Chromium on the real processes: by keyboard, without scripts, for everybody and in every window."""

import pytest
from playwright.sync_api import expect

from tests.browser import suits_every_window

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]


def test_what_is_found_and_listed_and_kept_suits_everybody_and_every_window(sign_in, committed_cast):
    referral = committed_cast.referral("accepted")
    committed_cast.referral("received", environment="")
    page = sign_in(committed_cast.anil)
    page.goto("/triage")
    page.get_by_text("Saved", exact=True).click()
    page.get_by_label("Save the present filters as").fill("What waits")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The filters are saved as “What waits”.")).to_be_visible()
    for address in ("/search", "/referrals", "/referrals?band=P2&environment=dark_web", "/filters"):
        page.goto(address)
        suits(page)
    page.goto("/search")
    page.keyboard.press("/")
    page.keyboard.type("HERON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=referral.reference)).to_be_visible()
    assert page.url.endswith("/search")
    suits(page)
    page.get_by_role("textbox", name="Find").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter what to find, or choose a filter").first).to_be_visible()
    suits(page)


def suits(page) -> None:
    page.wait_for_load_state("networkidle")
    for each in page.locator("summary:visible").all()[1:]:  # the first is the person's menu
        each.click()
    suits_every_window(page)


def test_without_scripts_one_finds_sorts_and_takes_a_file(sign_in, committed_cast):
    made = [committed_cast.referral("received") for _ in range(3)]
    page = sign_in(committed_cast.anil, java_script_enabled=False)
    page.goto("/search")
    page.get_by_role("textbox", name="Find").fill("private channel")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".finding__results a.reference")).to_have_count(3)
    page.goto("/referrals")
    page.get_by_role("link", name="Due").click()
    assert page.url.endswith("order=due")
    expect(page.get_by_role("columnheader", name="Due")).to_have_attribute("aria-sort", "ascending")
    page.locator("summary", has_text="Download as CSV").click()
    page.get_by_label("What the file is for").select_option("casework")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").click()
    text = taken.value.path().read_text("utf-8-sig")
    assert all(one.reference in text for one in made)
