"""An administrator keeps their own agency's people: who they are, and what of them may be changed by whom."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from agencies.models import User
from agencies.roles import ROLES, Permission, roles_given_by
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import take
from tests.agencies.pages.people import as_before, events, facts, now_is
from tests.pages import words_of

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
