"""In Chromium: the pages of what agencies can do in narrow windows, for those who listen, by keyboard and without a
script."""

import pytest
from django.utils import timezone

from agencies import actions
from agencies.actions.capabilities import lines_of
from agencies.lines import fingerprint
from agencies.models import Absence, Capability, WorkWeight
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.agencies.capacity.conftest import KEPT
from tests.browser import suits_every_window

pytestmark = pytest.mark.browser


@pytest.fixture
def lines(committed_cast):
    """What the Centre itself can do, with a weight and an absence; afterwards nothing again."""
    ada, at, day = committed_cast.actor(committed_cast.ada), timezone.now(), timezone.localdate()
    with acting_as(CLOCK):
        actions.add_capability(agency=committed_cast.centre, by=CLOCK, at=at, **KEPT)
    with acting_as(ada):
        actions.set_weight("dark_web", "", "P1", 4, by=ada, at=at)
        actions.plan_absence(actions.Away(day, day, 50, "Training"), by=ada, at=at)
    yield
    with acting_as(CLOCK), writing():
        for model in (Capability, WorkWeight, Absence):
            model.objects.filter(agency=committed_cast.centre).delete()


def change(actor, **facts):
    """Ada's colleague changes the line."""
    with acting_as(actor):
        seen = fingerprint(lines_of(actor.home_id, actor))
        return actions.change_capabilities([KEPT | facts], "A team.", seen, by=actor, at=timezone.now())[1]


def test_every_page_fits_a_narrow_window_and_is_read_aloud_well(committed_cast, lines, sign_in):
    proposal = change(committed_cast.actor(committed_cast.ada), weekly_capacity=30)
    pages = {
        committed_cast.ada: ["/capabilities", "/capabilities/lines"],
        committed_cast.cora: [
            "/capabilities/map",
            "/capabilities/proposals",
            f"/capabilities/proposals/{proposal.pk}",
            "/board",
        ],
    }
    for person, paths in pages.items():
        page = sign_in(person)
        for path in paths:
            page.goto(path)
            suits_every_window(page)


def test_without_a_script_and_by_keyboard_a_line_is_added_and_approved(committed_cast, lines, sign_in):
    page = sign_in(committed_cast.ada, java_script_enabled=False)
    page.goto("/capabilities/lines")
    page.get_by_role("button", name="Add more lines").press("Enter")
    new = page.get_by_role("group", name="Line 2")
    new.get_by_label("Environment").select_option("surface_web")
    new.get_by_label("Skill").select_option("takedown")
    new.get_by_label("Where").fill("Scotland")
    new.get_by_label("Points a week").fill("7")
    page.get_by_label("Why").fill("A team began.")
    new.get_by_label("Points a week").press("Enter")
    assert "Your proposal waits for the Centre." in page.inner_text("main")

    page = sign_in(committed_cast.cora, java_script_enabled=False)
    page.goto("/capabilities/proposals")
    page.get_by_role("link", name="Online Harms Safety Centre", exact=True).press("Enter")
    assert "Removal of content, surface web, Scotland" in page.inner_text("main")
    page.get_by_role("button", name="Approve").press("Enter")
    assert "It is so from now on" in page.inner_text("main")
    page.goto("/capabilities/map?environment=surface_web")
    row = page.get_by_role("row", name="Removal of content")
    assert "Online Harms Safety Centre" in row.inner_text()


def test_who_was_second_sees_what_sending_would_change_and_sends_again(committed_cast, lines, sign_in):
    page = sign_in(committed_cast.ada)
    page.goto("/capabilities/lines")
    change(committed_cast.actor(committed_cast.ada), weekly_capacity=12)
    line = page.get_by_role("group", name="Line 1")
    line.get_by_label("Points a week").fill("9")
    line.get_by_label("Points a week").press("Enter")
    assert "changed since you opened this page" in page.get_by_role("alert").inner_text()
    assert "12 points a week" in page.get_by_role("row", name="Investigation").inner_text()
    suits_every_window(page)
    page.get_by_role("group", name="Line 1").get_by_label("Points a week").press("Enter")
    assert "It is so from now on." in page.inner_text("main")
