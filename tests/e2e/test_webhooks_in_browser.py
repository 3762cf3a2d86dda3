"""An administrator sets a webhook up on the pages: adds it, tests it, changes its secret, sends again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from standardwebhooks import Webhook

from tests.e2e.keyboard import PATIENCE
from tests.e2e.platform import until
from tests.e2e.receiver import receiver

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]


def suits_everybody(page) -> None:
    expect(page.locator("h1")).to_have_count(1)
    before = page.viewport_size
    for width in (1280, 375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} at {width}"
        found = Axe().run(page).response["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] == [], f"{page.url} at {width}"
    page.set_viewport_size(before)


def test_a_webhook_is_added_tested_and_given_a_new_secret(sign_in, committed_cast):
    page = sign_in(committed_cast.ada)
    with receiver() as inbox:
        page.goto("/systems/webhooks")
        suits_everybody(page)
        page.get_by_role("link", name="Add a webhook").click()
        suits_everybody(page)
        page.get_by_label("Address").fill(inbox.url)
        page.get_by_role("button", name="Add and show its secret").click()
        suits_everybody(page)
        old = page.locator("code").inner_text()
        page.get_by_role("link", name="I have copied it").click()
        suits_everybody(page)

        page.get_by_role("button", name="Send a test").click()
        until(lambda: inbox.of_type("webhook.test"), PATIENCE)
        until(lambda: page.reload() and page.locator(".status--sent").count() == 1, PATIENCE)
        suits_everybody(page)

        page.get_by_label("Where this is").get_by_role("link").last.click()
        page.locator("summary", has_text="Change the secret").click()
        page.locator(".step__form").get_by_role("button", name="Change the secret").click()
        new = page.locator("code").inner_text()
        page.get_by_role("link", name="I have copied it").click()
        page.get_by_role("link", name="webhook.test").click()
        page.get_by_role("button", name="Send again").click()
        until(lambda: len(inbox.calls) == 2, PATIENCE)

        first, again = inbox.calls
        assert first.id == again.id
        assert old != new
        for secret, call in ((old, first), (old, again), (new, again)):
            assert Webhook(secret).verify(call.body, call.headers)["type"] == "webhook.test"
