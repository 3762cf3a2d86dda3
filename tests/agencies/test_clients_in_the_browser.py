"""In Chromium: a system is added, changed over and revoked by keyboard alone; nothing axe would complain of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies import actions as agencies
from ohsc.core.acting import acting_as
from tests.browser import fits

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def no_system_left(committed_cast):
    """The cast stays between tests that commit; what these make of clients is ended, so a name is free again."""
    yield
    from agencies.access import own_clients

    ada = committed_cast.actor(committed_cast.ada)
    with acting_as(ada):
        for client in own_clients(ada).exclude(pk=committed_cast.centre_client.pk):
            agencies.revoke_client(client.pk, by=ada, at=timezone.now())


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 320, "height": 800}}])
def test_a_system_is_added_changed_over_and_revoked_by_keyboard(sign_in, committed_cast, options):
    page = sign_in(committed_cast.ada, **options)
    page.goto("/systems/clients/new")
    fits(page)
    page.get_by_label("Name").focus()
    page.keyboard.type("Intake")
    page.get_by_label("Send referrals and import documents").focus()
    page.keyboard.press("Space")
    page.get_by_label("Last day it works").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="The secret of Intake").wait_for()
    fits(page)
    page.get_by_role("link", name="I have copied it").press("Enter")

    page.get_by_role("heading", name="Intake").wait_for()
    fits(page)
    page.locator("summary", has_text="New secret").press("Enter")
    fits(page)
    page.get_by_role("button", name="Make the new secret").press("Enter")
    page.get_by_role("heading", name="The secret of Intake").wait_for()
    page.get_by_role("link", name="I have copied it").press("Enter")

    page.locator("summary", has_text="Revoke").press("Enter")
    page.get_by_role("button", name="Revoke Intake").press("Enter")
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()
    fits(page)
    page.get_by_label("Revoke it for good").press("Space")
    page.get_by_role("button", name="Revoke Intake").press("Enter")
    page.get_by_role("heading", name="Partner systems").wait_for()
    assert "Intake is revoked" in page.get_by_role("status").inner_text()
    fits(page)
