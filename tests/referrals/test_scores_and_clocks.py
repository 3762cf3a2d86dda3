"""Two scores, never one; and by when somebody must look, act and answer. Hours typed by hand from DOMAIN §3."""

from datetime import UTC, datetime, timedelta

import pytest

from ohsc.core.acting import acting_as
from referrals.access import visible_offers

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
#        look within, act within (hours), and when an offer made at nine on that Monday is to be answered: P1 and P2 by
#        the wall clock, the others in the police's open hours, 08:00 to 18:00 on weekdays (24 and 72 of them)
CLOCKS = {
    "P1": (1, 4, datetime(2026, 11, 2, 10, tzinfo=UTC)),
    "P2": (24, 7 * 24, datetime(2026, 11, 2, 13, tzinfo=UTC)),
    "P3": (24, 14 * 24, datetime(2026, 11, 4, 13, tzinfo=UTC)),
    "P4": (24, 30 * 24, datetime(2026, 11, 11, 11, tzinfo=UTC)),
    "INFO": (24, 180 * 24, datetime(2026, 11, 11, 11, tzinfo=UTC)),
}
SUGGESTS = {
    "P1": {"live_streaming": "yes"},
    "P2": {"contact_continuing": "yes"},
    "P3": {"contact_continuing": "unknown"},
    "P4": dict.fromkeys(
        (
            "live_streaming", "self_harm_threat", "contact_continuing", "child_identified", "suspect_has_access",
            "position_of_trust",
        ),
        "no",
    ),
}  # fmt: skip


@pytest.mark.parametrize("band", SUGGESTS)
def test_what_arrives_is_to_be_looked_at_by_its_suggested_band(cast, band):
    referral = cast.referral(at=NINE, factors=SUGGESTS[band])
    assert (referral.priority, referral.suggested_priority, referral.band) == ("", band, band)
    assert referral.due_at == NINE + timedelta(hours=CLOCKS[band][0])


@pytest.mark.parametrize("band", CLOCKS)
def test_what_is_triaged_is_to_be_acted_on_by_the_band_a_person_set(cast, band):
    referral = cast.step("triage", cast.referral(at=NINE), cast.anil, at=NINE, priority=band)
    assert (referral.priority, referral.band) == (band, band)
    assert referral.suggested_priority == "P2"
    assert referral.due_at == NINE + timedelta(hours=CLOCKS[band][1])


@pytest.mark.parametrize("band", CLOCKS)
def test_an_offer_is_to_be_answered_by_its_band_and_the_agencys_hours(cast, band):
    referral = cast.step("triage", cast.referral(at=NINE), cast.anil, at=NINE, priority=band)
    cast.step("offer", referral, cast.cora, at=NINE, to_agency=cast.police)
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        offer = visible_offers(cora).get(referral=referral)
    assert offer.answer_by == CLOCKS[band][2]


def test_unknown_said_later_takes_no_answer_back(cast):
    referral = cast.referral(factors={"live_streaming": "yes"})
    referral = cast.step("triage", referral, cast.anil, priority="P2", factors={"live_streaming": "unknown"})
    assert referral.suggested_priority == "P1"


def test_an_answer_given_at_triage_counts_in_the_suggestion(cast):
    referral = cast.step(
        "triage", cast.referral(), cast.anil, priority="P2", factors={"self_harm_threat": "yes"}
    )
    assert (referral.suggested_priority, referral.band) == ("P1", "P2")


def test_completeness_never_moves_the_band(cast):
    thin, full = (
        cast.referral(),
        cast.referral(jurisdiction="GB", occurred_at=NINE, declaration="All included."),
    )
    assert full.actionability > thin.actionability
    assert full.band == thin.band
    assert set(full.missing) < set(thin.missing)
