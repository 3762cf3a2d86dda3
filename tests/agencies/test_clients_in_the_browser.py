"""In Chromium: a system is added, changed over and revoked by keyboard alone; nothing axe would complain of."""

import os
import shutil
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import sync_playwright

from agencies import actions as agencies
from ohsc.core.acting import acting_as
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium():
    # Playwright runs a loop in this thread, and Django refuses its database beside one.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        path = os.environ.get("OHSC_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def plain_http(settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SECOND_FACTOR = "optional"


@pytest.fixture
def open_page(chromium, live_server, committed_cast):
    """Ada, the Centre's administrator, signed in, on a page of the given kind."""
    contexts = []

    def opened(**options):
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto("/account/login/")
        page.fill("input[name=login]", committed_cast.ada.email)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/account/" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def no_system_left(committed_cast):
    """The cast stays between tests that commit; what these make of clients is ended, so a name is free again."""
    yield
    from agencies.access import own_clients

    ada = committed_cast.actor(committed_cast.ada)
    with acting_as(ada):
        for client in own_clients(ada).exclude(pk=committed_cast.centre_client.pk):
            agencies.revoke_client(client.pk, by=ada, at=timezone.now())


def complaints(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]]


def wider_than_the_window(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def fits(page) -> None:
    assert complaints(page) == []
    assert not wider_than_the_window(page)
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 320, "height": 800}}])
def test_a_system_is_added_changed_over_and_revoked_by_keyboard(open_page, options):
    page = open_page(**options)
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
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
    assert failures == []
