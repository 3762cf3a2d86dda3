"""The lane of a child at risk now: who sees it, what it shows, and the button."""

from datetime import timedelta

import pytest

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.actions import climb
from referrals.models import Alarm

P1 = {"factors": {"live_streaming": "yes"}}


@pytest.fixture
def urgent(cast):
    """A P1 at the Centre whose first rung was called."""
    referral = cast.referral(**P1)
    with acting_as(CLOCK):
        alarm = Alarm.objects.get(referral=referral)
        climb(alarm.pk, by=CLOCK, at=alarm.raised_at)
    return referral


def test_the_centre_sees_the_ladder_and_takes_it(cast, urgent):
    browser = cast.browser(cast.cora)
    page = browser.get("/at-risk-now").content.decode()
    assert urgent.reference in page
    assert "Anil Mehta" in page
    assert "Its coordinators" in page
    with acting_as(CLOCK):
        alarm = Alarm.objects.get(referral=urgent)
    answer = browser.post(f"/at-risk-now/{alarm.pk}/take", follow=True)
    assert f"You have {urgent.reference}. Nobody else is called." in answer.content.decode()
    again = cast.browser(cast.anil).post(f"/at-risk-now/{alarm.pk}/take", follow=True)
    assert "was taken by Cora Lindqvist in the meantime" in again.content.decode()


def test_the_strip_stands_above_triage_and_board_while_nobody_has_it(cast, urgent):
    browser = cast.browser(cast.anil)
    said = "A child may be at risk now, and nobody has it yet."
    assert all(said in browser.get(page).content.decode() for page in ("/triage", "/board"))
    assert said not in cast.browser(cast.ben).get("/triage").content.decode()
    cast.step("triage", urgent, cast.anil, priority="P1")
    assert all(said not in browser.get(page).content.decode() for page in ("/triage", "/board"))


def test_an_agency_sees_its_own_and_names_of_its_own_people(cast):
    referral = cast.step("triage", cast.referral(**P1), cast.anil, priority="P1")
    cast.step("offer", referral, cast.cora, to_agency=cast.police)
    with acting_as(CLOCK):
        alarm = Alarm.objects.get(referral=referral, ended_at=None)
        climb(alarm.pk, by=CLOCK, at=alarm.raised_at + timedelta(minutes=31))
    page = cast.browser(cast.ben).get("/at-risk-now").content.decode()
    assert referral.reference in page
    assert "Ben Carrow" in page
    assert "Cora Lindqvist" not in page
    assert referral.reference not in cast.browser(cast.asha).get("/at-risk-now").content.decode()


def test_the_page_asks_again_and_is_answered_only_where_something_changed(cast, urgent):
    browser, htmx = cast.browser(cast.cora), {"HX-Request": "true"}
    mark = browser.get("/at-risk-now").context["desk"].mark
    assert browser.get(f"/at-risk-now?mark={mark}", headers=htmx).status_code == 204
    cast.step("triage", urgent, cast.anil, priority="P1")
    changed = browser.get(f"/at-risk-now?mark={mark}", headers=htmx)
    assert changed.status_code == 200
    assert "Anil Mehta (Online Harms Safety Centre) took it" in changed.content.decode()
