"""Which term of an agreement does not cover a referral? A table typed by hand, and the same judged wherever anything
is disclosed: offer, pass-on, acceptance; by page and by interface."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from agencies.actions import add_agreement
from agencies.agreements import Disclosure, missing_term
from agencies.models import SharingAgreement
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.access import visible_offers
from referrals.actions import StepRefused
from referrals.actions.agreements import end_agreement
from referrals.drafts import Handling
from tests.api.calls import REFERRALS

TODAY = date(2026, 6, 15)
TERMS = {
    "reference": "SA-1",
    "environments": ["surface_web", "dark_web"],
    "harm_types": ["grooming", "csam"],
    "tlp_ceiling": "AMBER",
    "classification_ceiling": "OFFICIAL",
    "starts_on": date(2026, 1, 1),
    "ends_on": date(2026, 12, 31),
}
COVERED = Disclosure("surface_web", "grooming", "Online grooming", "AMBER", TODAY, "OFFICIAL")


@pytest.mark.parametrize(
    ("terms", "what", "sentence"),
    [
        ({}, {}, ""),
        ({}, {"tlp": "CLEAR"}, ""),
        ({}, {"environment": "dark_web", "harm_type": "csam"}, ""),
        ({"harm_types": []}, {"harm_type": "trafficking"}, ""),
        ({"harm_types": []}, {"harm_type": ""}, ""),
        ({}, {"on": date(2026, 1, 1)}, ""),
        ({}, {"on": date(2026, 12, 31)}, ""),
        ({"ended_at": datetime(2026, 6, 1, tzinfo=UTC)}, {}, "Agreement SA-1 was ended."),
        ({}, {"on": date(2025, 12, 31)}, "Agreement SA-1 starts on 1 January 2026."),
        ({}, {"on": date(2027, 1, 1)}, "Agreement SA-1 ended on 31 December 2026."),
        ({}, {"environment": "physical_world"}, "Agreement SA-1 does not cover physical world."),
        ({}, {"environment": ""}, "Agreement SA-1 does not cover an unknown environment."),
        (
            {},
            {"harm_type": "trafficking", "harm_label": "Trafficking"},
            "Agreement SA-1 does not cover trafficking.",
        ),
        ({}, {"harm_type": "", "harm_label": ""}, "Agreement SA-1 does not cover an unknown harm."),
        (
            {},
            {"classification": "OFFICIAL-SENSITIVE"},
            "Agreement SA-1 reaches OFFICIAL and this is OFFICIAL-SENSITIVE.",
        ),
        ({"classification_ceiling": "OFFICIAL-SENSITIVE"}, {"classification": "OFFICIAL-SENSITIVE"}, ""),
        ({}, {"tlp": "AMBER+STRICT"}, "Agreement SA-1 reaches TLP:AMBER and this is TLP:AMBER+STRICT."),
        ({}, {"tlp": "RED"}, "Agreement SA-1 reaches TLP:AMBER and this is TLP:RED."),
        # Of several the first is named, in this order: its days, its place, its harm, its ceilings.
        ({}, {"environment": "", "tlp": "RED"}, "Agreement SA-1 does not cover an unknown environment."),
    ],
)
def test_each_missing_term_is_a_sentence(terms, what, sentence):
    disclosure = Disclosure(**vars(COVERED) | what)
    assert missing_term(SharingAgreement(**TERMS | terms), disclosure) == sentence


def agree(cast, reference, discloser="centre", recipient="eastmoor", **terms):
    standard = {
        "discloser": getattr(cast, discloser),
        "recipient": getattr(cast, recipient),
        "purpose": "Protection of children",
        "gateway": "cca_2013_s7",
        "environments": ["surface_web", "dark_web", "physical_world"],
        "tlp_ceiling": "RED",
        "onward": "within_terms",
        "retention_days": 30,
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2036, 1, 1),
        "signed_by": "Both",
    }
    with acting_as(CLOCK):
        return add_agreement(reference, by=CLOCK, at=timezone.now(), **standard | terms)


def end(cast, agreement):
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        return end_agreement(agreement.pk, by=cora, at=timezone.now())


def received_under(cast, **terms):
    """A referral that the police accepted under an agreement with these terms."""
    agreement = agree(cast, "SA-NEW", recipient="police", **terms)
    referral = cast.referral("triaged")
    cast.step("offer", referral, cast.cora, to_agency=cast.police, agreement="SA-NEW")
    cast.step("accept", referral, cast.ben)
    return referral, agreement


# Passing on.

ONWARD = {
    "not_allowed": "Agreement SA-NEW, under which it was received, does not allow it to be passed on.",
    "with_consent_of_discloser": "Agreement SA-NEW, under which it was received, allows it to be passed on only with"
    " the discloser’s consent: ask the Centre to pass it on.",
    "within_terms": "",
}


@pytest.mark.parametrize(("rule", "sentence"), ONWARD.items())
def test_a_custodian_passes_on_as_the_agreement_it_received_under_says(cast, rule, sentence):
    referral, _ = received_under(cast, onward=rule)
    browser, system = cast.browser(cast.ben), cast.system(cast.police_client)
    page = browser.get(f"/referrals/{referral.pk}/pass-on/eastmoor-police").content.decode()
    assert (sentence or "Eastmoor Police will see exactly this") in page
    answer = system.post(
        f"{REFERRALS}/{referral.pk}/pass-on",
        {"to_agency": "eastmoor-police"},
        content_type="application/json",
    )
    assert answer.status_code == (409 if sentence else 200)
    assert answer.json().get("detail", "") == sentence


@pytest.mark.parametrize("rule", ONWARD)
def test_the_centre_passes_on_under_an_agreement_of_its_own(cast, rule):
    referral, _ = received_under(cast, onward=rule)
    cast.step("pass-on", referral, cast.cora, to_agency=cast.eastmoor)


def test_what_was_received_under_an_agreement_that_ended_is_not_passed_on(cast):
    referral, agreement = received_under(cast)
    end(cast, agreement)
    with pytest.raises(StepRefused, match="SA-NEW, under which it was received, is no longer in force"):
        cast.step("pass-on", referral, cast.ben, to_agency=cast.eastmoor)
    cast.step("return", referral, cast.ben, reason_code="no_capacity")


def test_a_custodian_is_bound_by_what_it_received_under_last(cast):
    """It came to Eastmoor from the police, under an agreement of theirs, and not from the Centre."""
    agree(cast, "SA-STRICT", discloser="police", onward="not_allowed")
    agree(cast, "SA-ON", discloser="eastmoor", recipient="harbour")
    referral = cast.referral("accepted")
    cast.step("pass-on", referral, cast.ben, to_agency=cast.eastmoor, agreement="SA-STRICT")
    cast.step("accept", referral, cast.dev)
    with pytest.raises(StepRefused, match="Agreement SA-STRICT, under which it was received, does not allow"):
        cast.step("pass-on", referral, cast.dev, to_agency=cast.harbour)


# Classification, by both ways in.


def test_a_classification_beyond_the_agreement_is_not_offered_by_page_or_interface(cast):
    agree(cast, "SA-LOW", recipient="harbour", classification_ceiling="OFFICIAL")
    referral = cast.referral("triaged", handling=Handling(classification="OFFICIAL-SENSITIVE", tlp="GREEN"))
    sentence = "Agreement SA-LOW reaches OFFICIAL and this is OFFICIAL-SENSITIVE."
    assert sentence in cast.browser(cast.cora).get(f"/board/{referral.pk}").content.decode()
    answer = cast.system(cast.centre_client).post(
        f"{REFERRALS}/{referral.pk}/offer", {"to_agency": "harbour-helpline"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["detail"]) == (409, sentence)


# An agreement that ends while an offer under it is open.


def test_an_offer_whose_agreement_was_ended_is_not_accepted_and_the_centre_is_told(cast):
    from notifications.access import visible_inbox
    from notifications.actions import spread_waiting

    agreement = agree(cast, "SA-NEW")
    referral = cast.referral("triaged")
    cast.step("offer", referral, cast.cora, to_agency=cast.eastmoor, agreement="SA-NEW")
    _, resting = end(cast, agreement)
    assert [offer.referral_id for offer in resting.offers] == [referral.pk]
    with pytest.raises(StepRefused) as refused:
        cast.step("accept", referral, cast.dev)
    assert str(refused.value) == "Agreement SA-NEW was ended. The Centre is to recall this offer."
    board = cast.browser(cast.cora).get("/board").content.decode()
    assert "It cannot be accepted: recall it.</strong> Agreement SA-NEW was ended." in board
    page = cast.browser(cast.dev).get(f"/referrals/{referral.pk}").content.decode()
    assert "Agreement SA-NEW was ended. The Centre is to recall it." in page
    spread_waiting(at=timezone.now())
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        said = [item.says for item in visible_inbox(cora).filter(topic="agreement.ended")]
    assert said == ["Agreement ended: 1 open offer rests on it, to be recalled"]
    cast.step("recall", referral, cast.cora, reason_code="changed_circumstances")


def test_an_offer_is_not_accepted_after_the_last_day_of_its_agreement(cast):
    today = timezone.now().date()
    agree(cast, "SA-SHORT", ends_on=today)
    referral = cast.referral("triaged")
    cast.step("offer", referral, cast.cora, to_agency=cast.eastmoor, agreement="SA-SHORT")
    with pytest.raises(StepRefused, match="Agreement SA-SHORT ended on"):
        cast.step("accept", referral, cast.dev, at=timezone.now() + timedelta(days=1))
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        assert visible_offers(cora).get(referral=referral).state == "open"
