"""Who may open the page on which calls are tried."""

import pytest
from django.test import Client as Browser

ADDRESS = "/systems/console"


def test_it_is_for_those_who_keep_an_agencys_systems(cast):
    page = cast.browser(cast.ada).get(ADDRESS)
    assert page.status_code == 200
    assert 'href="/systems/console">Try a call</a>' in page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("who", ["cora", "anil", "otis", "asha"])
def test_others_are_told_that_their_role_has_no_console_and_are_not_led_there(cast, who):
    browser = cast.browser(getattr(cast, who))
    assert browser.get(ADDRESS).status_code == 403
    assert "Try a call" not in browser.get("/inbox").content.decode()


def test_nobody_reaches_it_without_signing_in(cast):
    assert Browser().get(ADDRESS).url == f"/account/login/?next={ADDRESS}"
