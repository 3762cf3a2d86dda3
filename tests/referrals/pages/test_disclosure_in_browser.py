"""In Chromium: the pages of agreements and disclosures pass axe, fit narrow windows and are worked by keyboard."""

import pytest
from django.utils import timezone

from agencies.models import SharingAgreement
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.browser import suits_every_window

pytestmark = pytest.mark.browser


@pytest.fixture
def recalled(committed_cast):
    """An offer that was read and recalled, so that there is a receipt to show."""
    cast = committed_cast
    referral = cast.referral("offered")
    cast.browser(cast.ben).get(f"/referrals/{referral.pk}")
    return cast.step("recall", referral, cast.cora, reason_code="better_fit", at=timezone.now())


def test_every_page_passes_axe_and_fits(committed_cast, sign_in, recalled):
    waiting = committed_cast.referral("triaged", external_ref="LS-2")
    page = sign_in(committed_cast.cora)
    for path in (
        "/agreements",
        "/agreements/SA-FORCES",
        "/agreements/new",
        "/disclosures",
        f"/referrals/{recalled.pk}",
        f"/board/{waiting.pk}/offer/northshire-police",
    ):
        page.goto(path)
        suits_every_window(page)


def test_what_was_read_before_a_recall_is_opened_by_keyboard(committed_cast, sign_in, recalled):
    page = sign_in(committed_cast.cora)
    page.goto("/disclosures?recalled=on")
    page.get_by_text("Read before", exact=False).first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("by a person, on a page").is_visible()


def test_errors_of_a_new_agreement_stand_at_the_top_and_lead_to_their_fields(committed_cast, sign_in):
    page = sign_in(committed_cast.cora, java_script_enabled=False)
    page.goto("/agreements/new")
    page.fill("[name=purpose]", "To protect children.")
    page.locator("[name=signed_for_recipient]").press("Enter")
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Tick at least one environment").click()
    assert page.url.endswith("#id_environments_0")
    assert page.input_value("[name=purpose]") == "To protect children."
    with acting_as(CLOCK):
        assert SharingAgreement.objects.count() == 3
