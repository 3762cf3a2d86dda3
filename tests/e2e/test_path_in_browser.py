"""The whole path in Chromium, on the real processes: by keyboard alone, and again without a script.

A partner's system posts a referral, the Centre's analyst triages it, its coordinator offers it, the police
accept and conclude it, and the source reads the outcome. Each person has a browser of their own.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.platform import until
from tests.e2e.test_path_over_http import REPORT
from tests.keyboard import PATIENCE, Keyboard

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]

WORDS = "The reporter states that the account asked to continue elsewhere."
SAFEGUARDED = "Child safeguarded"


def path_of(page) -> str:
    return urlsplit(page.url).path


# By keyboard alone


def open_first_in_queue(hands: Keyboard, reference: str) -> None:
    """`j` to the first row, Enter to have it beside the list."""
    hands.shortcut("j", opens=lambda: hands.focused == reference)
    hands.press("Enter")
    expect(hands.page.locator("#panel #record-title")).to_have_text(reference)
    hands.lands_in("#panel")


def open_step(hands: Keyboard, key: str) -> None:
    """A step's key opens its form, with the focus in it."""
    hands.shortcut(key, opens=lambda: hands.is_within("details.step[open] form"))


def done(hands: Keyboard, words: str) -> None:
    expect(hands.page.locator("#panel .notice--success")).to_contain_text(words)
    hands.lands_in("#panel")


def triage_by_keyboard(hands: Keyboard, reference: str) -> None:
    page = hands.page
    open_first_in_queue(hands, reference)
    hands.tab_to("Open narrative")
    hands.press("Enter")
    expect(page.locator("#narrative")).to_contain_text(WORDS)
    hands.lands_in("#narrative")
    open_step(hands, "t")
    hands.choose("P2")
    hands.tab_to("Facts about risk")
    hands.press("Enter")
    hands.tab_to("Contact continuing")
    hands.choose("Yes")
    hands.tab_to("Set the band")
    hands.press("Enter")
    done(hands, "triaged")
    expect(page.locator("#panel .strip")).to_contain_text("P2")
    expect(page.get_by_role("row", name="Contact continuing")).to_contain_text("Yes")


def offer_by_keyboard(hands: Keyboard, reference: str) -> None:
    page = hands.page
    hands.follow("Board")
    hands.shortcut("j", opens=lambda: hands.focused == reference)
    hands.press("Enter")
    expect(page.locator("#agencies-title")).to_contain_text(f"Who can take {reference}")
    hands.lands_in("#agencies-title")
    hands.follow(f"Offer {reference} to Northshire Police")
    expect(page.get_by_role("heading", name="Northshire Police will see exactly this")).to_be_visible()
    seen = page.locator(".seen-by__page")
    expect(seen).to_contain_text(REPORT["summary"])
    expect(seen).not_to_contain_text(WORDS)
    hands.tab_to("Why")  # it has said nothing of what it can do
    hands.type("They know the account.")
    hands.follow("Offer to Northshire Police")
    expect(page.locator("#offered")).to_contain_text(reference)


def accept_and_conclude_by_keyboard(hands: Keyboard, reference: str) -> None:
    open_first_in_queue(hands, reference)
    hands.press("a")
    done(hands, "accepted")
    open_step(hands, "c")
    hands.choose(SAFEGUARDED)
    hands.tab_to("How many")
    hands.type("1")
    hands.tab_to("Conclude the referral")
    hands.press("Enter")
    done(hands, "concluded")


def read_outcome_by_keyboard(hands: Keyboard, reference: str) -> None:
    page = hands.page
    open_first_in_queue(hands, reference)
    hands.follow(reference)
    expect(page.locator("h1")).to_have_text(reference)
    expect(page.get_by_role("row", name=SAFEGUARDED)).to_contain_text("1")


