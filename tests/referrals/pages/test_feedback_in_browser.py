"""In Chromium: feedback and scorecards pass axe, fit narrow windows, and a source is told by keyboard."""

import pytest

from referrals.tasks import count_the_scorecards
from tests.browser import suits_every_window

pytestmark = pytest.mark.browser


@pytest.fixture
def accepted(committed_cast):
    """One in the custody of the police, one that they concluded, one that was rejected; and the figures of that."""
    committed_cast.referral("concluded", external_ref="LS-1")
    committed_cast.referral("rejected", external_ref="LS-2")
    made = committed_cast.referral("accepted", external_ref="LS-3")
    count_the_scorecards()
    return made


def test_every_page_passes_axe_and_fits(committed_cast, sign_in, accepted):
    pages = {
        "cora": ("/feedback?role=custodian", "/feedback?role=source", "/scorecards"),
        "ben": (
            "/feedback",
            f"/referrals/{accepted.pk}",
            f"/referrals/{accepted.pk}/progress",
            "/scorecards",
        ),
        "asha": ("/feedback?role=source",),
    }
    for who, paths in pages.items():
        page = sign_in(getattr(committed_cast, who))
        for path in paths:
            page.goto(path)
            suits_every_window(page)


def test_a_source_is_told_by_keyboard_and_without_a_script(committed_cast, sign_in, accepted):
    page = sign_in(committed_cast.ben, java_script_enabled=False)
    page.goto("/feedback")
    page.get_by_text("Tell the source").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Under enquiry").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Records were asked for.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text(f"Lumen Social is told how {accepted.reference} stands.").wait_for()
    page = sign_in(committed_cast.asha)
    page.goto(f"/referrals/{accepted.pk}")
    assert "Records were asked for." in page.content()
