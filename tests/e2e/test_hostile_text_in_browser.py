"""Hostile text in every field, read by people in Chromium: nothing runs, and the content policy has nothing to stop."""

import pytest
from playwright.sync_api import expect

from tests.cast import OutcomeDraft
from tests.edges.test_text_is_text import HOSTILE, TEXT

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]


@pytest.fixture
def hostile(partner, committed_cast):
    """What a partner's system may send of it, and what people answer on its way."""
    cast = committed_cast
    sent = partner(cast.lumen_client).refer(
        {
            "environment": "surface_web",
            "harm_type": "grooming",
            "summary": TEXT,
            "narrative": TEXT,
            "external_ref": HOSTILE[1],
            "selectors": [{"kind": "other", "value": text, "platform": HOSTILE[0]} for text in HOSTILE],
            "handling": {"code": "C", "conditions": TEXT},
        }
    )
    cast.step("triage", sent["id"], cast.anil, priority="P1")
    cast.step("offer", sent["id"], cast.cora, to_agency=cast.police)
    cast.step("accept", sent["id"], cast.ben)
    cast.step("ask", sent["id"], cast.ben, to_agency=cast.lumen, question=TEXT)
    cast.step("answer", sent["id"], cast.asha, answer=TEXT)
    return sent


def test_nothing_that_was_written_runs_on_any_page(sign_in, hostile, committed_cast):
    cast = committed_cast
    record = f"/referrals/{hostile['id']}"
    for person, pages in (
        (cast.ben, (record, "/work", "/referrals", "/inbox")),
        (cast.cora, ("/triage", record, "/board")),
        (cast.asha, (record, "/inbox")),
    ):
        page = sign_in(person)
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for address in pages:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.hit === undefined"), address
            assert page.locator("script:not([src])").count() == 0, address
    cast.step(
        "conclude",
        hostile["id"],
        cast.ben,
        outcomes=(OutcomeDraft("CHILD_SAFEGUARDED", detail=TEXT, share_detail=True),),
    )
    page = sign_in(cast.asha)
    page.goto(record)
    expect(page.get_by_text("<script>window.hit=1</script>").first).to_be_visible()
    assert page.evaluate("window.hit === undefined")


def test_the_documentation_needs_no_style_of_its_own_in_the_page(open_browser):
    page = open_browser()
    page.goto("/api/docs")
    page.get_by_text("/api/v1/referrals", exact=True).first.click()
    expect(page.get_by_text("Idempotency-Key").first).to_be_visible()
