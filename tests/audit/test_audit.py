"""What was done and seen is known: one event for each, in the same transaction, of no content, never changed."""

import json
import os
from contextlib import ExitStack

import psycopg
import pytest
from django.core import mail
from django.db import Error, ProgrammingError, connection, transaction
from django.utils import timezone

from agencies import actions as agencies
from audit.access import visible_events
from audit.models import Event
from cases import actions as cases
from notifications import actions as notifications
from notifications import tasks
from notifications.models import InboxItem, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import hand_over, put_down, take
from referrals.drafts import OutcomeDraft, SelectorDraft
from referrals.models import Referral
from referrals.record import consulted, open_narrative, open_record

NOW = timezone.now


def do(cast, who, work):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return work(actor)


def events_of(cast, who) -> list[Event]:
    return do(cast, who, lambda actor: list(visible_events(actor)))


# The thing done, by whom; the one event it leaves.
DONE = {
    "triage": ("anil", "received", {"priority": "P2"}, "alteration"),
    "offer": ("cora", "triaged", "police", "disclosure"),
    "recall": ("cora", "offered", {"reason_code": "better_fit"}, "alteration"),
    "accept": ("ben", "offered", {}, "disclosure"),
    "decline": ("ben", "offered", {"reason_code": "no_capacity"}, "alteration"),
    "return": ("ben", "accepted", {"reason_code": "no_capacity"}, "alteration"),
    "conclude": ("ben", "accepted", {"outcomes": (OutcomeDraft("ARREST"),)}, "disclosure"),
    "reject": ("anil", "received", {"reason_code": "spam"}, "alteration"),
    "withdraw": ("asha", "received", {"reason_code": "entered_in_error"}, "alteration"),
}


@pytest.mark.parametrize("name", DONE)
def test_each_step_leaves_exactly_one_event_of_its_own(cast, name):
    who, status, given, kind = DONE[name]
    referral = cast.referral(status)
    before = {event.pk for event in events_of(cast, who)}
    cast.step(
        name, referral, getattr(cast, who), **({"to_agency": cast.police} if given == "police" else given)
    )
    (event,) = [event for event in events_of(cast, who) if event.pk not in before]
    person = getattr(cast, who)
    assert (event.kind, event.action, event.subject_ids) == (kind, f"referral.{name}", [referral.pk])
    assert (event.actor_kind, event.actor_id, event.agency_id) == ("person", person.pk, person.agency_id)
    assert bool(event.recipient_ids) == (kind == "disclosure")


def test_the_clocks_step_is_the_clocks_event(cast):
    referral = cast.referral("offered")
    cast.step("expire", referral, CLOCK, at=NOW() + timezone.timedelta(days=1))
    with acting_as(CLOCK):
        event = Event.objects.get(action="referral.expire")
    assert (event.actor_kind, event.agency_id) == ("clock", None)


def test_an_offer_is_a_disclosure_that_names_recipient_and_law(cast):
    cast.referral("offered")
    (event,) = [event for event in events_of(cast, "cora") if event.action == "referral.offer"]
    assert event.recipient_ids == [cast.police.pk]
    assert event.purpose == "SA-NORTHSHIRE: Common law: a policing purpose"


OTHER_ACTIONS = {  # the verb, who, what it leaves
    "receive": ("asha", lambda cast, r, a: cast.referral(selectors=()), ("collection", "referral.receive")),
    "open": ("ben", lambda c, r, a: open_record(r.pk, a, at=NOW()), ("consultation", "referral.opened")),
    "narrative": (
        "ben",
        lambda c, r, a: open_narrative(r.pk, a, at=NOW(), purpose="work"),
        ("consultation", "narrative.opened"),
    ),
    "list": (
        "ben",
        lambda c, r, a: consulted("referrals.listed", [r.pk], a, at=NOW()),
        ("consultation", "referrals.listed"),
    ),
    "take": ("ben", lambda c, r, a: take(r.pk, by=a, at=NOW()), ("alteration", "referral.taken")),
    "hand over": (
        "ben",
        lambda c, r, a: hand_over(r.pk, to_person=c.bea.pk, by=a, at=NOW()),
        ("alteration", "referral.handed_over"),
    ),
    "put down": ("ben", lambda c, r, a: put_down(r.pk, by=a, at=NOW()), ("alteration", "referral.put_down")),
    "open a case": (
        "ben",
        lambda c, r, a: cases.open_case("X", by=a, at=NOW()),
        ("collection", "case.opened"),
    ),
    "add an endpoint": (
        "ada",
        lambda c, r, a: notifications.add_endpoint("https://127.0.0.1/x", by=a, at=NOW()),
        ("alteration", "webhook.added"),
    ),
    "add a person": (
        "cora",
        lambda c, r, a: agencies.add_person(
            "new@x.example", agency=c.centre, password="x", name="N", role="analyst", by=a, at=NOW()
        ),
        ("alteration", "person.added"),
    ),
}


