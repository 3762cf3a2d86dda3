"""A second factor, always: nothing answers to a password alone; a code works once; whoever was disabled is refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from agencies.models import Session, User
from agencies.proof import How, mark_proved
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.routes import need_of
from tests.sign_in.people import (
    code,
    events,
    give_app,
    give_password,
    give_recovery_codes,
    wait_for_a_whole_period,
)

SECOND = "/account/second-factor/"
SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "7", "slug": "some", "str": "some"}


def pages(patterns=None, before=""):
    """Every page that is not for the public and not for proving who one is, filled with samples."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from pages(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            need = need_of(entry.callback)
            if need and not need.public and need.own != "unproven":
                yield route


def filled(route: str) -> str:
    parts = route.split("<")
    return (
        "/"
        + parts[0]
        + "".join(SAMPLES.get(part.split(":")[0], "some") + part.split(">", 1)[1] for part in parts[1:])
    )


# Nothing without it.


def test_no_page_answers_to_a_session_that_gave_a_password_alone(cast):
    browser, answer = give_password(cast.ben.email)
    assert answer.status_code == 302
    routes = list(pages())
    assert len(routes) > 60
    for route in routes:
        for method in ("get", "post"):
            answer = getattr(browser, method)(filled(route))
            assert answer.status_code == 302, (method, route)
            assert answer.url.startswith("/account/prove/"), (method, route, answer.url)


def test_whoever_has_none_is_led_to_add_one_and_then_to_where_they_were_going(cast):
    browser, answer = give_password(cast.ben.email, next="/inbox")
    assert answer.url == "/inbox"
    prove = browser.get(browser.get("/inbox").url)
    assert prove.url == "/account/enrol/?next=%2Finbox"
    page = browser.get(prove.url).content.decode()
    assert "A password alone opens nothing here" in page
    assert "Northshire Police" not in page  # nor does the head of the page say whose it would be
    secret = secret_shown(browser.get("/account/enrol/app?next=/inbox"))
    wait_for_a_whole_period()
    codes = browser.post("/account/enrol/app", {"code": code(secret), "next": "/inbox"})
    assert "Your recovery codes" in codes.content.decode()
    assert 'href="/inbox"' in codes.content.decode()
    assert browser.get("/inbox").status_code == 200
    assert [event.action for event in events(cast, cast.ben, "person.factor_added", "person.signed_in")] == [
        "person.signed_in",
        "person.factor_added",
    ]


def secret_shown(page) -> str:
    return page.content.decode().split('account-secret" translate="no">')[1].split("<")[0].replace(" ", "")


def test_what_was_offered_to_enrol_dies_with_the_session(cast):
    browser, _ = give_password(cast.ben.email)
    secret = secret_shown(browser.get("/account/enrol/app"))
    browser.post("/account/logout/")
    browser, _ = give_password(cast.ben.email)
    wait_for_a_whole_period()
    browser.post("/account/enrol/app", {"code": code(secret)})
    assert not Authenticator.objects.filter(user=cast.ben).exists()


def test_a_password_alone_adds_no_second_factor_beside_another(cast):
    """Whoever has a password and no more could otherwise make themself a second factor."""
    give_app(cast.ben)
    browser, answer = give_password(cast.ben.email)
    assert answer.url == SECOND
    for path in ("/account/enrol/", "/account/enrol/app", "/account/enrol/key/options"):
        assert browser.get(path).url.startswith("/account/login/")


# Codes.


def test_a_code_signs_in_once(cast):
    secret = give_app(cast.ben)
    first, _ = give_password(cast.ben.email)
    second, _ = give_password(cast.ben.email)
    wait_for_a_whole_period()
    now = code(secret)
    assert first.post(SECOND, {"code": f"{now[:3]} {now[3:]}"}).status_code == 302
    assert first.get("/inbox").status_code == 200
    assert "was used already" in second.post(SECOND, {"code": now}).content.decode()
    assert second.get("/inbox").url.startswith("/account/login/")


@pytest.mark.parametrize("steps", [-1, 1])
def test_neither_the_code_before_nor_the_next_is_taken(cast, steps):
    secret = give_app(cast.ben)
    browser, _ = give_password(cast.ben.email)
    wait_for_a_whole_period()
    assert browser.post(SECOND, {"code": code(secret, steps)}).status_code == 200
    assert browser.get("/inbox").status_code == 302


