"""An administrator keeps their own agency's people: who they are, what they may, and that they are refused at once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from agencies.models import Agency, User
from agencies.roles import ROLES, Permission, roles_given_by
from audit.access import visible_events
from notifications import actions as notifications
from notifications.access import visible_inbox
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.access import visible_holdings
from referrals.actions import take
from tests.cast import PASSWORD
from tests.pages import words_of


def now_is(person: User) -> User:
    """The person as the database has them."""
    with acting_as(CLOCK):
        return User.objects.get(pk__in=[person.pk])


def as_before(person: User) -> bool:
    """Nothing at all of the row changed."""
    fields = [field.attname for field in User._meta.concrete_fields if field.attname != "last_login"]
    found = now_is(person)
    return all(getattr(found, name) == getattr(person, name) for name in fields)


def facts(person: User, **other: str) -> dict[str, str]:
    return {"name": person.name, "role": person.role, "time_zone": person.time_zone} | other


def events(cast, agency_person: User, action: str) -> list:
    actor = cast.actor(agency_person)
    with acting_as(actor):
        return list(visible_events(actor).filter(action=action))


def inbox(cast, person: User) -> list[str]:
    notifications.spread_waiting(at=timezone.now())
    actor = cast.actor(person)
    with acting_as(actor):
        return [item.says for item in visible_inbox(actor)]


# The list and the page.


def test_an_administrator_sees_the_agencys_people_and_nobody_elses(cast, force):
    page = words_of(cast.browser(force.pat).get("/people"))
    assert all(name in page for name in ("Pat Ellison", "Quinn Abara", "Ben Carrow", "Bea Dunmore"))
    assert not any(name in page for name in ("Cleo Marsh", "Ida Solberg", "Cora Lindqvist"))
    assert {row.pk for row in (cast.ben, cast.bea, force.pat, force.quinn)} == set(
        events(cast, force.pat, "people.listed")[0].subject_ids
    )


def test_the_centres_administrator_keeps_the_centres_people_only(cast, force):
    browser = cast.browser(cast.ada)
    assert "Ben Carrow" not in words_of(browser.get("/people"))
    assert browser.get(f"/people/{cast.ben.pk}").status_code == 404
    assert browser.get(f"/people/{cast.cora.pk}").status_code == 200


def test_a_persons_page_says_what_they_are_and_hold(cast, force):
    referral = cast.referral("accepted")
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        take(referral.pk, by=ben, at=timezone.now())
    page = words_of(cast.browser(force.pat).get(f"/people/{cast.ben.pk}"))
    assert "Ben Carrow" in page
    assert cast.ben.email in page
    assert "1 open" in page
    assert referral.reference in page
    assert "The referral they hold goes back to the team" in page
    assert "None set up" in page
    [look] = events(cast, force.pat, "work.of_colleague")
    assert look.subject_ids == [referral.pk]


@pytest.mark.parametrize("who", ["ben", "bea", "cora", "otis"])
def test_other_roles_are_refused_whoever_it_is_about(cast, force, who):
    browser = cast.browser(getattr(cast, who))
    for path in ("/people", "/people/new", f"/people/{cast.ben.pk}", f"/people/{uuid4()}"):
        assert browser.get(path).status_code == 403, path
    assert browser.post(f"/people/{force.pat.pk}/disable", {"sure": "on"}).status_code == 403
    assert as_before(force.pat)


# Other agencies' people are not there.


def addresses(patterns=None, before="/"):
    """Every address that names a person or an invitation."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and re.search("<uuid:(person|invitation)_id>", route):
            yield route


def filled(route: str, key) -> str:
    return re.sub("<uuid:[a-z_]+>", str(key), route)


def test_anothers_person_is_as_absent_as_nobody_on_every_address_and_method(cast, force):
    cast.browser(force.ida).post(
        "/people/new", {"name": "Guest", "email": "guest@harbour-helpline.example", "role": "analyst"}
    )
    actor = cast.actor(force.ida)
    with acting_as(actor):
        from agencies.access import visible_invitations

        theirs = {"person": cast.cleo.pk, "invitation": visible_invitations(actor).get().pk}
    found = list(addresses())
    assert len(found) >= 9
    for asker in (force.pat, cast.ada):
        browser = cast.browser(asker)
        for route in found:
            key = theirs["person" if "person_id" in route else "invitation"]
            for method in ("get", "head", "post", "put", "patch", "delete", "options"):
                answers = []
                for each in (key, uuid4()):
                    asked = facts(cast.cleo, name="Another", sure="on") if method == "post" else {}
                    answer = getattr(browser, method)(filled(route, each), asked)
                    kept = {name: value for name, value in answer.items() if name != "X-Request-ID"}
                    answers.append((answer.status_code, answer.content, kept))
                assert answers[0] == answers[1], (method, route)
                assert answers[0][0] in (404, 405), (method, route, answers[0][0])
    assert as_before(cast.cleo)


# What may be changed.


