"""An administrator sets a webhook up on the pages: adds it, tests it, changes its secret, sends again."""

import pytest
from standardwebhooks import Webhook

from tests.browser import suits_every_window
from tests.e2e.platform import until
from tests.e2e.receiver import receiver
from tests.keyboard import PATIENCE

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]


def test_a_webhook_is_added_tested_and_given_a_new_secret(sign_in, committed_cast):
    page = sign_in(committed_cast.ada)
    with receiver() as inbox:
        page.goto("/systems/webhooks")
        suits_every_window(page)
        page.get_by_role("link", name="Add a webhook").click()
        suits_every_window(page)
        page.get_by_label("Address").fill(inbox.url)
        page.get_by_role("button", name="Add and show its secret").click()
        suits_every_window(page)
        old = page.locator("code").inner_text()
        page.get_by_role("link", name="I have copied it").click()
        suits_every_window(page)

        page.get_by_role("button", name="Send a test").click()
        until(lambda: inbox.of_type("webhook.test"), PATIENCE)
        until(lambda: page.reload() and page.locator(".status--sent").count() == 1, PATIENCE)
        suits_every_window(page)

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
