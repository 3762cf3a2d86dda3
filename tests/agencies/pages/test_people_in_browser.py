"""In Chromium: somebody is invited, comes, is changed and disabled, by keyboard; nothing axe would complain of."""

import os
import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from agencies.models import User
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser
NARROW = {"viewport": {"width": 320, "height": 800}}


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


def _set(person: User, **values) -> None:
    with acting_as(CLOCK), writing():
        User.objects.filter(pk__in=[person.pk]).update(**values)


@pytest.fixture
def bea(committed_cast):
    """Bea administers the police for as long as this lasts, and Ben's account is what it was in the end."""
    _set(committed_cast.bea, role="administrator")
    committed_cast.bea.role = "administrator"
    yield committed_cast.bea
    _set(committed_cast.bea, role="coordinator")
    _set(committed_cast.ben, name="Ben Carrow", role="analyst", is_active=True)


@pytest.fixture
def open_page(chromium, live_server, bea):
    contexts = []

    def opened(signed_in: bool = True, **options):
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        if signed_in:
            page.goto("/account/login/")
            page.fill("input[name=login]", bea.email)
            page.fill("input[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/account/" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()


def fits(page) -> None:
    """One heading, nothing axe would complain of, nothing wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("options", [{}, NARROW])
def test_people_are_kept_by_keyboard(open_page, committed_cast, post, options):
    page = open_page(**options)
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto("/people")
    fits(page)
    page.get_by_role("link", name="Invite somebody").press("Enter")
    page.get_by_role("button", name="Send the invitation").press("Enter")
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()
    fits(page)
    page.get_by_label("Name").fill("Nora Quill")
    page.get_by_label("E-mail address").fill("nora.quill@northshire-police.example")
    page.get_by_label("Auditor").press("Space")
    page.get_by_role("button", name="Send the invitation").press("Enter")
    page.get_by_role("status").filter(has_text="An invitation was sent").wait_for()
    fits(page)
    page.get_by_role("button", name="Withdraw the invitation of Nora Quill").press("Enter")
    page.get_by_role("status").filter(has_text="withdrawn").wait_for()

    page.get_by_role("link", name="Ben Carrow").press("Enter")
    page.get_by_role("heading", name="Ben Carrow").wait_for()
    fits(page)
    page.locator(".step > summary", has_text="Change").press("Enter")
    fits(page)
    page.get_by_label("Supervisor").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("status").filter(has_text="is as you said").wait_for()
    page.locator("summary", has_text="Disable").press("Enter")
    page.get_by_role("button", name="Disable the account").press("Enter")
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()
    fits(page)
    page.get_by_label("Yes, they are to be refused").press("Space")
    page.get_by_role("button", name="Disable the account").press("Enter")
    page.get_by_role("status").filter(has_text="The account is disabled").wait_for()
    fits(page)
    assert failures == []


@pytest.mark.parametrize("options", [{}, NARROW])
def test_a_guest_chooses_a_password(open_page, committed_cast, post, options):
    email = "guest@northshire-police.example"
    browser = committed_cast.browser(committed_cast.bea)
    browser.post("/people/new", {"name": "Guest Quill", "email": email, "role": "analyst"})
    [letter] = post()
    [link] = re.findall(r"/account/invitation/\S+", letter.body)
    page = open_page(signed_in=False, **options)
    page.goto(link)
    page.get_by_role("heading", name="Choose your password").wait_for()
    assert "invitation/" not in page.url
    fits(page)
    page.get_by_label("New password", exact=True).fill("too short")
    page.keyboard.press("Enter")
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()
    fits(page)
    page.goto("/account/invitation/none-of-ours")
    page.get_by_role("heading", name="This link is good no more").wait_for()
    fits(page)


@pytest.mark.parametrize("options", [{}, NARROW])
def test_the_centre_names_an_administrator(open_page, committed_cast, options):
    page = open_page(signed_in=False, **options)
    page.goto("/account/login/")
    page.fill("input[name=login]", committed_cast.ada.email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/agencies/eastmoor-police")
    page.get_by_role("link", name="Name an administrator").press("Enter")
    page.get_by_role("heading", name="Name an administrator of Eastmoor Police").wait_for()
    assert "It has no administrator" in page.locator("main").inner_text()
    fits(page)
    page.get_by_role("button", name="Name them administrator").press("Enter")
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()
    fits(page)
