"""Who is disabled, moved or given another role is so at the next request; passwords, second factors, letters."""

import re

from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.utils import timezone

from agencies.models import Agency, User
from audit.access import visible_events
from notifications import actions as notifications
from notifications.access import visible_inbox
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.access import visible_holdings
from referrals.actions import take
from tests.agencies.pages.people import as_before, events, facts, inbox, now_is
from tests.cast import PASSWORD
from tests.pages import words_of

# Who is refused at once.


def test_a_disabled_person_is_refused_by_the_next_request_of_every_browser(cast, force, post):
    one, other = cast.browser(cast.ben), cast.browser(cast.ben)
    assert one.get("/inbox").status_code == other.get("/inbox").status_code == 200
    answer = cast.browser(force.pat).post(f"/people/{cast.ben.pk}/disable", {"sure": "on"}, follow=True)
    assert "The account is disabled" in words_of(answer)
    for path in ("/inbox", "/work", "/referrals", "/people"):
        assert one.get(path).status_code == 302, path
        assert one.get(path).url.startswith("/account/login/"), path
    htmx = other.get("/triage", headers={"HX-Request": "true"})
    assert htmx.status_code == 302 or "hx-redirect" in {name.lower() for name in htmx.headers}
    assert other.post("/triage/csv").url.startswith("/account/login/")
    refused = Browser().post("/account/login/", {"login": cast.ben.email, "password": PASSWORD})
    assert refused.status_code == 200
    [letter] = post()
    assert (letter.to, letter.subject) == ([cast.ben.email], "OHSC: your account was disabled")


def test_what_a_disabled_person_held_goes_back_to_the_team(cast, force):
    referral = cast.referral("accepted")
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        take(referral.pk, by=ben, at=timezone.now())
    with acting_as(CLOCK), writing():
        Agency.objects.filter(pk=cast.police.pk).update(breach_officer=cast.ben)
    answer = cast.browser(force.pat).post(f"/people/{cast.ben.pk}/disable", {"sure": "on"}, follow=True)
    assert "1 held went back to the team" in words_of(answer)
    pat = cast.actor(force.pat)
    with acting_as(pat):
        assert not visible_holdings(pat).exists()
        assert Agency.objects.get(pk=cast.police.pk).breach_officer_id is None
    [put_down] = events(cast, force.pat, "referral.put_down")
    assert (put_down.subject_ids, put_down.details) == ([referral.pk], {"person": str(cast.ben.pk)})
    assert events(cast, force.pat, "person.disabled")[0].details == {"put_down": 1}


def test_who_acts_no_more_in_a_new_role_holds_nothing(cast, force):
    referral = cast.referral("accepted")
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        take(referral.pk, by=ben, at=timezone.now())
    cast.browser(force.pat).post(f"/people/{cast.ben.pk}/change", facts(cast.ben, role="auditor"))
    pat = cast.actor(force.pat)
    with acting_as(pat):
        assert not visible_holdings(pat).exists()


def test_an_enabled_person_signs_in_again(cast, force, post):
    pat = cast.browser(force.pat)
    pat.post(f"/people/{cast.ben.pk}/disable", {"sure": "on"})
    pat.post(f"/people/{cast.ben.pk}/enable")
    assert now_is(cast.ben).is_active
    assert [letter.subject for letter in post()] == [
        "OHSC: your account was disabled",
        "OHSC: your account was enabled",
    ]
    assert cast.browser(cast.ben).get("/inbox").status_code == 200


def test_without_the_second_time_of_asking_nobody_is_disabled(cast, force):
    answer = cast.browser(force.pat).post(f"/people/{cast.ben.pk}/disable", {})
    assert "Tick “Yes, they are to be refused from now on”" in words_of(answer)
    assert as_before(cast.ben)


def test_another_role_holds_from_the_next_request(cast, force):
    page = cast.browser(force.quinn)
    assert page.get("/people").status_code == 200
    cast.browser(force.pat).post(f"/people/{force.quinn.pk}/change", facts(force.quinn, role="analyst"))
    assert page.get("/people").status_code in (302, 403)
    assert page.post(f"/people/{cast.ben.pk}/disable", {"sure": "on"}).status_code in (302, 403)
    assert as_before(cast.ben)


def test_somebody_moved_to_another_agency_takes_nothing_along(cast, force):
    referral = cast.referral("offered")
    notifications.spread_waiting(at=timezone.now())
    page = cast.browser(cast.bea)
    assert referral.reference in words_of(page.get("/inbox"))
    with acting_as(CLOCK), writing():
        User.objects.filter(pk__in=[cast.bea.pk]).update(agency=cast.harbour)
    fresh = cast.browser(now_is(cast.bea))
    assert referral.reference not in words_of(fresh.get("/inbox"))
    assert fresh.get(f"/referrals/{referral.pk}").status_code == 404
    assert page.get(f"/referrals/{referral.pk}").status_code in (302, 404)
    assert cast.browser(force.pat).get(f"/people/{cast.bea.pk}").status_code == 404


