"""What every answer carries, and what no address takes: asked of each route there is, so a new one is asked too."""

from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from tests.api.calls import REFERRALS, send

SAMPLES = {"step": "accept", "agency": "northshire-police", "name": "accept", "slug": "northshire-police"}
UNKNOWN_METHODS = ("TRACE", "CONNECT", "PROPFIND", "MADE-UP")
UNDECLARED = ("PUT", "PATCH", "DELETE")
EVIL = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
)


def routes(patterns=None, before="/"):
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.pattern.converters


def paths(referral_id=None) -> list[str]:
    """Every route, filled in: with a referral that is there, and otherwise with what is not."""
    filled = []
    for route, converters in routes():
        for name, converter in converters.items():
            usual = (
                str(uuid4())
                if "UUID" in type(converter).__name__
                else "1"
                if "Int" in type(converter).__name__
                else "x"
            )
            value = str(referral_id or usual) if name == "referral_id" else SAMPLES.get(name, usual)
            start = route.rindex("<", 0, route.index(f"{name}>"))
            route = route[:start] + value + route[route.index(f"{name}>", start) + len(name) + 1 :]
        filled.append(route.replace("^", "").replace("$", ""))
    return filled


def askers(cast) -> list[Browser]:
    """Somebody unknown, people of each kind, and systems."""
    people = (cast.cora, cast.ada, cast.otis, cast.bea, cast.cleo)
    return [
        Browser(),
        *map(cast.browser, people),
        cast.system(cast.centre_client),
        cast.system(cast.police_client),
    ]


def test_every_answer_is_private_and_tells_the_browser_to_trust_nothing_else(cast):
    referral = cast.referral("offered")
    asked, everybody = 0, askers(cast)
    for path in paths(referral.pk):
        for asker in everybody:
            answer = asker.get(path)
            asked += 1
            assert answer.status_code < 500, path
            assert "no-store" in answer["Cache-Control"], path
            assert "private" in answer["Cache-Control"], path
            assert answer["X-Content-Type-Options"] == "nosniff", path
            assert answer["X-Frame-Options"] == "DENY", path
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
            assert answer["Referrer-Policy"] == "same-origin", path
            policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
            assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'", path
            assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", path
            assert "unsafe" not in answer["Content-Security-Policy"], path
            assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(answer.headers), path
    assert asked > 300


def test_no_address_takes_a_method_that_nobody_knows(cast):
    cora, police = cast.browser(cast.cora), cast.system(cast.police_client)
    for path in paths(cast.referral("offered").pk):
        for method in UNKNOWN_METHODS:
            for asker in (Browser(), cora, police):
                answer = asker.generic(method, path)
                assert answer.status_code == 405, (method, path)
                assert method not in answer["Allow"]
                assert not answer.content


def test_a_page_takes_no_method_but_reading_and_sending(cast):
    cora = cast.browser(cast.cora)
    for path in paths(cast.referral("offered").pk):
        if not path.startswith(("/api/", "/oauth/")):
            for method in UNDECLARED:
                assert cora.generic(method, path).status_code in (403, 404, 405), (method, path)


# Hosts and redirects.


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "localhost:80:80"]
)
def test_another_host_is_refused(cast, host):
    for path in ("/account/login/", "/triage", REFERRALS, "/oauth/token", "/api/docs"):
        answer = Browser(headers={"Host": host}).get(path)
        assert answer.status_code == 400, path
        assert b"evil" not in answer.content


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-URL", "X-Rewrite-URL"]
)
def test_a_host_that_somebody_says_was_forwarded_is_in_no_link(cast, header):
    lumen = cast.system(cast.lumen_client)
    made = send(lumen, **{header: "evil.example"})
    assert "evil" not in made.content.decode() + str(made.headers)
    page = cast.browser(cast.cora).get("/triage", headers={header: "evil.example"})
    assert "evil" not in page.content.decode()


@pytest.mark.parametrize("where", EVIL)
def test_signing_in_leads_nowhere_else(cast, where):
    from tests.cast import PASSWORD

    answer = Browser().post(
        f"/account/login/?next={where}", {"login": cast.cora.email, "password": PASSWORD, "next": where}
    )
    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("where", EVIL)
def test_what_is_done_beside_a_list_leads_back_nowhere_else(cast, where):
    cora, referral = cast.browser(cast.cora), cast.referral("triaged")
    for path in (f"/referrals/{referral.pk}/take", f"/referrals/{referral.pk}/put-down"):
        answer = cora.post(f"{path}?next={where}&from={where}", {"next": where, "back": where})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))
        assert "evil" not in answer["Location"]


# Encryption.


def test_a_call_that_was_not_encrypted_is_refused_and_not_redirected(cast, settings):
    settings.INSECURE_HTTP = False
    token = f"Bearer {'x' * 30}"
    for path in (REFERRALS, "/oauth/token", "/account/login/", "/triage", "/"):
        for method in ("GET", "POST"):
            answer = Browser(headers={"Authorization": token}).generic(method, path)
            assert (answer.status_code, answer.headers.get("Location")) == (403, None), path
    assert Browser().get("/healthz").status_code == 200
    assert Browser().get(REFERRALS, secure=True).status_code == 401
    assert Browser().get("/account/login/", secure=True).status_code == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Proto", "X-Forwarded-Ssl", "X-Url-Scheme", "Front-End-Https"]
)
def test_nobody_says_by_himself_that_it_was_encrypted(settings, db, header):
    settings.INSECURE_HTTP = False
    assert Browser(headers={header: "https"}).get(REFERRALS).status_code == 403


# What is not there.


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/__debug__/",
        "/metrics",
        "/.env",
        "/.git/config",
        "/silk/",
        "/docs",
        "/redoc",
        "/graphql",
        "/static/../manage.py",
    ],
)
def test_nothing_that_helps_an_attacker_is_served(db, path):
    # From outside: a proxy passed it on.
    assert Browser(headers={"X-Forwarded-For": "203.0.113.9"}).get(path).status_code in (302, 400, 404)
    followed = Browser(headers={"X-Forwarded-For": "203.0.113.9"}).get(path, follow=True)
    assert followed.status_code in (200, 400, 404)
    assert "SECRET" not in followed.content.decode()
    assert followed.request["PATH_INFO"] in (path, "/account/login/")


def test_an_unexpected_error_shows_nothing_of_itself(cast, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("the password is in here")

    monkeypatch.setattr("referrals.views.listing.harm_types", fail)
    cora = cast.browser(cast.cora)
    cora.raise_request_exception = False
    answer = cora.get("/referrals")
    assert answer.status_code == 500
    assert "password is in here" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