def test_name_role_and_time_zone_are_changed_and_the_person_is_told(cast, force, post):
    browser = cast.browser(force.pat)
    answer = browser.post(
        f"/people/{cast.ben.pk}/change",
        facts(cast.ben, name="Ben Carrow-Hale", role="coordinator", time_zone="Europe/Dublin"),
    )
    assert (answer.status_code, answer.url) == (302, f"/people/{cast.ben.pk}")
    ben = now_is(cast.ben)
    assert (ben.name, ben.role, ben.time_zone) == ("Ben Carrow-Hale", "coordinator", "Europe/Dublin")
    [letter] = post()
    assert letter.to == [cast.ben.email]
    assert letter.subject == "OHSC: your role was changed"
    [given] = events(cast, force.pat, "person.role_changed")
    assert (given.kind, given.subject_ids) == ("access", [cast.ben.pk])
    assert given.details == {"role_before": "analyst", "role": "coordinator", "put_down": 0}
    assert events(cast, force.pat, "person.changed")[0].details == {"fields": ["name", "time_zone"]}


INJECTED = {
    "agency": "{harbour}",
    "agency_id": "{harbour}",
    "is_active": "false",
    "is_staff": "true",
    "is_superuser": "true",
    "email": "other@elsewhere.example",
    "email_choice": "none",
    "email_failed_at": "2026-01-01",
    "group": "1",
    "groups": "1",
    "id": "{harbour}",
    "last_login": "2026-01-01",
    "moved_at": "2026-01-01",
    "password": "a password nobody asked for",
    "permissions": "people.manage",
    "role_label": "Auditor",
}


@pytest.mark.parametrize("verb", ["change", "disable", "enable", "factors", "password", "sessions"])
def test_no_field_can_be_slipped_into_a_write(cast, force, verb):
    """Of what was sent only what stands in the form is read; without its own fields a form does nothing."""
    browser = cast.browser(force.pat)
    slipped = {name: value.format(harbour=cast.harbour.pk) for name, value in INJECTED.items()}
    browser.post(f"/people/{cast.ben.pk}/{verb}", slipped)
    assert as_before(cast.ben)
    browser.post(f"/people/{cast.ben.pk}/change", slipped | facts(cast.ben))
    assert as_before(cast.ben)


def test_a_role_that_is_none_and_a_zone_that_is_none_are_refused(cast, force):
    browser = cast.browser(force.pat)
    for wrong in (
        {"role": "superuser"},
        {"role": ""},
        {"time_zone": "Moon/Base"},
        {"name": "Ben\u202eCarrow"},
    ):
        answer = browser.post(f"/people/{cast.ben.pk}/change", facts(cast.ben, **wrong))
        assert "There is a problem" in words_of(answer)
    assert as_before(cast.ben)


def test_nobody_changes_their_own_role_or_standing(cast, force):
    browser = cast.browser(force.pat)
    page = browser.get(f"/people/{force.pat.pk}").content.decode()
    assert 'name="role"' not in page
    assert "/disable" not in page
    browser.post(f"/people/{force.pat.pk}/change", facts(force.pat, role="coordinator"))
    for verb in ("disable", "factors"):
        answer = browser.post(f"/people/{force.pat.pk}/{verb}", {"sure": "on"})
        assert answer.status_code == 200
    for verb in ("enable", "sessions", "password"):
        browser.post(f"/people/{force.pat.pk}/{verb}")
    assert as_before(force.pat)
    assert browser.get("/people").status_code == 200


def test_who_may_give_which_role_stands_in_one_table():
    keepers = {name for name, role in ROLES.items() if Permission.MANAGE_PEOPLE in role.permissions}
    assert keepers == {"administrator"}
    assert roles_given_by("administrator") == list(ROLES)
    for name in set(ROLES) - keepers:
        assert roles_given_by(name) == [], name


def test_a_role_outside_the_givers_line_is_neither_given_nor_taken(cast, force, monkeypatch):
    monkeypatch.setattr("agencies.roles.GIVES", {"administrator": frozenset({"analyst", "coordinator"})})
    monkeypatch.setattr(
        "agencies.actions.keeping.GIVES", {"administrator": frozenset({"analyst", "coordinator"})}
    )
    browser = cast.browser(force.pat)
    assert "Select a valid choice" in words_of(
        browser.post(f"/people/{cast.ben.pk}/change", facts(cast.ben, role="auditor"))
    )
    browser.post(f"/people/{force.quinn.pk}/change", facts(force.quinn, role="analyst"))
    browser.post(f"/people/{force.quinn.pk}/disable", {"sure": "on"})
    assert as_before(cast.ben)
    assert as_before(force.quinn)


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


# What is not there.


def test_there_is_no_admin_of_djangos(cast):
    from django.apps import apps

    assert not apps.is_installed("django.contrib.admin")

    def names(patterns):
        for entry in patterns:
            if isinstance(entry, URLResolver):
                yield entry.app_name or ""
                yield from names(entry.url_patterns)
            else:
                yield f"{entry.callback.__module__}"

    assert not any("admin" in name for name in names(get_resolver().url_patterns))
    for path in ("/admin", "/admin/", "/django-admin/"):
        assert cast.browser(cast.ada).get(path).status_code == 404


def test_a_person_who_never_signed_in_and_one_whose_mail_came_back_are_marked(cast, force):
    with acting_as(CLOCK), writing():
        User.objects.filter(pk__in=[cast.bea.pk]).update(
            email_failed_at=timezone.now() - timedelta(days=1), last_login=None
        )
    page = words_of(cast.browser(force.pat).get("/people"))
    assert "Mail came back" in page
    assert "Never" in page
