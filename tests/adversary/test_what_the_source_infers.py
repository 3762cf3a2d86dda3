"""Can a source infer from its own referral's page what others answered about it?"""

import pytest

FACTORS = [{}, {"self_harm_threat": "yes", "live_streaming": "yes", "coercion": "yes"}]


@pytest.mark.parametrize("answered", FACTORS, ids=["nothing more", "more"])
def test_the_note_on_the_band_does_not_tell_what_the_centre_answered(cast, answered):
    """It compared the band with the present suggestion, which is made of everybody's answers."""
    referral = cast.step("triage", cast.referral(), cast.anil, priority="P3", factors=answered)
    note = cast.browser(cast.asha).get(f"/referrals/{referral.pk}").content.decode()
    assert "set by the Centre" in note
    assert "answers suggest" not in note
    assert "answers suggest" in cast.browser(cast.anil).get(f"/referrals/{referral.pk}").content.decode()
