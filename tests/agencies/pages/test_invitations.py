"""Somebody is invited, chooses a password by the link, and is there; an invitation tells nobody who has an account."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from agencies import actions
from agencies.access import visible_invitations
from agencies.models import Agency, Invitation, User
from audit.access import visible_events
from notifications import actions as notifications
from notifications import tasks
from notifications.access import visible_inbox
from notifications.bounces import Bounce
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.together import at_once

CHOSEN = "seven quiet herons wading"
NEW = "nora.quill@northshire-police.example"


def invited(cast, by: User, email: str = NEW, role: str = "analyst", **more):
    return cast.browser(by).post("/people/new", {"name": "Nora Quill", "email": email, "role": role} | more)


def the_invitation(cast, keeper: User) -> Invitation:
    actor = cast.actor(keeper)
    with acting_as(actor):
        return visible_invitations(actor).get(agency_id=keeper.agency_id)


def with_address(email: str) -> list[User]:
    with acting_as(CLOCK):
        return list(User.objects.filter(email__iexact=email))


def link_in(letter) -> str:
    [link] = re.findall(r"https?://\S+/account/invitation/\S+", letter.body)
    return re.sub(r"^https?://[^/]+", "", link)


def choose(link: str, password: str = CHOSEN, again: str = "", browser: Browser | None = None, **more):
    browser = browser or Browser()
    followed = browser.get(link)
    assert (followed.status_code, followed.url) == (302, "/account/invitation")
    return browser.post("/account/invitation", {"password1": password, "password2": again or password} | more)


def later(monkeypatch, by: timedelta) -> None:
    """From here on the pages and the worker believe that it is later."""
    moment = timezone.now() + by
    for module in ("agencies.invitation_pages", "agencies.people_pages", "notifications.tasks"):
        monkeypatch.setattr(f"{module}.timezone", SimpleNamespace(now=lambda: moment))


def test_whoever_is_invited_chooses_a_password_and_takes_part(cast, force, post, settings):
    answer = invited(cast, force.pat)
    assert (answer.status_code, answer.url) == (302, "/people")
    assert with_address(NEW) == []  # nobody yet
    [letter] = post()
    assert letter.to == [NEW]
    assert re.search(rf"{re.escape(settings.BASE_URL)}/account/invitation/", letter.body)
    assert not any(word in letter.subject + letter.body for word in ("Nora", "Northshire", "Pat", "nalyst"))

    browser = Browser()
    page = browser.get(link_in(letter), follow=True).content.decode()
    assert "Northshire Police invited you, Nora Quill, as analyst" in page
    made = choose(link_in(letter), browser=browser)
    assert (made.status_code, made.url) == (302, "/account/login/")
    [nora] = with_address(NEW)
    assert (nora.name, nora.role, nora.agency, nora.is_active) == ("Nora Quill", "analyst", cast.police, True)
    assert browser.get("/inbox").status_code == 302  # a link signs nobody in
    signed_in = browser.post("/account/login/", {"login": NEW, "password": CHOSEN})
    assert signed_in.status_code == 302
    actor = cast.actor(force.pat)
    with acting_as(actor):
        asked = visible_events(actor).get(action="person.invited")
        came = visible_events(actor).get(action="invitation.accepted")
    assert (asked.kind, asked.subject_type, asked.details) == (
        "access",
        "invitation",
        {"role": "analyst", "agency": str(cast.police.pk)},
    )
    assert (came.actor_id, came.subject_ids) == (nora.pk, [nora.pk])


def test_a_link_is_good_once(cast, force, post):
    invited(cast, force.pat)
    link = link_in(post()[0])
    choose(link)
    again = choose(link, "another password altogether")
    assert (again.status_code, len(with_address(NEW))) == (404, 1)
    assert with_address(NEW)[0].check_password(CHOSEN)


def test_a_link_is_good_for_72_hours(cast, force, post, monkeypatch):
    invited(cast, force.pat)
    link = link_in(post()[0])
    later(monkeypatch, timedelta(hours=71, minutes=59))
    assert Browser().get(link, follow=True).status_code == 200
    later(monkeypatch, timedelta(hours=1))
    monkeypatch.undo()
    later(monkeypatch, timedelta(hours=72, minutes=1))
    assert choose(link).status_code == 404
    assert with_address(NEW) == []
    assert "Not good any more" in cast.browser(force.pat).get("/people").content.decode()


def test_sent_again_only_the_newest_link_is_good(cast, force, post, monkeypatch):
    invited(cast, force.pat)
    first = link_in(post()[0])
    key = the_invitation(cast, force.pat).pk
    browser = cast.browser(force.pat)
    page = browser.post(f"/people/invitations/{key}/send", follow=True).content.decode()
    assert "Wait five minutes" in page
    later(monkeypatch, timedelta(minutes=6))
    browser.post(f"/people/invitations/{key}/send")
    second = link_in(post()[0])
    assert choose(first).status_code == 404
    assert choose(second).status_code == 302


def test_a_withdrawn_invitation_is_over_also_where_its_letter_still_waits(cast, force, post):
    invited(cast, force.pat)
    link = link_in(post()[0])
    browser = cast.browser(force.pat)
    browser.post(f"/people/invitations/{the_invitation(cast, force.pat).pk}/withdraw")
    assert choose(link).status_code == 404
    invited(cast, force.pat)
    with acting_as(CLOCK), writing():
        Invitation.objects.update(withdrawn_at=timezone.now())
    assert post() == []


@pytest.mark.parametrize("end", ["disabled", "re-roled"])
def test_an_invitation_ends_with_the_right_of_whoever_made_it(cast, force, post, end):
    invited(cast, force.pat, role="administrator")
    link = link_in(post()[0])
    quinn = cast.browser(force.quinn)
    if end == "disabled":
        quinn.post(f"/people/{force.pat.pk}/disable", {"sure": "on"})
    else:
        new = {"name": "Pat Ellison", "role": "analyst", "time_zone": "Europe/London"}
        quinn.post(f"/people/{force.pat.pk}/change", new)
    assert choose(link).status_code == 404
    assert "Not good any more" in quinn.get("/people").content.decode()


@pytest.mark.parametrize("link", ["nonsense", "WyJhIiwxXQ:abc", "a:b:c", "%00"])
def test_what_is_no_link_of_ours_is_answered_like_one_that_is_over(cast, link):
    answer = Browser().get(f"/account/invitation/{link}", follow=True)
    assert answer.status_code == 404
    assert "This link is good no more" in answer.content.decode()


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "too short"),
        ("nora quill nora quill", "nora quill nora quill", "There is a problem"),
        (CHOSEN, "seven quiet herons waiting", "are not the same"),
        ("", "", "Enter the new password"),
    ],
)
def test_the_password_follows_everybodys_rules(cast, force, post, password, again, said):
    invited(cast, force.pat)
    answer = choose(link_in(post()[0]), password, again)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert with_address(NEW) == []


def test_no_field_can_be_slipped_into_an_invitation_or_its_acceptance(cast, force, post):
    slipped = {
        "agency_id": str(cast.harbour.pk),
        "agency": str(cast.harbour.pk),
        "by_centre": "true",
        "invited_by": str(force.quinn.pk),
        "accepted_at": "2026-01-01",
        "is_active": "true",
        "is_staff": "true",
        "group": "1",
        "password": CHOSEN,
    }
    invited(cast, force.pat, **slipped)
    made = the_invitation(cast, force.pat)
    assert (made.by_centre, made.invited_by, made.accepted_at) == (False, force.pat.pk, None)
    choose(link_in(post()[0]), **slipped, role="administrator", email="other@elsewhere.example", name="Other")
    [nora] = with_address(NEW)
    assert (nora.agency, nora.role, nora.name, nora.is_staff) == (cast.police, "analyst", "Nora Quill", False)
    assert with_address("other@elsewhere.example") == []


@pytest.mark.parametrize("who", ["ben", "bea", "cora"])
def test_only_who_keeps_people_invites(cast, force, post, who):
    assert invited(cast, getattr(cast, who)).status_code == 403
    assert post() == []


# Whether an address has an account elsewhere is told to nobody who invites it.


def seen_by_the_inviter(cast, keeper: User, email: str, post) -> list[object]:
    """Everything an administrator can see of an invitation they made, without what is random or a time. In the end it
    is as if it had never been."""
    asked = {"name": "Some Body", "email": email, "role": "analyst"}
    browser = cast.browser(keeper)
    with transaction.atomic():
        answers = [browser.post("/people/new", asked)]
        assert len(post()) == 1
        tasks.send_digests()
        answers += [browser.get("/people"), browser.post("/people/new", asked), browser.get("/people/new")]
        key = the_invitation(cast, keeper).pk
        answers += [browser.post(f"/people/invitations/{key}/send"), browser.get("/people")]
        answers += [browser.get(path) for path in ("/inbox", "/agencies/northshire-police", "/agencies")]
        answers += [browser.post(f"/people/invitations/{key}/withdraw"), browser.get("/people")]
        actor = cast.actor(keeper)
        with acting_as(actor):
            seen = [
                (each.kind, each.action, each.subject_type, len(each.subject_ids), each.details)
                for each in visible_events(actor).order_by("at", "id")
            ]
        transaction.set_rollback(True)
    left_out = rf"{re.escape(email)}|{key}|<time.*?</time>|\w{{64}}"
    pages = [
        (
            answer.status_code,
            {name: value for name, value in answer.items() if name != "X-Request-ID"},
            re.sub(left_out, "", answer.content.decode()),
        )
        for answer in answers
    ]
    return [*pages, *seen]


def test_an_address_that_somebody_elsewhere_has_is_invited_like_one_that_nobody_has(cast, force, post):
    """The first is Ida's, of the helpline; the second nobody's. Answers, lists, inbox and events are the same bytes."""
    theirs = seen_by_the_inviter(cast, force.pat, "ida@harbour-helpline.example", post)
    nobodys = seen_by_the_inviter(cast, force.pat, "idb@harbour-helpline.example", post)
    assert len(theirs) > 15
    assert theirs == nobodys


def test_whoever_has_the_address_is_told_that_somebody_tried(cast, force, post):
    before = with_address("ida@harbour-helpline.example")
    invited(cast, force.pat, email="Ida@harbour-helpline.example")
    [letter] = post()
    assert letter.to == ["ida@harbour-helpline.example"]
    assert letter.subject == "OHSC: somebody tried to invite you"
    assert "/account/invitation/" not in letter.body
    assert "Northshire" not in letter.body
    assert with_address("ida@harbour-helpline.example") == before


def test_an_address_that_came_to_have_an_account_meanwhile_makes_no_second_one(cast, force, post):
    """Two agencies invite one address; the first link used makes the account, the second is over."""
    invited(cast, force.pat, email="kit@guests.example")
    invited(cast, force.ida, email="kit@guests.example")
    first, second = (link_in(letter) for letter in post())
    assert choose(first).status_code == 302
    over = choose(second)
    assert over.status_code == 404
    assert [person.agency for person in with_address("kit@guests.example")] == [cast.police]


def test_a_colleagues_address_is_said_to_be_a_colleagues(cast, force, post):
    answer = invited(cast, force.pat, email=cast.ben.email.upper())
    assert answer.status_code == 422
    assert "Ben Carrow works here already" in answer.content.decode()
    assert post() == []


# The Centre names another agency's administrator.


def name_one(cast, slug: str, email: str, by: User | None = None, **more):
    said = {"name": "Vera Holt", "email": email, "reason": "Their only administrator left."} | more
    return cast.browser(by or cast.ada).post(f"/people/at/{slug}/administrator", said)


def test_the_centre_names_an_agencys_administrator_and_they_are_told(cast, force, post):
    answer = name_one(cast, "northshire-police", "vera@northshire-police.example", role="analyst")
    assert (answer.status_code, answer.url) == (302, "/agencies/northshire-police")
    [letter] = [each for each in post() if each.to == ["vera@northshire-police.example"]]
    actor = cast.actor(force.pat)
    with acting_as(actor):
        told = [item.says for item in visible_inbox(actor)]
    assert told == ["The Centre invited Vera Holt as an administrator"]
    assert "invited by the Centre" in cast.browser(force.quinn).get("/people").content.decode()
    choose(link_in(letter))
    [vera] = with_address("vera@northshire-police.example")
    assert (vera.agency, vera.role) == (cast.police, "administrator")
    ada = cast.actor(cast.ada)
    with acting_as(ada):
        event = visible_events(ada).get(action="person.invited")
    assert event.purpose == "Their only administrator left."


def test_who_works_there_already_becomes_its_administrator(cast, post):
    answer = name_one(cast, "northshire-police", cast.ben.email)
    assert answer.status_code == 302
    [ben] = with_address(cast.ben.email)
    assert (ben.role, ben.name) == ("administrator", "Ben Carrow")
    assert [letter.subject for letter in post()] == ["OHSC: your role was changed"]


def test_the_centre_says_why_and_names_nobody_at_home_by_this_way(cast, post):
    assert name_one(cast, "northshire-police", NEW, reason="").status_code == 422
    for slug in ("ohsc", "never-was"):
        assert name_one(cast, slug, NEW).status_code == 404
    assert post() == []


def test_only_the_centres_administrator_names_another_agencys(cast, force, post):
    for person in (force.pat, force.ida, cast.cora):
        assert name_one(cast, "northshire-police", NEW, by=person).status_code == 403
    assert post() == []


def test_an_agency_does_not_withdraw_what_another_invited(cast, force):
    invited(cast, force.pat)
    key = the_invitation(cast, force.pat).pk
    assert cast.browser(force.ida).post(f"/people/invitations/{key}/withdraw").status_code == 404
    assert the_invitation(cast, force.pat).withdrawn_at is None


def test_an_agency_that_left_lets_nobody_in(cast, force, post):
    invited(cast, force.pat)
    link = link_in(post()[0])
    with acting_as(CLOCK), writing():
        Agency.objects.filter(pk=cast.police.pk).update(is_active=False)
    assert choose(link).status_code == 404


# Letters.


def test_a_letter_that_the_mail_server_puts_off_is_tried_again(cast, force, post, settings, monkeypatch):
    invited(cast, force.pat)
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        1,
    )  # nobody is there
    tasks.sweep()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later(monkeypatch, timedelta(seconds=10))
    assert [letter.to for letter in post()] == [[NEW]]


def test_a_letter_that_comes_back_marks_the_persons_address(cast, force, post):
    cast.browser(force.pat).post(f"/people/{cast.ben.pk}/password")
    [letter] = post()
    row = re.fullmatch(r"<([0-9a-f]{32})@ohsc>", letter.extra_headers["Message-ID"])[1]
    assert notifications.take_bounce(Bounce(UUID(row), "5.1.1"), at=timezone.now())
    assert "Mail came back" in cast.browser(force.pat).get("/people").content.decode()


# Two at once.


def set_people(people: list[User], **values) -> None:
    with acting_as(CLOCK), writing():
        User.objects.filter(pk__in=[person.pk for person in people]).update(**values)


@pytest.fixture
def two_keepers(committed_cast):
    """Ben and Bea administer the police for as long as this lasts."""
    both = [committed_cast.ben, committed_cast.bea]
    set_people(both, role="administrator")
    for person in both:
        person.role = "administrator"
    yield both
    set_people(both, is_active=True)
    set_people(both[:1], role="analyst")
    set_people(both[1:], role="coordinator")


def test_two_administrators_who_disable_each_other_leave_one(committed_cast, two_keepers):
    """Whoever is second finds that they may not any more."""

    def disable(by: User, whom: User, at: datetime) -> str:
        actor = committed_cast.actor(by)
        try:
            with acting_as(actor):
                actions.disable_person(whom.pk, by=actor, at=at)
        except PermissionDenied:
            return "refused"
        return "disabled"

    one, other = two_keepers
    now = timezone.now()
    ends = at_once(lambda: disable(one, other, now), lambda: disable(other, one, now))
    assert sorted(ends) == ["disabled", "refused"]
    with acting_as(CLOCK):
        assert User.objects.filter(pk__in=[one.pk, other.pk], is_active=True).count() == 1