def test_one_code_used_twenty_times_at_once_opens_one_session(committed_cast):
    person = committed_cast.ben
    secret = give_app(person)
    browsers = [give_password(person.email)[0] for _ in range(20)]
    wait_for_a_whole_period()
    now, together = code(secret), Barrier(20)

    def use(browser: Browser):
        together.wait()
        try:
            return browser.post(SECOND, {"code": now}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(use, browsers))
    assert sorted(statuses) == [200] * 19 + [302]
    assert Session.objects.filter(person_id=person.pk).count() == 1
    assert [browser.get("/inbox").status_code for browser in browsers].count(200) == 1


def test_a_secret_is_sealed_where_it_is_kept(cast):
    browser, _ = give_password(cast.ben.email)
    secret = secret_shown(browser.get("/account/enrol/app"))
    wait_for_a_whole_period()
    browser.post("/account/enrol/app", {"code": code(secret)})
    rows = {row.type: row.data for row in Authenticator.objects.filter(user=cast.ben)}
    assert secret not in str(rows)
    assert set(rows) == {"totp", "recovery_codes"}


def test_a_recovery_code_works_once_and_is_kept_as_a_hash(cast):
    give_app(cast.ben)
    codes = give_recovery_codes(cast.ben)
    assert len(codes) == 10
    assert codes[0] not in str(Authenticator.objects.get(user=cast.ben, type="recovery_codes").data)
    browser, _ = give_password(cast.ben.email)
    browser.post(SECOND, {"code": codes[0].lower()})
    assert browser.get("/inbox").status_code == 200
    again, _ = give_password(cast.ben.email)
    assert again.post(SECOND, {"code": codes[0]}).status_code == 200
    assert "9 left to use" in browser.get("/account/").content.decode()


# Whom a code does not do for.


@pytest.mark.parametrize("who", ["anil", "ada"])
def test_at_the_centre_a_code_from_an_app_opens_nothing(cast, who):
    person = getattr(cast, who)
    secret = give_app(person)
    browser, _ = give_password(person.email)
    wait_for_a_whole_period()
    assert browser.post(SECOND, {"code": code(secret)}).status_code == 302
    assert browser.get("/inbox").url.startswith("/account/prove/")
    page = browser.get("/account/enrol/").content.decode()
    assert "Your role needs one" in page
    assert "Add an app" not in page
    assert browser.get("/account/enrol/app").url == "/account/enrol/"


def test_whoever_becomes_an_administrator_needs_a_key_from_then_on(cast):
    browser = cast.browser(cast.ben)
    session = browser.session
    session.pop("proved")
    from django.utils import timezone

    mark_proved(session, How.CODE, timezone.now())
    session.save()
    assert browser.get("/inbox").status_code == 200
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.ben.pk).update(role="administrator")
    browser.force_login(User.objects.get(pk=cast.ben.pk))
    session = browser.session
    mark_proved(session, How.CODE, timezone.now())
    session.save()
    assert browser.get("/inbox").url.startswith("/account/prove/")


@pytest.fixture
def centre_with_key(cast):
    """Anil has a key that is elsewhere, an app from before, and recovery codes."""
    Authenticator.objects.create(user=cast.anil, type="webauthn", data={"name": "ring", "credential": {}})
    return give_app(cast.anil), give_recovery_codes(cast.anil)


def test_a_code_from_an_app_lets_nobody_who_needs_a_key_add_another(cast, centre_with_key):
    secret, _ = centre_with_key
    browser, _ = give_password(cast.anil.email)
    wait_for_a_whole_period()
    browser.post(SECOND, {"code": code(secret)})
    assert browser.get("/inbox").status_code == 302
    assert browser.get("/account/enrol/").url == "/account/prove/"
    assert browser.get("/account/enrol/key/options").status_code == 403


def test_their_recovery_code_opens_the_page_to_add_a_key_and_nothing_else(cast, centre_with_key):
    _, codes = centre_with_key
    browser, _ = give_password(cast.anil.email)
    browser.post(SECOND, {"code": codes[0]})
    assert browser.get("/inbox").status_code == 302
    assert browser.get("/account/").status_code == 302
    assert browser.get("/account/enrol/").status_code == 200


def test_their_recovery_code_steps_nobody_up(cast, centre_with_key):
    _, codes = centre_with_key
    browser = cast.browser(cast.anil)
    session = browser.session
    session["proved_at"] -= 360
    session.save()
    browser.post("/account/prove/", {"code": codes[0]})
    assert browser.get("/account/password/change/").status_code == 302


