"""What every answer carries, whoever is asked for and whatever comes of it; at each of the project's addresses."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from ohsc import settings as written

SAMPLES = {
    "agency": "northshire-police",
    "slug": "northshire-police",
    "step": "accept",
    "name": "cybertipline",
}
SAMPLES |= {"direction": "next", "number": "1", "path": "absent"}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def addresses(patterns=None, before="/"):
    """Every address of the project, with something in each of its places."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            for name, converter in entry.pattern.converters.items():
                value = SAMPLES.get(name, "6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
                route = route.replace(
                    f"<{type(converter).__name__.removesuffix('Converter').lower()}:{name}>", value
                )
                route = route.replace(f"<str:{name}>", value).replace(f"<{name}>", value)
            yield route


def answers(cast):
    """Every address, asked by a stranger, by a coordinator and by a system."""
    askers = (Browser(), cast.browser(cast.cora), cast.system(cast.centre_client))
    for route in sorted(set(addresses())):
        for asker in askers:
            yield route, asker.get(route)


def test_no_answer_may_be_kept_guessed_at_framed_or_run(cast):
    asked = 0
    for route, answer in answers(cast):
        asked += 1
        assert "<" not in route, f"give {route} a sample"
        assert answer["X-Content-Type-Options"] == "nosniff", route
        assert answer["X-Frame-Options"] == "DENY", route
        assert answer["Referrer-Policy"] == "same-origin", route
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", route
        assert "no-store" in answer["Cache-Control"], route
        said = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        icons = {"img-src": "'self' data:"} if route == "/api/docs" else {}  # in the viewer's style sheet
        assert said == POLICY | icons, route
        assert answer.status_code < 500, route
    assert asked > 200


def test_no_answer_reflects_another_host_or_names_what_serves_it(cast):
    for route, answer in answers(cast):
        assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(answer.headers), route


def test_another_host_is_refused_on_every_address(cast):
    for route in sorted(set(addresses())):
        assert cast.browser(cast.cora).get(route, headers={"Host": "elsewhere.example"}).status_code == 400, (
            route
        )


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


def test_no_address_answers_a_method_nobody_knows(cast):
    person, system = cast.browser(cast.cora), cast.system(cast.centre_client)
    for route in sorted(set(addresses())):
        asker = system if route.startswith("/api/") else person
        assert asker.generic("TRACE", route).status_code in (302, 403, 404, 405), route


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
