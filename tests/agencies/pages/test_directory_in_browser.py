"""In Chromium: the directory and the choice of e-mails, in narrow windows, by keyboard and without a script."""

import pytest
from django.utils import timezone

from agencies import actions
from agencies.models import Capability, User
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.browser import suits_every_window

pytestmark = pytest.mark.browser
PAGES = (
    "/agencies",
    "/agencies/northshire-police",
    "/agencies/ohsc",
    "/agencies/ohsc/desk",
    "/preferences/e-mail",
    "/inbox",
)


@pytest.fixture
def came_back(committed_cast):
    """Mail to Ada, the Centre's administrator, and to Anil comes back; put right in the end."""

    def fail(at, because):
        with acting_as(CLOCK), writing():
            User.objects.filter(pk__in=[committed_cast.ada.pk, committed_cast.anil.pk]).update(
                email_failed_at=at, email_failed_because=because
            )

    fail(timezone.now(), "The mail server refused the address (550).")
    yield
    fail(None, "")


@pytest.fixture
def abilities(committed_cast):
    """The Centre triages, the police investigate; nobody does anything in the end."""
    how = {
        "jurisdiction": "GB",
        "languages": ["en", "cy"],
        "weekly_capacity": 20,
        "by": CLOCK,
        "at": timezone.now(),
    }
    with acting_as(CLOCK):
        for agency, skill in ((committed_cast.centre, "triage"), (committed_cast.police, "investigation")):
            for environment in ("dark_web", "surface_web"):
                actions.add_capability(agency=agency, environment=environment, skill=skill, **how)
    yield
    with acting_as(CLOCK), writing():
        Capability.objects.filter(weekly_capacity=20, jurisdiction="GB").delete()


@pytest.mark.parametrize("path", PAGES)
def test_each_page_suits_everybody_and_every_window(sign_in, committed_cast, came_back, abilities, path):
    page = sign_in(committed_cast.ada)
    page.goto(path)
    suits_every_window(page)


def test_whom_to_ring_is_found_by_keyboard(sign_in, committed_cast):
    page = sign_in(committed_cast.ben)
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/agencies")
    page.get_by_label("Sector").focus()
    page.keyboard.press("i")  # Industry
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**sector=industry*")
    link = page.get_by_role("link", name="Lumen Social")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agencies/lumen-social")
    assert page.locator("a[href='tel:01632960000']").first.is_visible()


def test_a_desk_and_a_choice_are_changed_without_a_script(sign_in, committed_cast):
    cast = committed_cast
    page = sign_in(cast.ada, java_script_enabled=False, viewport={"width": 375, "height": 800})
    page.goto("/agencies/ohsc")
    page.get_by_role("link", name="Change the desk").click()
    page.get_by_label("Hours of the desk").fill("Every day, 24 hours")
    page.get_by_role("button", name="Save").click()
    assert "Open now" in page.locator("main").inner_text()
    try:
        page.goto("/preferences/e-mail")
        page.get_by_label("One an hour").check()
        page.get_by_role("button", name="Keep this choice").click()
        assert page.get_by_label("One an hour").is_checked()
    finally:
        actor = cast.actor(cast.ada)
        with acting_as(actor):
            hours = {"desk_hours": "Monday to Friday, 08:00 to 18:00"}
            actions.change_desk("ohsc", hours, by=actor, at=timezone.now())
        with acting_as(CLOCK), writing():
            User.objects.filter(pk=cast.ada.pk).update(email_choice="each")
