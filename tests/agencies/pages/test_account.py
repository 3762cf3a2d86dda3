"""Signing in and out, and changing one's password."""

import pytest
from django.conf import settings as project
from django.test import Client as Browser

from agencies.forms_passwords import MINIMUM
from agencies.models import User
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD

NEW = "seven quiet herons wading"


@pytest.fixture(autouse=True)
def _password_alone(settings, db):
    """These are about the password; tests/sign_in is about what a second factor adds."""
    settings.SECOND_FACTOR = "optional"


def sign_in(browser, email, password=PASSWORD, **more):
    return browser.post("/account/login/", {"login": email, "password": password} | more)


def test_signing_in_leads_to_the_first_page(cast):
    browser = Browser()
    answer = sign_in(browser, cast.ben.email.upper())
    assert (answer.status_code, answer.url) == (302, "/")
    assert browser.get("/inbox").status_code == 200


def test_signing_in_leads_back_to_where_one_wanted_to_go(cast):
    browser = Browser()
    wanted = browser.get("/inbox")
    assert wanted.url == "/account/login/?next=/inbox"
    assert 'name="next" value="/inbox"' in browser.get(wanted.url).content.decode()
    assert sign_in(browser, cast.ben.email, next="/inbox").url == "/inbox"


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(cast, elsewhere):
    assert sign_in(Browser(), cast.ben.email, next=elsewhere).url == "/"


def test_a_refusal_does_not_tell_who_has_an_account(cast):
    def said(email):
        page = sign_in(Browser(), email, "not the password at all").content.decode()
        assert "The e-mail address or the password is not right." in page
        return page.split("There is a problem")[1].split("</ul>")[0]

    assert said(cast.ben.email) == said("nobody@nowhere.example")


def test_what_was_typed_is_kept_but_for_the_password(cast):
    page = sign_in(Browser(), "ben@", "secret words here").content.decode()
    assert 'value="ben@"' in page
    assert "secret words here" not in page
    assert "Enter an e-mail address in the form" in page


def test_somebody_who_left_cannot_sign_in_nor_learn_that_they_were_here(cast):
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    browser = Browser()
    assert (
        "The e-mail address or the password is not right."
        in sign_in(browser, cast.ben.email).content.decode()
    )
    assert browser.get("/inbox").status_code == 302


def test_too_many_tries_are_stopped_and_it_says_for_how_long(cast):
    browser = Browser()
    for _ in range(10):
        sign_in(browser, cast.ben.email, "not the password at all")
    page = sign_in(browser, cast.ben.email).content.decode()
    assert "Too many tries. Wait five minutes" in page


def test_no_sign_up_no_password_by_mail_and_no_credentials_in_the_page(cast, settings):
    settings.DEMO = True
    page = Browser().get("/account/login/").content.decode()
    assert "administrator" in page
    assert "var/demo/credentials.json" in page
    assert "@" not in page.split("<main")[1].split("</main>")[0].replace("name@agency.example", "")
    for path in ("/account/signup/", "/account/password/reset/"):
        answer = cast.browser(cast.ben).get(path)
        assert answer.status_code == 404


def test_signing_out_asks_first_and_wants_a_post(cast):
    browser = cast.browser(cast.ben)
    assert "Sign out?" in browser.get("/account/logout/").content.decode()
    assert browser.get("/inbox").status_code == 200
    assert browser.post("/account/logout/").url == "/account/login/"
    assert browser.get("/inbox").status_code == 302


def change(browser, old=PASSWORD, new=NEW, again=None):
    return browser.post(
        "/account/password/change/", {"oldpassword": old, "password1": new, "password2": again or new}
    )


def test_the_length_is_said_beforehand_and_is_the_one_that_is_held(cast):
    page = cast.browser(cast.ben).get("/account/password/change/").content.decode()
    assert f"{MINIMUM} characters or more" in page
    held = next(v for v in project.AUTH_PASSWORD_VALIDATORS if v["NAME"].endswith("MinimumLengthValidator"))
    assert held["OPTIONS"]["min_length"] == MINIMUM


def test_a_changed_password_signs_in_and_other_browsers_are_signed_out(cast):
    here, there = Browser(), Browser()
    sign_in(here, cast.ben.email), sign_in(there, cast.ben.email)
    answer = change(here)
    assert answer.status_code == 302
    assert "Your password has been changed." in here.get(answer.url).content.decode()
    assert here.get("/inbox").status_code == 200
    assert there.get("/inbox").status_code == 302
    assert sign_in(Browser(), cast.ben.email, NEW).url == "/"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old": "wrong words altogether"}, "This is not your password now"),
        ({"new": "short"}, "at least 15 characters"),
        ({"again": "something else entirely"}, "The two are not the same"),
        ({"new": "ben@northshire-police.example"}, "too similar"),
    ],
)
def test_a_refused_password_says_why(cast, given, said):
    answer = change(cast.browser(cast.ben), **given)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_the_page_needs_signing_in(db):
    assert Browser().get("/account/password/change/").status_code == 302
