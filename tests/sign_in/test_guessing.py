"""Whoever guesses learns nothing and is slowed; whoever is guessed about is not shut out by it."""

from unittest import mock

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client as Browser

from agencies.models import User
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.sign_in.people import code, give_app, give_password, wait_for_a_whole_period

WRONG = "not the password at all"
STOPPED = "Too many tries"


def guess(email, password=WRONG, browser=None, **headers):
    return (browser or Browser()).post("/account/login/", {"login": email, "password": password}, **headers)


def without_what_differs(answer) -> tuple:
    text = answer.content.decode()
    kept = [
        line for line in text.splitlines() if "csrfmiddlewaretoken" not in line and 'name="login"' not in line
    ]
    kept = [line for line in kept if "X-CSRFToken" not in line]
    return answer.status_code, kept, sorted(answer.headers)


def test_known_unknown_and_left_are_answered_alike_and_cost_the_same_hash(cast):
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.bea.pk).update(is_active=False)
        User.objects.filter(pk=cast.dev.pk).update(password="!never-set")
    answers, work = [], []
    for email in (cast.ben.email, "nobody@nowhere.example", cast.bea.email, cast.dev.email):
        with (
            mock.patch.object(
                Argon2PasswordHasher, "encode", autospec=True, side_effect=Argon2PasswordHasher.encode
            ) as encode,
            mock.patch.object(
                Argon2PasswordHasher, "verify", autospec=True, side_effect=Argon2PasswordHasher.verify
            ) as verify,
        ):
            answers.append(without_what_differs(guess(email)))
            work.append(encode.call_count + verify.call_count)
    assert work == [1, 1, 1, 1]
    assert all(answer == answers[0] for answer in answers)


def test_the_eleventh_guess_in_five_minutes_is_stopped_for_an_account_that_is_there_and_one_that_is_not(cast):
    for email in (cast.ben.email, "nobody@nowhere.example"):
        for _ in range(10):
            assert STOPPED not in guess(email).content.decode()
        assert STOPPED in guess(email.upper()).content.decode()


def test_strangers_do_not_shut_out_whoever_signed_in_from_this_browser_before(cast):
    secret = give_app(cast.ben)
    mine, _ = give_password(cast.ben.email)
    wait_for_a_whole_period()
    mine.post("/account/second-factor/", {"code": code(secret)})
    mine.post("/account/logout/")
    for number in range(60):
        guess(cast.ben.email, REMOTE_ADDR=f"192.0.2.{number}")
    assert STOPPED in guess(cast.ben.email).content.decode()
    assert guess(cast.ben.email, "correct horse battery staple", mine).url == "/account/second-factor/"


def test_a_browser_that_gave_a_password_alone_is_no_known_one(cast):
    give_app(cast.ben)
    browser, _ = give_password(cast.ben.email)
    assert not any(name.endswith("ohsc_known") for name in browser.cookies)


def test_a_made_up_mark_of_a_known_browser_counts_for_nothing(cast):
    for _ in range(10):
        guess(cast.ben.email)
    browser = Browser()
    browser.cookies["ohsc_known"] = browser.cookies["__Host-ohsc_known"] = "made-up:value"
    assert STOPPED in guess(cast.ben.email, browser=browser).content.decode()


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP"]
)
def test_a_claimed_address_changes_nothing(cast, header):
    for number in range(10):
        guess(cast.ben.email, **{header: f"198.51.100.{number}"})
    assert STOPPED in guess(cast.ben.email, **{header: "198.51.100.77"}).content.decode()


def test_behind_a_trusted_proxy_the_address_is_the_one_it_adds(cast, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        guess(cast.ben.email, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.1")
    assert (
        STOPPED in guess(cast.ben.email, HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.1").content.decode()
    )
    assert (
        STOPPED
        not in guess(cast.ben.email, HTTP_X_FORWARDED_FOR="198.51.100.1, 198.51.100.2").content.decode()
    )


def test_codes_are_guessed_ten_times_too(cast):
    secret = give_app(cast.ben)
    browser, _ = give_password(cast.ben.email)
    for _ in range(10):
        assert "not right" in browser.post("/account/second-factor/", {"code": "000000"}).content.decode()
    wait_for_a_whole_period()
    assert STOPPED in browser.post("/account/second-factor/", {"code": code(secret)}).content.decode()


@pytest.mark.parametrize("path", ["/account/login/", "/account/second-factor/", "/account/logout/"])
@pytest.mark.parametrize("method", ["put", "head", "patch", "delete", "options"])
def test_no_other_method_signs_in(db, path, method):
    assert getattr(Browser(), method)(path).status_code == 405


@pytest.mark.parametrize("path", ["/account/passkey/", "/account/second-factor/", "/account/prove/"])
@pytest.mark.parametrize(
    "answer", ["", "{", "[]", "7", '{"id": 7}', '{"response": {"userHandle": null}}', "{" * 9000]
)
def test_a_keys_answer_that_cannot_be_read_is_a_refusal(cast, path, answer):
    give_app(cast.ben)
    browser = cast.browser(cast.ben) if "prove" in path else Browser()
    if "second" in path:
        browser, _ = give_password(cast.ben.email)
    assert browser.post(path, {"credential": answer}).status_code in (200, 302)
    assert Browser().get("/inbox").status_code == 302
