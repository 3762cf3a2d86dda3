"""Two people of two agencies, one after the other, at one computer: does the second learn what the first did?"""

from django.test import Client as Browser
from django.urls import reverse

from tests.cast import PASSWORD


def sign_in(browser, person):
    answer = browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content


def test_what_was_said_to_one_who_signed_out_is_not_said_to_the_next(cast, settings):
    settings.SECOND_FACTOR = "optional"
    referral = cast.referral("triaged")
    browser = Browser()
    sign_in(browser, cast.cora)
    take = reverse("referral-take", args=[referral.pk])
    assert browser.post(take).status_code == 302  # and the page it leads to is never opened
    browser.post("/account/logout/")
    sign_in(browser, cast.cleo)
    assert referral.reference not in browser.get("/inbox").content.decode()


def test_nothing_of_a_referral_is_kept_in_a_cookie(cast):
    referral = cast.referral("triaged")
    answer = cast.browser(cast.cora).post(reverse("referral-take", args=[referral.pk]))
    assert answer.status_code == 302
    assert "messages" not in answer.cookies
