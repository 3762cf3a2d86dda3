"""What a source sends is kept as it came, in the custody of the Centre, and never twice."""

import hashlib

import pytest
from django.utils import timezone

from cases.access import visible_selectors
from ohsc.core.acting import acting_as
from referrals.access import visible_reports, visible_sightings
from referrals.actions import AlreadyReceived, receive
from referrals.drafts import Arrival, Draft, SelectorDraft
from tests.cast import SUMMARY


def send(cast, *drafts, kind="document", raw=b"<report/>", who="asha"):
    actor = cast.actor(getattr(cast, who))
    arrival = Arrival(kind, "application/xml", raw)
    with acting_as(actor):
        made = receive(
            [Draft(**SUMMARY | draft) for draft in drafts], arrival=arrival, by=actor, at=timezone.now()
        )
        return (
            made,
            list(visible_reports(actor)),
            list(visible_sightings(actor)),
            list(visible_selectors(actor)),
        )


def test_a_document_is_kept_byte_for_byte_with_its_hash(cast):
    made, (report,), _, _ = send(cast, {}, {"summary": "Another."})
    assert (bytes(report.raw), bytes(report.sha256)) == (b"<report/>", hashlib.sha256(b"<report/>").digest())
    assert report.referral_count == len(made) == 2
    assert {row.custodian_id for row in made} == {cast.centre.pk}


def test_a_selector_is_held_once_however_often_it_is_seen(cast):
    _, _, sightings, selectors = send(cast, {}, {"selectors": (SelectorDraft("account", "@Heron", "lumen"),)})
    assert (len(sightings), len(selectors)) == (2, 1)


def test_a_selector_without_a_normal_form_is_kept_as_it_was_given(cast):
    _, _, (sighting,), selectors = send(cast, {"selectors": (SelectorDraft("ip", "300.1.2.3"),)})
    assert (sighting.value, sighting.selector_id, selectors) == ("300.1.2.3", None, [])


def test_the_same_document_again_makes_nothing_and_names_what_it_made(cast):
    (first,), *_ = send(cast, {})
    with pytest.raises(AlreadyReceived, match="imported before") as again:
        send(cast, {})
    assert again.value.referrals == [first]


def test_an_external_reference_is_the_sources_own(cast):
    (first,), *_ = send(cast, {"external_ref": "X-1"}, raw=b"1")
    with pytest.raises(AlreadyReceived, match=f"X-1 is {first.reference}"):
        send(cast, {"external_ref": "X-1"}, raw=b"2")
    (other,), *_ = send(cast, {"external_ref": "X-1"}, raw=b"1", who="cleo")
    assert other != first