def test_what_was_queued_for_somebody_is_not_sent_once_they_may_not_know_it(cast, force, post):
    """An administrator's news of a colleague waits in the outbox; meanwhile they are an administrator no more."""
    pat = cast.browser(force.pat)
    pat.post(f"/people/{cast.ben.pk}/change", facts(cast.ben, role="administrator"))
    notifications.spread_waiting(at=timezone.now())
    pat.post(f"/people/{force.quinn.pk}/change", facts(force.quinn, role="analyst"))
    to_quinn = [letter.subject for letter in post() if letter.to == [force.quinn.email]]
    assert to_quinn == ["OHSC: your role was changed"]


def test_sessions_are_ended_and_the_account_stays(cast, force):
    page = cast.browser(cast.ben)
    cast.browser(force.pat).post(f"/people/{cast.ben.pk}/sessions")
    assert page.get("/inbox").status_code == 302
    assert cast.browser(cast.ben).get("/inbox").status_code == 200
    [ended] = events(cast, force.pat, "person.sessions_ended")
    assert ended.subject_ids == [cast.ben.pk]


# Passwords and second factors.


def test_a_link_for_a_new_password_goes_to_the_person_and_nobody_else(cast, force, post, settings):
    before = now_is(cast.ben).password
    answer = cast.browser(force.pat).post(f"/people/{cast.ben.pk}/password", follow=True)
    [letter] = post()
    [link] = re.findall(r"https?://\S+", letter.body)
    assert letter.to == [cast.ben.email]
    assert link.startswith(f"{settings.BASE_URL}/account/")
    assert link not in answer.content.decode()
    assert now_is(cast.ben).password == before
    assert events(cast, force.pat, "person.password_link_sent")[0].details == {}


def test_a_link_is_made_for_the_fixed_origin_whatever_host_was_asked(cast, force, post, settings):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "evil.example"]
    cast.browser(force.pat).post(
        f"/people/{cast.ben.pk}/password",
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    [letter] = post()
    assert "evil.example" not in letter.body


def test_a_second_factor_is_named_and_can_be_taken_away(cast, force):
    Authenticator.objects.create(user=cast.ben, type="totp", data={})
    Authenticator.objects.create(user=cast.ben, type="recovery_codes", data={})
    Authenticator.objects.create(user=cast.cleo, type="webauthn", data={})
    browser = cast.browser(force.pat)
    listed, page = words_of(browser.get("/people")), words_of(browser.get(f"/people/{cast.ben.pk}"))
    assert "Code app" in listed
    assert "Passkey" not in listed
    assert "Reset the second factor" in page
    browser.post(f"/people/{cast.ben.pk}/factors", {"sure": "on"})
    assert not Authenticator.objects.filter(user=cast.ben).exists()
    assert Authenticator.objects.filter(user=cast.cleo).exists()
    assert "Reset the second factor" not in words_of(browser.get(f"/people/{cast.ben.pk}"))


def test_a_reset_second_factor_is_told_to_the_person_and_the_other_administrators(cast, force, post):
    page = cast.browser(cast.ben)
    cast.browser(force.pat).post(f"/people/{cast.ben.pk}/factors", {"sure": "on"})
    assert page.get("/inbox").status_code == 302
    [letter] = [each for each in post() if each.to == [cast.ben.email]]
    assert letter.subject == "OHSC: your second factor was reset"
    assert inbox(cast, force.quinn) == ["The second factor of Ben Carrow was reset"]
    assert inbox(cast, force.pat) == []
    assert inbox(cast, cast.bea) == []
    assert inbox(cast, force.ida) == []


def test_a_new_administrator_is_told_to_the_others(cast, force):
    cast.browser(force.pat).post(f"/people/{cast.ben.pk}/change", facts(cast.ben, role="administrator"))
    assert inbox(cast, force.quinn) == ["Ben Carrow is an administrator now"]
    assert inbox(cast, now_is(cast.ben)) == []
    opened = cast.browser(force.quinn)
    actor = cast.actor(force.quinn)
    with acting_as(actor):
        [item] = visible_inbox(actor)
    assert opened.post(f"/inbox/{item.pk}/open").url == f"/people/{cast.ben.pk}"


def test_letters_hold_no_name_agency_or_role(cast, force, post):
    pat = cast.browser(force.pat)
    pat.post(f"/people/{cast.ben.pk}/change", facts(cast.ben, role="supervisor"))
    pat.post(f"/people/{cast.ben.pk}/password")
    pat.post(f"/people/{cast.ben.pk}/factors", {"sure": "on"})
    letters = [letter for letter in post() if letter.to == [cast.ben.email]]
    assert len(letters) == 3
    for letter in letters:
        text = letter.subject + letter.body
        assert not any(word in text for word in ("Ben", "Pat", "Northshire", "upervisor"))


def test_no_event_holds_an_address(cast, force):
    pat = cast.browser(force.pat)
    pat.post("/people/new", {"name": "New", "email": "new@northshire-police.example", "role": "analyst"})
    pat.post(f"/people/{cast.ben.pk}/change", facts(cast.ben, role="supervisor"))
    actor = cast.actor(force.pat)
    with acting_as(actor):
        found = list(visible_events(actor))
    assert len(found) == 2
    assert not any("@" in f"{event.details}{event.purpose}" for event in found)