# Refused at each step.


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "auditor"}, {"agency": "eastmoor"}])
def test_who_is_disabled_or_changed_between_the_factors_begins_again(cast, change):
    secret = give_app(cast.ben)
    browser, _ = give_password(cast.ben.email)
    facts = change | ({"agency": cast.eastmoor} if "agency" in change else {})
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.ben.pk).update(**facts)
    assert browser.post(SECOND, {"code": code(secret)}).url == "/account/login/"
    assert browser.get("/inbox").url.startswith("/account/login/")
    assert browser.get(SECOND).url == "/account/login/"


def test_a_password_set_anew_between_the_factors_ends_the_way(cast):
    secret = give_app(cast.ben)
    browser, _ = give_password(cast.ben.email)
    cast.ben.set_password("seven quiet herons wading")
    cast.ben.save(update_fields=["password"])
    assert browser.post(SECOND, {"code": code(secret)}).url == "/account/login/"


# Sessions.


def test_the_key_of_a_session_changes_with_each_proof_and_none_given_from_outside_is_taken(cast):
    secret = give_app(cast.ben)
    browser = Browser()
    browser.cookies["__Host-ohsc_session"] = browser.cookies["ohsc_session"] = "a" * 32
    browser, _ = give_password(cast.ben.email, browser=browser)
    name = next(
        name
        for name in browser.cookies
        if name.endswith("ohsc_session") and browser.cookies[name].value != "a" * 32
    )
    keys = [browser.cookies[name].value]
    wait_for_a_whole_period()
    browser.post(SECOND, {"code": code(secret)})
    keys.append(browser.cookies[name].value)
    assert len({"a" * 32, *keys}) == 3
    assert Session.objects.filter(session_key__in=[keys[0], "a" * 32]).count() == 0


def test_a_session_ends_after_fifteen_minutes_without_use(cast):
    browser = cast.browser(cast.ben)
    aged(cast.ben, seen=14)
    assert browser.get("/inbox").status_code == 200
    aged(cast.ben, seen=16)
    assert browser.get("/inbox").status_code == 302


def test_a_session_ends_after_twelve_hours_of_use(cast):
    browser = cast.browser(cast.ben)
    aged(cast.ben, seen=2, began=11 * 60 + 50)
    assert browser.get("/inbox").status_code == 200
    row = Session.objects.get(person_id=cast.ben.pk)
    assert round((row.expire_date - row.seen_at).total_seconds() / 60) == 10


def aged(person, *, seen, began=None):
    """As if the session had last been used so many minutes ago."""
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    row = Session.objects.get(person_id=person.pk)
    row.seen_at = now - timedelta(minutes=seen)
    row.began_at = now - timedelta(minutes=began or seen)
    row.expire_date = min(row.seen_at + timedelta(minutes=15), row.began_at + timedelta(hours=12))
    row.save()


def test_a_person_sees_and_ends_their_own_sessions_and_no_others(cast):
    here, there, other = cast.browser(cast.ben), cast.browser(cast.ben), cast.browser(cast.bea)
    page = here.get("/account/").content.decode()
    assert page.count("This browser") == 1
    assert page.count("Another browser") == 1
    path = page.split('action="/account/sessions/')[1].split('"')[0]
    assert other.post(f"/account/sessions/{path}").status_code == 404
    assert there.get("/inbox").status_code == 200
    assert here.post(f"/account/sessions/{path}").status_code == 302
    assert [browser.get("/inbox").status_code for browser in (here, there, other)] == [200, 302, 200]


def test_all_other_sessions_end_at_one_press(cast):
    here, *others = [cast.browser(cast.ben) for _ in range(3)]
    here.post("/account/sessions/end")
    assert [browser.get("/inbox").status_code for browser in (here, *others)] == [200, 302, 302]


def test_the_last_factor_cannot_be_taken_away(cast):
    give_app(cast.ben)
    browser = cast.browser(cast.ben)
    factor = Authenticator.objects.get(user=cast.ben)
    page = browser.post(f"/account/factors/{factor.pk}/remove", follow=True).content.decode()
    assert "the only one that you can sign in with" in page
    assert cast.browser(cast.bea).post(f"/account/factors/{factor.pk}/remove").status_code == 404
    Authenticator.objects.create(user=cast.ben, type="webauthn", data={"name": "ring", "credential": {}})
    there = cast.browser(cast.ben)
    assert browser.post(f"/account/factors/{factor.pk}/remove").status_code == 302
    assert not Authenticator.objects.filter(pk=factor.pk).exists()
    assert [browser.get("/inbox").status_code, there.get("/inbox").status_code] == [200, 302]
