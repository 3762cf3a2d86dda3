"""What each party reads of one record, part by part, and until when. Typed by hand from DESIGN §5."""

import pytest
from django.utils import timezone

from ohsc.core.acting import acting_as
from referrals.models import Narrative, Referral
from referrals.record import open_narrative, open_record

#                        status       narrative  offers  other's factors  steps in the history
SEES = {
    ("asha", "received"): (True, 0, False, ["receive"]),
    ("asha", "offered"): (True, 0, False, ["receive", "triage"]),
    ("asha", "accepted"): (True, 0, False, ["receive", "triage", "accept"]),
    ("asha", "concluded"): (True, 0, False, ["receive", "triage", "accept", "conclude"]),
    ("ben", "offered"): (False, 1, True, ["receive", "triage", "offer"]),
    ("ben", "accepted"): (True, 1, True, ["receive", "triage", "offer", "accept"]),
    ("ben", "concluded"): (True, 1, True, ["receive", "triage", "offer", "accept", "conclude"]),
    ("anil", "received"): (True, 0, True, ["receive"]),
    ("anil", "concluded"): (True, 1, True, ["receive", "triage", "offer", "accept", "conclude"]),
}


def reads(cast, who, referral):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        seen = open_record(referral.pk, actor, at=timezone.now())
        try:
            narrative = bool(open_narrative(referral.pk, actor, at=timezone.now(), purpose="work"))
        except Narrative.DoesNotExist:
            narrative = False
    return narrative, len(seen.offers), seen.receives, [step.step for step in reversed(seen.history)]


@pytest.mark.parametrize(("who", "status"), SEES)
def test_each_party_reads_its_parts_and_no_others(cast, who, status):
    assert reads(cast, who, cast.referral(status)) == SEES[who, status]


@pytest.mark.parametrize("who", ["ben", "dev", "cleo"])
@pytest.mark.parametrize("status", ["received", "triaged", "rejected", "withdrawn"])
def test_who_is_no_party_finds_nothing(cast, who, status):
    with pytest.raises(Referral.DoesNotExist):
        reads(cast, who, cast.referral(status))


@pytest.mark.parametrize("who", ["ada", "otis"])
def test_an_administrator_and_an_auditor_open_no_narrative(cast, who):
    assert reads(cast, who, cast.referral("received"))[0] is False
