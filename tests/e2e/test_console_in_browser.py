"""Try a call: a partner's engineer makes real calls from a page, and the secret stays in it."""

import pytest
from playwright.sync_api import expect

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.models import Referral
from tests.browser import suits_every_window
from tests.cast import SECRET

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.browser]


@pytest.fixture
def console(sign_in, committed_cast):
    """The page, with the id and secret of Lumen Social's client typed in."""
    page = sign_in(committed_cast.ada)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("summary", has_text="Ada Novak").click()
    page.get_by_role("link", name="Try a call").click()
    page.get_by_label("Client id").fill(committed_cast.lumen_client.client_id)
    page.get_by_label("Client secret").fill(SECRET)
    return page


def call(page, operation: str) -> None:
    page.get_by_label("Call", exact=True).select_option(operation)


def send(page) -> None:
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-part=answer]")).to_be_visible()


def test_a_referral_is_sent_and_sent_again(console, committed_cast):
    call(console, "send_referral")
    send(console)
    expect(console.locator("[data-part=outcome]")).to_contain_text("201 Created")
    first = console.locator("[data-part=answer-body]").text_content()
    assert '"status": "received"' in first
    send(console)
    assert console.locator("[data-part=answer-body]").text_content() == first
    assert "idempotency-replayed: true" in console.locator("[data-part=headers]").text_content()
    with acting_as(CLOCK):
        assert Referral.objects.filter(source=committed_cast.lumen).count() == 1


def test_what_can_hurt_is_opened_on_purpose(console, committed_cast):
    referral = committed_cast.referral("received")
    call(console, "read_referral")
    console.get_by_label("referral_id").fill(str(referral.pk))
    send(console)
    expect(console.locator("[data-part=answer-size]")).to_contain_text("It holds a narrative")
    expect(console.locator("[data-part=answer-body]")).to_be_hidden()
    console.locator("[data-part=answer-size]").click()
    expect(console.locator("[data-part=answer-body]")).to_contain_text("asked to continue elsewhere")


def test_the_curl_command_does_the_same_and_names_no_secret(console, committed_cast):
    call(console, "list_referrals")
    console.get_by_label("status").select_option("received")
    shown = console.locator("[data-part=curl]").text_content()
    assert committed_cast.lumen_client.client_id in shown
    assert "/api/v1/referrals?status=received'" in shown
    assert '-H "Authorization: Bearer $TOKEN"' in shown
    send(console)
    assert SECRET not in console.content()
    kept = console.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert SECRET not in kept
    assert "Bearer" not in kept
    console.reload()
    assert console.get_by_label("Client secret").input_value() == ""


def test_it_suits_every_window_with_an_answer_in_it(console):
    call(console, "list_agencies")
    send(console)
    suits_every_window(console)


def test_without_a_script_it_says_that_it_needs_one(sign_in, committed_cast):
    page = sign_in(committed_cast.ada, java_script_enabled=False)
    page.goto("/systems/console")
    expect(page.get_by_text("This page needs JavaScript")).to_be_visible()
    expect(page.get_by_label("Client secret")).to_be_hidden()
