"""A coordinator empties a queue of two hundred, by keyboard, with the real worker: plan, reasons, changes, offers."""

import pytest
from playwright.sync_api import expect

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.models import Offer
from tests.e2e.platform import until
from tests.keyboard import PATIENCE
from tests.referrals.routing.conftest import able

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]

MANY = 200


@pytest.fixture
def two_hundred(committed_cast):
    able(committed_cast.police, weekly=150)
    able(committed_cast.eastmoor, weekly=150, place="GB")
    return [committed_cast.referral("triaged", jurisdiction="GB-ENG") for _ in range(MANY)]


def offers_to(agency) -> int:
    with acting_as(CLOCK):
        return Offer.objects.filter(to_agency=agency, state=Offer.State.OPEN).count()


def by_key(hands, key: str) -> None:
    """A key of the page's own that leads to another page."""
    expect(hands.page.locator("body.js-enabled")).to_be_attached()
    with hands.page.expect_navigation():
        hands.press(key)


def drag(page, row, to) -> None:
    """As a hand does: press, move a little, go there, let go."""
    row.locator(".plan-row__why").first.hover()
    page.mouse.down()
    at = row.bounding_box()
    page.mouse.move(at["x"] + 40, at["y"] + 20, steps=4)
    expect(page.locator("body.plan-dragging")).to_be_attached()
    to.hover()
    with page.expect_navigation():
        page.mouse.up()


def test_two_hundred_are_planned_changed_and_offered_by_keyboard(
    committed_cast, two_hundred, at_keyboard, sign_in
):
    cast, hands = committed_cast, at_keyboard(committed_cast.cora)
    page = hands.page
    hands.follow("Board")
    hands.follow("Plan them all")
    expect(page.get_by_text(f"{MANY} of {MANY} unassigned")).to_be_visible()
    by_key(hands, "p")
    expect(page.locator(".plan-figures")).to_contain_text(f"{MANY} go to an agency")
    expect(page.get_by_text("No plan is worth more: that is proved.")).to_be_visible()

    # The better fit has room for 150 less a fifth that costs too much; why, in words, for three of them.
    rows = page.locator("#northshire-police .plan-row")
    for number in range(3):
        expect(rows.nth(number)).to_contain_text("Covers surface web investigation in GB-ENG.")

    for why in ("They know the account.", "They know the place."):
        reference = rows.first.locator(".reference").inner_text()
        hands.follow(f"Change where {reference} goes")
        hands.tab_to("Why")
        hands.type(why)
        hands.follow("Put it with Eastmoor Police")
        expect(page.locator(".notice--success")).to_contain_text("goes to Eastmoor Police in this plan")
    expect(page.locator(".plan-figures")).to_contain_text("2 changed by hand")

    # By hand too: what is dragged to an agency opens with that agency first, and says why where it cannot go.
    drag(page, rows.first, page.get_by_role("row", name="Eastmoor Police"))
    expect(page.locator(".plan-matches > li").first).to_contain_text("Eastmoor Police")
    expect(page.get_by_role("button", name="Put it with Eastmoor Police")).to_be_enabled()
    page.go_back()

    planned = int(page.get_by_role("row", name="Northshire Police").locator("td.number").first.inner_text())
    by_key(hands, "a")
    until(lambda: offers_to(cast.police) + offers_to(cast.eastmoor) == MANY, 4 * PATIENCE)
    assert offers_to(cast.police) == planned
    expect(page.locator(".plan-figures")).to_contain_text(f"{MANY} offered", timeout=4 * PATIENCE * 1000)

    theirs = sign_in(cast.dev)  # of Eastmoor
    theirs.goto("/triage")
    expect(theirs.locator("[data-queue-item]").first).to_be_visible()
