"""Whose work is it to read these words now, and what does the audit say of why they were read?"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.access import visible_events
from ohsc.core.acting import acting_as
from referrals.caseload import is_in_caseload
from referrals.record import open_record
from referrals.views import reasons

WORDS = "The reporter states that the account asked to continue elsewhere."
IS_WORK = {  # who, and where the referral stands: is its narrative in front of their agency?
    ("anil", "received"): True,
    ("anil", "triaged"): True,
    ("anil", "offered"): True,  # the Centre waits for an answer to its own offer
    ("anil", "accepted"): False,
    ("anil", "passed_on"): False,  # the custodian's offer, not the Centre's
    ("anil", "asked"): False,  # a question to the source, not to the Centre
    ("anil", "concluded"): False,
    ("anil", "rejected"): False,
    ("anil", "withdrawn"): False,
    ("asha", "received"): True,
    ("asha", "accepted"): True,
    ("asha", "concluded"): False,
    ("asha", "rejected"): False,
    ("asha", "withdrawn"): False,
    ("ben", "accepted"): True,
    ("ben", "passed_on"): True,
    ("ben", "concluded"): False,
}


def open_it(cast, who, referral, browser=None, **given):
    browser = browser or cast.browser(getattr(cast, who))
    return browser.post(reverse("referral-narrative", args=[referral.pk]), given)


def purposes(cast, who, referral, action="narrative.opened") -> list[str]:
    """Why this agency's people opened it, the first first."""
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        events = [event for event in visible_events(actor) if referral.pk in event.subject_ids]
    return [event.purpose for event in reversed(events) if event.action == action]


@pytest.mark.parametrize(("who", "status"), IS_WORK)
def test_whose_work_it_is_follows_from_what_the_agency_is_to_it_now(cast, who, status):
    actor = cast.actor(getattr(cast, who))
    referral = cast.referral(status)
    with acting_as(actor):
        seen = open_record(referral.pk, actor, at=timezone.now())
    assert is_in_caseload(seen, actor) is IS_WORK[who, status]


def test_a_question_to_the_centre_brings_it_back_to_its_desk(cast):
    referral = cast.step(
        "ask", cast.referral("accepted"), cast.ben, to_agency=cast.centre, question="Since when?"
    )
    answer = open_it(cast, "anil", referral)
    assert WORDS in answer.content.decode()
    assert purposes(cast, "anil", referral) == ["The Centre"]


@pytest.mark.parametrize(("who", "purpose"), [("asha", "Source"), ("ben", "Custodian")])
def test_at_work_nothing_is_asked_and_the_purpose_follows_from_the_work(cast, who, purpose):
    referral = cast.referral("accepted")
    assert WORDS in open_it(cast, who, referral).content.decode()
    assert purposes(cast, who, referral) == [purpose]


@pytest.mark.parametrize(
    ("given", "purpose"),
    [
        ({"purpose": "quality"}, "quality of work"),
        ({"purpose": "feedback"}, "feedback to the source"),
        ({"purpose": "other", "purpose_text": "The desk asked."}, "other: The desk asked."),
    ],
)
def test_elsewhere_a_reason_is_picked_or_written_and_stands_in_the_audit(cast, given, purpose):
    referral = cast.referral("accepted")
    answer = open_it(cast, "anil", referral, **given)
    assert WORDS in answer.content.decode()
    assert purposes(cast, "anil", referral) == [purpose]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Choose “Why you open it now”"),
        ({"purpose": ""}, "Choose “Why you open it now”"),
        ({"purpose": "training"}, "Select a valid choice"),
        ({"purpose": "other"}, "Write the reason, or choose one from the list"),
        ({"purpose": "other", "purpose_text": "x" * 121}, "at most 120"),
    ],
)
def test_without_a_reason_it_stays_closed_and_the_page_says_what_to_do(cast, given, says):
    referral = cast.referral("accepted")
    answer = open_it(cast, "anil", referral, **given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert WORDS not in answer.content.decode()
    assert purposes(cast, "anil", referral) == []


def test_opening_the_record_asks_nothing(cast):
    referral = cast.referral("concluded")
    assert cast.browser(cast.anil).get(f"/referrals/{referral.pk}").status_code == 200
    assert purposes(cast, "anil", referral, "referral.opened") == ["The Centre"]


def test_a_reason_holds_half_an_hour_for_that_person_and_that_referral(cast, monkeypatch):
    one, another = cast.referral("accepted"), cast.referral("concluded", external_ref="LS-2")
    anil = cast.browser(cast.anil)
    assert open_it(cast, "anil", one, anil, purpose="linked").status_code == 200
    assert open_it(cast, "anil", one, anil).status_code == 200
    assert purposes(cast, "anil", one) == ["a linked matter", "a linked matter"]
    assert open_it(cast, "anil", another, anil).status_code == 422, "another referral is another reason"
    assert open_it(cast, "cora", one).status_code == 422, "another person has another reason"
    monkeypatch.setattr(reasons, "REMEMBERED", timedelta())
    assert open_it(cast, "anil", another, anil, purpose="legal").status_code == 200
    assert open_it(cast, "anil", another, anil).status_code == 422, "its time is over"
    assert open_it(cast, "anil", one, anil).status_code == 200, "the first has its time still"


@pytest.mark.parametrize(
    ("who", "status", "purpose"),
    [
        ("lumen_client", "accepted", "Source"),
        ("lumen_client", "concluded", "feedback"),
        ("police_client", "concluded", "own record"),
        ("centre_client", "received", "Custodian, The Centre"),
        ("centre_client", "concluded", "oversight by the Centre"),
    ],
)
def test_a_partners_system_is_asked_nothing_and_its_purpose_is_derived(cast, who, status, purpose):
    referral = cast.referral(status)
    answer = cast.system(getattr(cast, who)).get(f"/api/v1/referrals/{referral.pk}")
    assert answer.json()["narrative"] == WORDS
    assert purposes(cast, who, referral, "referral.opened") == [purpose]
