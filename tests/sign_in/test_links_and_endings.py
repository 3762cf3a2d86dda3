"""What an administrator does about somebody's sign-in: end it, take factors away, give a link for a password."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.test import Client as Browser
from django.utils import timezone

from agencies import actions as agencies
from agencies.models import Session, User
from audit.models import Event
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD

NEW = "seven quiet herons wading"


def link(person, at=None) -> str:
    """The link's path, as it comes to the person."""
    with acting_as(CLOCK):
        address = agencies.password_link(person, at or timezone.now())
    assert address.startswith("http://127.0.0.1:8000/account/password/set/")
    return address.removeprefix("http://127.0.0.1:8000")


def events(action, seen_by=CLOCK) -> list[Event]:
    with acting_as(seen_by):
        return list(Event.objects.filter(action=action))


def set_password(path, password=NEW, again=None):
    return Browser().post(path, {"password1": password, "password2": again or password})


def test_sessions_ended_by_an_administrator_are_over_at_the_next_request(cast):
    here, there = cast.browser(cast.ben), cast.browser(cast.ben)
    other = cast.browser(cast.bea)
    bea = cast.actor(cast.bea)
    with acting_as(bea):
        assert agencies.end_sessions(cast.ben, bea, timezone.now()) == 2
    assert [browser.get("/inbox").status_code for browser in (here, there, other)] == [302, 302, 200]
    (event,) = events("person.sessions_ended", bea)
    assert (event.actor_id, event.subject_ids, event.details) == (cast.bea.pk, [cast.ben.pk], {"number": 2})


def test_what_a_request_saves_does_not_bring_back_a_session_that_was_ended_meanwhile(cast):
    browser = cast.browser(cast.ben)
    session = browser.session
    session["something"] = "typed"
    with acting_as(CLOCK):
        agencies.end_sessions(cast.ben, CLOCK, timezone.now())
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.filter(person_id=cast.ben.pk).exists()


def test_nor_does_taking_it_to_a_new_key(cast):
    session = cast.browser(cast.ben).session
    assert session["_auth_user_id"]
    with acting_as(CLOCK):
        agencies.end_sessions(cast.ben, CLOCK, timezone.now())
    with pytest.raises(SessionInterrupted):
        session.cycle_key()
    assert not Session.objects.filter(person_id=cast.ben.pk).exists()


@pytest.mark.parametrize("change", [{"role": "coordinator"}, {"is_active": False}, {"agency": "eastmoor"}])
def test_who_is_moved_changed_or_disabled_is_signed_out_whoever_wrote_it(cast, change):
    browser = cast.browser(cast.ben)
    assert browser.get("/inbox").status_code == 200
    facts = change | ({"agency": cast.eastmoor} if "agency" in change else {})
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.ben.pk).update(**facts)
    assert browser.get("/inbox").status_code == 302


def test_reset_factors_are_gone_with_every_session(cast):
    Authenticator.objects.create(user=cast.ben, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=cast.bea, type="totp", data={"secret": "x"})
    browser = cast.browser(cast.ben)
    with acting_as(CLOCK):
        assert agencies.reset_factors(cast.ben, CLOCK, timezone.now()) == 1
    assert list(Authenticator.objects.values_list("user_id", flat=True)) == [cast.bea.pk]
    assert browser.get("/inbox").status_code == 302
    (event,) = events("person.factors_reset")
    assert (event.subject_ids, event.details) == ([cast.ben.pk], {"number": 1})


def test_a_link_sets_a_password_once_and_opens_no_session(cast):
    path, browser = link(cast.ben), Browser()
    assert "Northshire Police" in browser.get(path).content.decode()
    answer = browser.post(path, {"password1": NEW, "password2": NEW})
    assert (answer.status_code, answer.url) == (302, "/account/login/")
    assert browser.get("/inbox").status_code == 302
    assert User.objects.get(pk=cast.ben.pk).check_password(NEW)
    assert set_password(path).status_code == 404
    assert Browser().get(path).status_code == 404


def test_a_password_set_by_link_ends_every_session(cast):
    browser = cast.browser(cast.ben)
    set_password(link(cast.ben))
    assert browser.get("/inbox").status_code == 302


def test_a_link_is_good_for_a_day(cast):
    old = link(cast.ben, timezone.now() - timedelta(hours=24, minutes=1))
    assert Browser().get(old).status_code == 404
    assert Browser().get(link(cast.ben, timezone.now() - timedelta(hours=23))).status_code == 200


def test_a_link_of_somebody_who_left_or_a_made_up_one_is_refused_alike(cast):
    path = link(cast.ben)
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    gone, made_up = Browser().get(path), Browser().get("/account/password/set/abc-def")
    other = path.replace(cast.ben.pk.hex, cast.bea.pk.hex)
    assert [gone.status_code, made_up.status_code, Browser().get(other).status_code] == [404] * 3
    assert gone.content == made_up.content


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 15 characters"),
        ("passwordpassword", "among the first that somebody tries"),
        ("letmein-sunshine99", "among the first that somebody tries"),
        ("qwertyuiopasdfghjkl", "among the first that somebody tries"),
        ("aaaaaaaaaaaaaaaaaaaa", "among the first that somebody tries"),
        ("Northshire Police 2026!", "Too little is left"),
        ("Ben Carrow Northshire", "Too little is left"),
        ("OHSC safeguarding 26", "Too little is left"),
    ],
)
def test_a_password_that_would_be_tried_early_is_refused(cast, password, said):
    answer = set_password(link(cast.ben), password)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert User.objects.get(pk=cast.ben.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "all small and nothing else",
        "x" + "äöü wading heron " * 4,
        "9 herons, 4 quiet moors",
    ],
)
def test_a_long_one_of_ones_own_needs_no_capitals_figures_or_signs(cast, password):
    assert set_password(link(cast.ben), password).status_code == 302
