"""Each page met on the path, in Chromium on the real processes: who is kept out, what it weighs, what it cuts off."""

import pytest
from playwright.sync_api import expect

from tests.browser import suits_every_window
from tests.e2e.platform import until
from tests.keyboard import PATIENCE

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]

PAGES = {  # name: who looks, the state of the referral, the address
    "sign in": (None, "received", "/account/login/"),
    "the queue": ("anil", "received", "/triage"),
    "the queue with a record open": ("anil", "received", "/triage?record={id}"),
    "the record": ("anil", "received", "/referrals/{id}"),
    "the board": ("cora", "offered", "/board"),
    "who can take it": ("cora", "triaged", "/board/{id}"),
    "the offer": ("cora", "triaged", "/board/{id}/offer/northshire-police"),
    "the record at the police": ("ben", "accepted", "/referrals/{id}"),
    "my work": ("ben", "offered", "/work"),
    "the outcome at the source": ("asha", "concluded", "/referrals/{id}"),
    "the inbox": ("asha", "concluded", "/inbox"),
    "a new referral": ("asha", "received", "/referrals/new"),
    "the log": ("otis", "accepted", "/audit"),
    "the log, narrowed": ("otis", "accepted", "/audit?kind=disclosure&since=2026-02-30"),
    "who has seen it": ("otis", "accepted", "/referrals/{id}/seen-by"),
    "what a person did": ("otis", "accepted", "/audit/people/{ben}"),
    "unusual reads": ("otis", "accepted", "/audit/unusual"),
    "change password": ("asha", "received", "/account/password/change/"),
    "an address that leads nowhere": ("asha", "received", "/absent"),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_met_on_the_way_suits_everybody_and_every_window(name, sign_in, open_page, committed_cast):
    who, status, address = PAGES[name]
    referral = committed_cast.referral(status)
    page = sign_in(getattr(committed_cast, who)) if who else open_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    answer = page.goto(address.format(id=referral.pk, ben=committed_cast.ben.pk))
    assert answer.status == (404 if "nowhere" in name else 200)
    if name == "the inbox":
        until(lambda: page.reload() and page.locator(".inbox__item").count() == 3, PATIENCE)
    page.wait_for_load_state("networkidle")
    assert page.locator("[placeholder]").count() == 0
    suits_every_window(page)


MOST_BYTES = 100 * 1024


@pytest.mark.parametrize(
    ("who", "address"), [("anil", "/triage"), ("anil", "/referrals/{id}"), ("cora", "/board")]
)
def test_a_first_load_is_at_most_100_kb_on_the_wire(sign_in, committed_cast, who, address):
    for _ in range(50):
        referral = committed_cast.referral("received" if who == "anil" else "triaged")
    page = sign_in(getattr(committed_cast, who))
    wire, came = page.context.new_cdp_session(page), []
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    wire.on("Network.loadingFinished", lambda done: came.append(done["encodedDataLength"]))
    page.goto(address.format(id=referral.pk))
    page.wait_for_load_state("networkidle")
    assert len(came) > 10  # the styles and scripts came too, and not from the cache
    assert sum(came) <= MOST_BYTES, f"{sum(came)} bytes in {len(came)} answers"


@pytest.mark.parametrize("width", [1280, 1024, 375])
def test_rows_of_the_queue_are_short_and_never_cut_their_action(sign_in, committed_cast, width):
    cast = committed_cast
    for _ in range(9):
        cast.referral(summary="An account asked a child to move to a private channel. " * 3)
    page = sign_in(cast.anil, viewport={"width": width, "height": 800})
    page.locator(".queue__act button").first.click()
    rows = page.locator("[data-queue-item]")
    expect(rows.filter(has_text="with you")).to_have_count(1)
    if width == 1280:
        assert sum(row.bounding_box()["height"] for row in rows.all()[:8]) <= 800
    for row in rows.all():
        act, whole = row.locator(".queue__act button").bounding_box(), row.bounding_box()
        assert act["x"] + act["width"] <= whole["x"] + whole["width"]
        assert act["y"] + act["height"] <= whole["y"] + whole["height"]