def inbox_by_keyboard(hands: Keyboard, reference: str) -> list[str]:
    """What the inbox says of the referral, once the worker told of its end."""

    def told():
        hands.follow("Inbox")
        says = [
            words.removeprefix(reference).strip()
            for words in hands.page.locator(".inbox__words").all_inner_texts()
        ]
        return says if any("oncluded" in words for words in says) else None

    return until(told, PATIENCE)


def sign_out_by_keyboard(hands: Keyboard, agency: str) -> None:
    hands.tab_to(agency)
    hands.press("Enter")
    hands.follow("Sign out")
    assert path_of(hands.page) == "/account/login/"
    hands.page.goto("/inbox")
    assert path_of(hands.page) == "/account/login/"


def test_the_whole_path_is_travelled_by_keyboard_alone(at_keyboard, partner, committed_cast):
    cast = committed_cast
    reference = partner(cast.lumen_client).refer(REPORT)["reference"]
    triage_by_keyboard(at_keyboard(cast.anil), reference)
    offer_by_keyboard(at_keyboard(cast.cora), reference)
    accept_and_conclude_by_keyboard(at_keyboard(cast.ben), reference)
    asha = at_keyboard(cast.asha)
    read_outcome_by_keyboard(asha, reference)
    said = inbox_by_keyboard(asha, reference)
    assert said == ["Concluded", "Accepted", "Triaged"]  # newest first, each once
    sign_out_by_keyboard(asha, "Lumen Social")


# Without a script


def triage_without_script(page, reference: str) -> None:
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Open narrative").click()
    expect(page.locator("#narrative")).to_contain_text(WORDS)
    page.locator("summary", has_text="Triage").click()
    page.get_by_label("P2 High").check()
    page.locator("summary", has_text="Facts about risk").click()
    page.get_by_role("group", name="Contact continuing").get_by_label("Yes").check()
    page.get_by_role("button", name="Set the band").click()
    expect(page.locator(".notice--success")).to_contain_text("triaged")
    expect(page.get_by_role("row", name="Contact continuing")).to_contain_text("Yes")


def offer_without_script(page, reference: str) -> None:
    page.get_by_role("link", name="Board").click()
    page.get_by_role("link", name=reference).click()
    page.get_by_role("link", name=f"Offer {reference} to Northshire Police").click()
    expect(page.locator(".seen-by__page")).to_contain_text(REPORT["summary"])
    expect(page.locator(".seen-by__page")).not_to_contain_text(WORDS)
    page.get_by_label("Why").fill("They know the account.")
    page.get_by_role("button", name="Offer to Northshire Police").click()
    expect(page.locator("#offered")).to_contain_text(reference)


def accept_and_conclude_without_script(page, reference: str) -> None:
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".notice--success")).to_contain_text("accepted")
    page.locator("summary", has_text="Conclude").click()
    page.get_by_role("combobox", name="Outcome", exact=True).select_option(label=SAFEGUARDED)
    page.get_by_label("How many").fill("1")
    page.get_by_role("button", name="Conclude the referral").click()
    expect(page.locator(".notice--success")).to_contain_text("concluded")


def test_the_whole_path_is_travelled_without_a_script(sign_in, partner, committed_cast):
    cast, plain = committed_cast, {"java_script_enabled": False}
    reference = partner(cast.lumen_client).refer(REPORT)["reference"]
    triage_without_script(sign_in(cast.anil, **plain), reference)
    offer_without_script(sign_in(cast.cora, **plain), reference)
    accept_and_conclude_without_script(sign_in(cast.ben, **plain), reference)
    page = sign_in(cast.asha, **plain)
    page.get_by_role("link", name=reference).click()
    expect(page.get_by_role("row", name=SAFEGUARDED)).to_contain_text("1")
    opened = page.locator(".inbox__words button", has_text=reference)
    until(lambda: (page.goto("/inbox"), opened.count())[1] == 3, PATIENCE)
    opened.first.click()
    expect(page.locator("h1")).to_have_text(reference)
    page.locator("summary", has_text="Lumen Social").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
