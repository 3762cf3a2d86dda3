"""Who has seen this record? Answered from the sealer's index, to auditors alone, each for what they may know."""

from dataclasses import replace

import pytest
from django.utils import timezone

from agencies.roles import Permission
from audit.access import events_about
from audit.models import Event
from ohsc.core.acting import acting_as
from ohsc.core.actor import Actor
from referrals.record import open_record
from tests.audit.conftest import many_events, superuser


@pytest.fixture
def seen(committed_cast):
    """A referral that Lumen sent and the police hold; Ben of the police and Cora of the Centre have opened it."""
    referral = committed_cast.referral("accepted")
    for who in (committed_cast.ben, committed_cast.cora):
        actor = committed_cast.actor(who)
        with acting_as(actor):
            open_record(referral.pk, actor, at=timezone.now())
    return referral


def as_auditor(actor: Actor) -> Actor:
    return replace(actor, permissions=frozenset({Permission.READ_AUDIT}))


def told(actor: Actor, referral) -> list[str]:
    with acting_as(actor):
        return [event.action for event in events_about(actor, referral.pk)]


POLICE = ["referral.opened", "referral.accept"]
ALL = [
    "referral.opened",
    "referral.opened",
    "referral.accept",
    "referral.offer",
    "referral.triage",
    "referral.receive",
]


@pytest.mark.parametrize("sealed", [False, True], ids=["waiting", "sealed"])
def test_an_agencys_auditor_reads_what_the_agency_did_and_the_centres_what_everybody_did(
    committed_cast, seen, seals, sealed
):
    committed_cast.referral("accepted")  # another's events are another's
    if sealed:
        seals.seal()
    assert sorted(told(as_auditor(committed_cast.actor(committed_cast.ben)), seen)) == sorted(POLICE)
    assert sorted(told(committed_cast.actor(committed_cast.otis), seen)) == sorted(ALL)
    assert told(as_auditor(committed_cast.actor(committed_cast.cleo)), seen) == []


def test_whoever_is_no_auditor_is_told_nothing(committed_cast, seen, seals):
    seals.seal()
    for who in (committed_cast.ben, committed_cast.cora, committed_cast.lumen_client):
        assert told(committed_cast.actor(who), seen) == []


def test_a_list_is_about_each_record_it_showed(committed_cast, seals):
    referrals = [committed_cast.referral() for _ in range(3)]
    committed_cast.system(committed_cast.lumen_client).get("/api/v1/referrals")
    seals.seal()
    for referral in referrals:
        assert "referral.listed" in told(committed_cast.actor(committed_cast.otis), referral)


def test_the_database_alone_shows_everybodys_events_to_the_centres_auditor_only(committed_cast, seen, seals):
    seals.seal()
    agencies = {
        who: _agencies_shown(committed_cast.actor(getattr(committed_cast, who)))
        for who in ("otis", "cora", "ben", "asha")
    }
    cast = committed_cast
    assert agencies == {
        "otis": {cast.centre.pk, cast.police.pk, cast.lumen.pk},
        "cora": {cast.centre.pk},
        "ben": {cast.police.pk},
        "asha": {cast.lumen.pk},
    }


def _agencies_shown(actor: Actor) -> set:
    with acting_as(actor):
        return set(Event.objects.values_list("agency_id", flat=True))


def test_it_is_an_index_look_up_however_many_events_there_are(committed_cast, seen, seals):
    many_events(20_000)
    seals.seal()
    with superuser() as admin:
        admin.execute("ANALYZE audit_event, audit_trace, audit_pending, audit_leaf")
    otis = committed_cast.actor(committed_cast.otis)
    with acting_as(otis):
        plan = events_about(otis, seen.pk).explain()
    assert "Seq Scan on audit_event" not in plan, plan
    assert "Seq Scan on audit_trace" not in plan, plan
    assert "audit_trace_pkey" in plan
