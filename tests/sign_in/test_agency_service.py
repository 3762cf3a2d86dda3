"""An agency's own sign-in service: bound by subject, by the person; for its own people; and never the second factor."""

import time

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from agencies.models import OutsideIdentity, SignInService, User
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.sign_in.openid_service import CLIENT, SECRET, Service
from tests.sign_in.people import code, events, give_app, wait_for_a_whole_period

SLUG = "northshire-police"
START, BIND = f"/account/service/{SLUG}/", f"/account/service/{SLUG}/bind"


@pytest.fixture
def service(cast, tmp_path):
    """Northshire Police's, kept by an operator."""
    running = Service()
    keep(running, tmp_path)
    yield running
    running.stop()


def keep(running, folder, slug=SLUG, issuer=""):
    (folder / "secret").write_text(f"{SECRET}\n")
    given = [
        "--issuer",
        issuer or running.issuer,
        "--client-id",
        CLIENT,
        "--secret-file",
        str(folder / "secret"),
    ]
    call_command("agency_sign_in", slug, *given)


def through(browser, service, path=START):
    """Where the browser stands after the service: the answer of our own page it was sent back to."""
    return browser.get(service.sign_in(browser.get(path).url).removeprefix("http://127.0.0.1:8000"))


def bound(cast, service, person):
    through(cast.browser(person), service, BIND)
    assert OutsideIdentity.objects.get(person_id=person.pk).subject == service.subject


def test_it_signs_in_whoever_bound_themself_and_asks_our_second_factor(cast, service):
    secret = give_app(cast.ben)
    bound(cast, service, cast.ben)
    browser = Browser()
    # Which agencies have one is not told to everybody: their people know the address.
    assert "Northshire Police" not in browser.get("/account/login/").content.decode()
    assert through(browser, service).url == "/account/second-factor/"
    assert browser.get("/inbox").url.startswith("/account/login/")
    wait_for_a_whole_period()
    browser.post("/account/second-factor/", {"code": code(secret)})
    assert browser.get("/inbox").status_code == 200
    assert [event.action for event in events(cast, cast.ben, "person.bound_to_service")] != []


def test_without_a_second_factor_it_leads_to_adding_one(cast, service):
    bound(cast, service, cast.ben)
    browser = Browser()
    through(browser, service)
    assert browser.get("/inbox").url.startswith("/account/prove/")


def test_an_address_it_gives_makes_nobody_of_anybody(cast, service):
    """It says Ben's e-mail address, verified; nobody bound that subject."""
    browser = Browser()
    assert through(browser, service).url == "/account/login/"
    assert "did not tell us of anybody we know" in browser.get("/account/login/").content.decode()
    assert browser.get("/inbox").url.startswith("/account/login/")
    assert User.objects.count() == 10


def test_it_never_signs_in_anybody_of_another_agency(cast, service):
    assert cast.browser(cast.dev).get(BIND).status_code == 404
    kept = SignInService.objects.get(slug=SLUG)
    OutsideIdentity.objects.create(service=kept, subject=service.subject, person_id=cast.dev.pk)
    assert through(Browser(), service).url == "/account/login/"


def test_who_moved_or_left_is_no_longer_signed_in_by_it(cast, service):
    bound(cast, service, cast.ben)
    for facts in ({"agency": cast.eastmoor}, {"agency": cast.police, "is_active": False}):
        with acting_as(CLOCK), writing():
            User.objects.filter(pk=cast.ben.pk).update(**facts)
        assert through(Browser(), service).url == "/account/login/"


def test_a_subject_is_one_persons(cast, service):
    bound(cast, service, cast.ben)
    browser = cast.browser(cast.bea)
    through(browser, service, BIND)
    assert "Somebody else is signed in by that" in browser.get("/account/").content.decode()
    assert not OutsideIdentity.objects.filter(person_id=cast.bea.pk).exists()


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": ["ohsc", "another"]},
        {"exp": 1},
        {"nonce": "of another question"},
        {"sub": ""},
        {"signature": "another key"},
    ],
    ids=str,
)
def test_a_token_that_cannot_be_relied_on_signs_nobody_in(cast, service, lie):
    bound(cast, service, cast.ben)
    service.lies = lie
    browser = Browser()
    assert through(browser, service).url == "/account/login/"
    assert "did not work this time" in browser.get("/account/login/").content.decode()
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "authorization_endpoint", "issuer"])
def test_an_address_that_is_not_the_services_own_is_not_called(cast, service, name):
    service.facts = {name: "http://169.254.169.254/latest"}
    browser = Browser()
    first = browser.get(START)
    if name in ("authorization_endpoint", "issuer"):
        assert first.url == "/account/login/"
    else:
        back = service.sign_in(first.url).removeprefix("http://127.0.0.1:8000")
        assert browser.get(back).url == "/account/login/"


def test_an_answer_is_taken_once_and_only_by_the_session_that_asked(cast, service):
    bound(cast, service, cast.ben)
    mine, theirs = Browser(), Browser()
    back = service.sign_in(mine.get(START).url).removeprefix("http://127.0.0.1:8000")
    assert theirs.get(back).url == "/account/login/"
    theirs.get(START)
    assert theirs.get(back).url == "/account/login/"
    assert mine.get(back).url == "/"
    assert Browser().get(back).url == "/account/login/"


def test_a_service_that_does_not_answer_says_so(cast, service):
    service.stop()
    browser = Browser()
    began = time.monotonic()
    assert browser.get(START).url == "/account/login/"
    assert "does not answer" in browser.get("/account/login/").content.decode()
    assert time.monotonic() - began < 15
    service.server = type("Gone", (), {"shutdown": lambda self: None, "server_close": lambda self: None})()


def test_ended_or_never_kept_there_is_none(cast, service):
    assert Browser().get("/account/service/lumen-social/").status_code == 404
    call_command("agency_sign_in", SLUG, "--end")
    assert Browser().get(START).status_code == 404


def test_another_issuer_is_another_service(cast, service, tmp_path):
    bound(cast, service, cast.ben)
    keep(service, tmp_path, issuer="https://id.northshire.example")
    assert not OutsideIdentity.objects.exists()


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "ftp://id.example", "https://a@id.example", "https://id.example?x=1"]
)
def test_an_issuer_that_cannot_be_one_is_refused(cast, service, tmp_path, issuer):
    with pytest.raises(CommandError, match="The issuer"):
        keep(service, tmp_path, issuer=issuer)


def test_its_secret_is_sealed_where_it_is_kept(cast, service):
    assert SECRET not in SignInService.objects.get(slug=SLUG).sealed_secret
