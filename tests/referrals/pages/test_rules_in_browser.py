"""In Chromium: a draft of the rules is written by keyboard, and its pages suit every window."""

import pytest

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals import tasks
from referrals.models import Rehearsal
from tests.browser import suits_every_window
from tests.referrals.routing.conftest import able

pytestmark = pytest.mark.browser


def test_a_draft_is_written_and_rehearsed_by_keyboard_and_its_pages_suit_every_window(
    committed_cast, at_keyboard
):
    able(committed_cast.police)
    able(committed_cast.eastmoor, place="GB")
    committed_cast.referral("offered", jurisdiction="GB-ENG")
    hands = at_keyboard(committed_cast.cora)
    page = hands.page
    page.goto("/rules")
    suits_every_window(page)
    hands.follow("Write a draft")
    suits_every_window(page)
    hands.tab_to("What is this to achieve?")
    hands.type("A wider place is worth more.")
    for label, points in (("It says the very place", "5"), ("It says a wider place", "60")):
        hands.tab_to(label)
        hands.press("Control+A")
        hands.type(points)
    with page.expect_navigation():
        hands.press("Enter")
    suits_every_window(page)
    hands.follow("Rehearse")
    with acting_as(CLOCK):
        asked = Rehearsal.objects.get().pk
    tasks.work_on_rehearsal(str(asked))
    page.goto(f"/rehearsals/{asked}")
    assert "1\nwould have gone elsewhere" in page.inner_text(".plan-figures")
    suits_every_window(page)
