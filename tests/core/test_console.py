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
def test_others_are_answered_as_if_it_were_not_there(cast, who):
    browser = cast.browser(getattr(cast, who))
    assert browser.get(ADDRESS).content == browser.get("/systems/absent").content
    assert "Try a call" not in browser.get("/inbox").content.decode()


def test_nobody_reaches_it_without_signing_in(cast):
    assert Browser().get(ADDRESS).url == f"/account/login/?next={ADDRESS}"
