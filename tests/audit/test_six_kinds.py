"""One journey leaves all six kinds of event that the law names (DPA 2018, s.62), each with what the law asks.

A partner's system sends two reports about one account; the Centre's people set the priority and offer one of them;
the police accept it and read it; the source discards a document it had put aside. By pages and interface alone.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Event
from ohsc.core.acting import acting_as
from tests.api.calls import BODY, send, step
from tests.exchange.documents import HERON, report, reports

SIX = {"collection", "alteration", "consultation", "disclosure", "combination", "erasure"}
# What is written by people and must not be in any event: each stands somewhere in the journey.
CONTENT = ("zanzibar", "quokka", "xylophone", "marzipan", "periwinkle", "halyard", "tamarind")
SUMMARY, NARRATIVE, ACCOUNT, REASON, DETAIL, SOUGHT, QUESTION = CONTENT
STATED = BODY | {
    "summary": SUMMARY,
    "narrative": NARRATIVE,
    "selectors": [{"kind": "account", "value": ACCOUNT, "platform": "exampleservice"}],
}


@pytest.fixture
def journey(cast) -> dict[str, UUID]:
    """The referral, and another about the same account."""
    lumen, centre, ben, asha = (
        cast.system(cast.lumen_client),
        cast.system(cast.centre_client),
        cast.browser(cast.ben),
        cast.browser(cast.asha),
    )
    first = send(lumen, STATED | {"external_ref": "one"}).json()["id"]
    second = send(lumen, STATED | {"external_ref": "two"}).json()["id"]
    assert step(centre, second, "triage", {"priority": "P2", "reason": REASON}).status_code == 200
    assert step(centre, second, "offer", {"to_agency": "northshire-police"}).status_code == 200
    assert ben.post(f"/referrals/{second}/steps/accept").status_code == 302
    assert ben.get(f"/referrals/{second}").status_code == 200
    assert NARRATIVE in ben.post(f"/referrals/{second}/narrative").content.decode()
    assert ben.post("/search", {"text": SOUGHT}).status_code == 200
    assert ben.post("/referrals/csv", {"purpose": "casework"}).status_code == 200
    police = cast.system(cast.police_client)
    assert step(police, second, "ask", {"to_agency": "lumen-social", "question": QUESTION}).status_code == 200
    outcomes = {"outcomes": [{"code": "ARREST", "detail": DETAIL}]}
    assert step(police, second, "conclude", outcomes).status_code == 200
    document = SimpleUploadedFile("export.xml", reports(report(301, HERON)))
    waiting = asha.post("/imports", {"document": document})["Location"]
    assert asha.post(f"{waiting}/discard").status_code == 302
    return {"first": UUID(first), "second": UUID(second)}


def events(cast) -> list[Event]:
    """All there are, as the Centre's auditor reads them."""
    with acting_as(cast.actor(cast.otis)):
        return list(Event.objects.order_by("at"))


def one(found: list[Event], action: str) -> Event:
    return next(event for event in found if event.action == action)


def test_each_of_the_six_says_when_who_and_why(cast, journey):
    found = [
        event for event in events(cast) if event.kind in SIX and event.actor_kind in ("person", "client")
    ]
    assert {event.kind for event in found} == SIX
    began = timezone.now() - timedelta(minutes=5)
    for event in found:
        assert began < event.at <= timezone.now(), event.action
        assert event.actor_id, event.action
        assert event.agency_id, event.action
        assert event.purpose, event.action


def test_the_clocks_events_say_why_too(cast, journey):
    assert [event.action for event in events(cast) if event.kind in SIX and not event.purpose] == []


def test_each_disclosure_names_whom_it_was_made_to(cast, journey):
    found = {event.action: event.recipient_ids for event in events(cast) if event.kind == "disclosure"}
    assert found == {
        "referral.offer": [cast.police.pk],
        "referral.accept": [cast.police.pk],
        "referral.ask": [cast.lumen.pk],
        "referral.conclude": [cast.lumen.pk],
        "referral.exported": [cast.police.pk],
    }


def test_the_six_are_what_was_done(cast, journey):
    found, second = events(cast), [journey["second"]]
    told = {
        kind: (one(found, action).kind, one(found, action).purpose)
        for kind, action in {
            "collection": "referral.receive",
            "combination": "referral.matched",
            "alteration": "referral.triage",
            "disclosure": "referral.offer",
            "consultation": "narrative.opened",
            "erasure": "document.discarded",
        }.items()
    }
    assert told == {
        "collection": ("collection", "intake of a report"),
        "combination": ("combination", "finding what belongs together"),
        "alteration": ("alteration", "risk to a child"),
        "disclosure": ("disclosure", "SA-NORTHSHIRE: Common law: a policing purpose"),
        "consultation": ("consultation", "Custodian"),
        "erasure": ("erasure", "not to be kept"),
    }
    assert one(found, "referral.matched").subject_ids == second
    assert one(found, "narrative.opened").actor_id == cast.ben.pk
    assert one(found, "document.discarded").actor_id == cast.asha.pk


def test_only_what_was_seen_before_is_joined(cast):
    lumen = cast.system(cast.lumen_client)
    other = STATED | {"selectors": [{"kind": "email", "value": "heron@b.example"}]}
    for number, body in enumerate((STATED, other, other)):
        assert send(lumen, body | {"external_ref": str(number)}).status_code == 201
    joined = [event for event in events(cast) if event.kind == "combination"]
    assert len(joined) == 1
    assert len(joined[0].details["selectors"]) == 1


def test_another_agencys_selectors_are_not_joined_with_ones_own(cast):
    for system in (cast.lumen_client, cast.harbour_client):
        assert send(cast.system(system), STATED).status_code == 201
    assert [event.action for event in events(cast) if event.kind == "combination"] == []


def test_nothing_that_people_wrote_is_in_any_event(cast, journey):
    with acting_as(cast.actor(cast.otis)):
        rows = [str(row) for row in Event.objects.values_list()]
    assert len(rows) > 15
    people = ("Ben Carrow", "Asha Rahman", "Cora Lindqvist")
    assert [word for word in (*CONTENT, *people) for row in rows if word.lower() in row.lower()] == []
