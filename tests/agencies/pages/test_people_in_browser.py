"""In Chromium: somebody is invited, comes, is changed and disabled, by keyboard; nothing axe would complain of."""

import re

import pytest

from tests.browser import fits
from tests.rows import change

pytestmark = pytest.mark.browser
NARROW = {"viewport": {"width": 320, "height": 800}}


@pytest.fixture
def bea(committed_cast):
    """Bea administers the police for as long as this lasts, and Ben's account is what it was in the end."""
    change(committed_cast.bea, role="administrator")
    committed_cast.bea.role = "administrator"
    yield committed_cast.bea
    change(committed_cast.bea, role="coordinator")
    change(committed_cast.ben, name="Ben Carrow", role="analyst", is_active=True)


@pytest.mark.parametrize("options", [{}, NARROW])
def test_people_are_kept_by_keyboard(sign_in, bea, post, options):
    page = sign_in(bea, **options)
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


@pytest.mark.parametrize("options", [{}, NARROW])
def test_a_guest_chooses_a_password(open_page, committed_cast, bea, post, options):
    email = "guest@northshire-police.example"
    browser = committed_cast.browser(bea)
    browser.post("/people/new", {"name": "Guest Quill", "email": email, "role": "analyst"})
    [letter] = post()
    [link] = re.findall(r"/account/invitation/\S+", letter.body)
    page = open_page(**options)
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
def test_the_centre_names_an_administrator(sign_in, committed_cast, options):
    page = sign_in(committed_cast.ada, **options)
    page.goto("/agencies/eastmoor-police")
    page.get_by_role("link", name="Name an administrator").press("Enter")
    page.get_by_role("heading", name="Name an administrator of Eastmoor Police").wait_for()
    assert "It has no administrator" in page.locator("main").inner_text()
    fits(page)
    page.get_by_role("button", name="Name them administrator").press("Enter")
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()
    fits(page)
