"""The page on which a person chooses their e-mails."""

import pytest
from django.test import Client as Browser

from agencies.models import EmailChoice, User
from audit.access import visible_events
from notifications.actions import choose_email
from ohsc.core.acting import acting_as
from tests.cast import PASSWORD

PAGE = "/preferences/e-mail"


def choice_of(cast, person) -> str:
    with acting_as(cast.actor(person)):
        return User.objects.get(pk=person.pk).email_choice


@pytest.mark.parametrize("choice", [choice for choice in EmailChoice if choice != EmailChoice.EACH])
def test_a_choice_is_kept_and_recorded(cast, choice):
    answer = cast.browser(cast.ben).post(PAGE, {"choice": choice}, follow=True)
    assert "Your choice is kept" in answer.content.decode()
    assert f'value="{choice}"' in answer.content.decode()
    assert choice_of(cast, cast.ben) == choice
    actor = cast.actor(cast.ben)
    with acting_as(actor):
        (event,) = visible_events(actor).filter(action="person.email_choice")
    assert (event.subject_ids, event.details) == ([cast.ben.pk], {"choice": choice})


def test_the_same_choice_again_is_no_change(cast):
    cast.browser(cast.ben).post(PAGE, {"choice": "each"})
    actor = cast.actor(cast.ben)
    with acting_as(actor):
        assert not visible_events(actor).filter(action="person.email_choice").exists()


@pytest.mark.parametrize("given", [{}, {"choice": "yearly"}])
def test_no_choice_and_an_unknown_one_are_refused(cast, given):
    answer = cast.browser(cast.ben).post(PAGE, given)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert choice_of(cast, cast.ben) == "each"


def test_nobody_chooses_for_another(cast):
    cast.browser(cast.ben).post(PAGE, {"choice": "none", "person": str(cast.bea.pk), "email": cast.bea.email})
    assert choice_of(cast, cast.bea) == "each"


def test_it_is_in_the_menu(cast):
    assert f'<a href="{PAGE}">E-mail</a>' in cast.browser(cast.ben).get("/inbox").content.decode()


def test_who_begins_a_daily_mail_at_noon_gets_the_first_in_the_morning(cast, clock, offered, mailoutbox):
    """The day that began at eight is over, so to say, though it had no digest."""
    offered("2026-02-03 06:30", spread=False)
    bea = cast.actor(cast.bea)
    with acting_as(bea):
        assert choose_email(EmailChoice.DAILY, by=bea, at=clock.at("2026-02-03 12:00"))
    sent = []
    for moment in ("2026-02-03 12:10", "2026-02-04 07:59", "2026-02-04 08:00"):
        clock.strikes(moment)
        sent.append(len([message for message in mailoutbox if message.to == [cast.bea.email]]))
    assert sent == [0, 0, 1]


def test_the_link_of_a_mail_leads_to_the_record_once_signed_in(cast, offered, clock, mailoutbox, settings):
    settings.BASE_URL = "http://testserver"
    settings.SECOND_FACTOR = "optional"
    referral = offered("2026-02-03 06:30")
    clock.strikes("2026-02-03 06:31")
    (message,) = [message for message in mailoutbox if message.to == [cast.bea.email]]
    link = message.body.split("Sign in to read it: ")[1].strip()
    browser = Browser()
    asked = browser.get(link)
    assert asked.url == f"/account/login/?next=/referrals/{referral.pk}"
    answer = browser.post(
        asked.url,
        {"login": cast.bea.email, "password": PASSWORD, "next": f"/referrals/{referral.pk}"},
        follow=True,
    )
    assert answer.redirect_chain == [(f"/referrals/{referral.pk}", 302)]
    assert referral.reference in answer.content.decode()


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/confirm"])
def test_a_stranger_is_asked_to_sign_in(db, path):
    assert Browser().get(path).url == f"/account/login/?next={path}"


def test_confirming_wants_a_post(cast):
    assert cast.browser(cast.ben).get(f"{PAGE}/confirm").status_code == 405
