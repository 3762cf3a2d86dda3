"""The whole path, by its own words: from a source's report to the outcome that the source learns."""

from ohsc.core.acting import acting_as
from referrals.record import open_record


def test_a_referral_travels_from_the_source_to_an_outcome_and_back(cast):
    referral = cast.referral("concluded")
    asha = cast.actor(cast.asha)
    with acting_as(asha):
        seen = open_record(referral.pk, asha, at=referral.updated_at)
    assert [outcome.code for outcome in seen.outcomes] == ["CHILD_SAFEGUARDED"]
    assert [step.step for step in reversed(seen.history)] == ["receive", "triage", "accept", "conclude"]
    assert seen.steps == []