@pytest.mark.parametrize("verb", OTHER_ACTIONS)
def test_every_other_thing_done_or_seen_leaves_exactly_one_event(cast, verb):
    who, work, expected = OTHER_ACTIONS[verb]
    referral = cast.referral("accepted")
    before = {event.pk for event in events_of(cast, who)}
    do(cast, who, lambda actor: work(cast, referral, actor))
    new = [(event.kind, event.action) for event in events_of(cast, who) if event.pk not in before]
    assert new == [expected]


def test_a_refused_step_leaves_no_event_and_no_change(cast):
    referral = cast.referral("triaged")
    before = len(events_of(cast, "anil"))
    with pytest.raises(Exception, match="coordinator"):
        cast.step("offer", referral, cast.anil, to_agency=cast.police)
    assert len(events_of(cast, "anil")) == before


def test_an_agency_reads_its_own_events_and_the_centre_its_own(cast):
    cast.referral("concluded")
    for who in ("asha", "ben", "cora", "cleo"):
        agency = getattr(cast, who).agency_id
        do(cast, who, lambda _, agency=agency: [_own(event, agency) for event in Event.objects.all()])
    assert events_of(cast, "cleo") == []


def _own(event, agency):
    assert event.agency_id == agency


# Append-only.

CHANGES = ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"]


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("role", ["login", "reader", "centre", "steps"])
def test_no_role_of_the_runtime_changes_an_event(cast, role, statement):
    cast.referral()
    with ExitStack() as rights:
        if role != "login":
            rights.enter_context(acting_as(cast.actor(cast.ben if role == "reader" else cast.cora)))
        if role == "steps":
            rights.enter_context(writing())
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            _execute(statement)


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_not_even_the_owner_changes_one_without_taking_the_triggers_away(committed_cast, statement):
    committed_cast.referral()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY")
        with pytest.raises(psycopg.Error, match=r"Cannot update or delete|never removed"):
            owner.execute(statement)
        owner.rollback()


def test_nobody_writes_an_event_in_another_agencys_name(cast):
    ben = cast.actor(cast.ben)
    with acting_as(ben), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Event.objects.create(
            at=NOW(),
            kind="access",
            action="x",
            actor_kind="person",
            agency_id=cast.harbour.pk,
            subject_type="",
        )


# No content.

SECRETS = ("zanzibar", "quokka", "xylophone", "marzipan", "periwinkle", "halyard")


def test_no_content_leaves_the_referral(committed_cast):
    cast = committed_cast
    summary, narrative, account, reason, detail, title = SECRETS
    referral = cast.referral(
        summary=summary, narrative=narrative, selectors=(SelectorDraft("account", account, "lumen"),)
    )
    cast.step("triage", referral, cast.anil, priority="P1", reason=reason)
    cast.step("offer", referral, cast.cora, to_agency=cast.police, reason=reason)
    cast.step("accept", referral, cast.ben)
    do(cast, "ben", lambda actor: cases.open_case(title, by=actor, at=NOW()))
    do(cast, "ben", lambda actor: open_narrative(referral.pk, actor, at=NOW(), purpose="work"))
    cast.step("conclude", referral, cast.ben, outcomes=(OutcomeDraft("ARREST", detail=detail),))
    tasks.sweep()
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], dbname=connection.settings_dict["NAME"]) as admin:
        told = [
            str(row)
            for table in (
                "audit_event",
                "notifications_notice",
                "notifications_inboxitem",
                "notifications_delivery",
            )
            for row in admin.execute(f"SELECT * FROM {table}").fetchall()
        ]
    told += [json.dumps([message.subject, message.body, message.extra_headers]) for message in mail.outbox]
    assert len(mail.outbox) > 3
    people = ("Ben Carrow", "Cora Lindqvist", "Anil Mehta")
    assert [word for word in (*SECRETS, *people) for text in told if word.lower() in text.lower()] == []


# No event, no data.


@pytest.fixture
def events_cannot_be_written(committed_cast):
    """As when the disk of the log is full: every insert into the audit raises."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION no_events() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'no room for events'; END $$"
        )
        owner.execute(
            "CREATE TRIGGER no_events BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_events()"
        )
        yield
        owner.execute("DROP TRIGGER no_events ON audit_event")
        owner.execute("DROP FUNCTION no_events")


@pytest.fixture
def offered(committed_cast):
    return committed_cast.referral("offered")


def test_without_its_event_nothing_is_given(committed_cast, offered, events_cannot_be_written):
    for read in (open_record, open_narrative):
        with pytest.raises(Error, match="no room"):
            do(
                committed_cast,
                "cora",
                lambda actor, read=read: read(offered.pk, actor, at=NOW(), purpose="work"),
            )


def test_without_its_event_nothing_is_changed(committed_cast, offered, events_cannot_be_written):
    with acting_as(CLOCK), writing():
        notices = Notice.objects.count()
    with pytest.raises(Error, match="no room"):
        committed_cast.step("accept", offered, committed_cast.ben)
    with pytest.raises(Error, match="no room"):
        committed_cast.referral()
    with acting_as(CLOCK), writing():
        assert Referral.objects.get().status == "offered"
        assert Notice.objects.count() == notices
        assert not InboxItem.objects.exists()
