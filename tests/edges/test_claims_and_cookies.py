"""What a caller claims of its way here changes nothing, and cookies are this host's alone."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser

from ohsc import settings as written


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"]
)
def test_what_a_caller_says_of_its_way_here_changes_nothing(cast, header):
    browser, system = cast.browser(cast.asha), cast.system(cast.lumen_client)
    for asker, address in (
        (browser, "/referrals"),
        (system, "/api/v1/referrals"),
        (Browser(), "/account/login/"),
    ):
        plain, told = asker.get(address), asker.get(address, headers={header: "elsewhere.example"})
        assert told.status_code == plain.status_code
        assert b"elsewhere.example" not in told.content


def test_cookies_are_bound_to_this_host_and_closed_to_scripts(cast):
    answer = Browser().get("/account/login/")
    given = answer.cookies[settings.CSRF_COOKIE_NAME]
    assert (given["httponly"], given["samesite"], given["path"], given["domain"]) == (True, "Lax", "/", "")
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    # Over TLS the names begin so that a browser takes them from this host alone, and only so.
    source = Path(written.__file__).read_text()
    assert '"__Host-ohsc_session"' in source
    assert '"__Host-ohsc_csrf"' in source
