"""No sharing agreement that covers it, no disclosure; and the refusal says which term is missing."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from agencies.actions import add_agreement
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.access import visible_offers
from referrals.actions import StepRefused
from referrals.drafts import Handling


def agree(cast, reference="SA-NEW", **terms):
    standard = {
        "discloser": cast.centre,
        "recipient": cast.eastmoor,
        "purpose": "Protection of children",
        "gateway": "cca_2013_s7",
        "environments": ["surface_web", "dark_web"],
        "tlp_ceiling": "RED",
        "retention_days": 30,
        "starts_on": date(2026, 2, 1),
        "ends_on": date(2036, 1, 1),
        "signed_by": "Both",
    }
    with acting_as(CLOCK):
        return add_agreement(reference, by=CLOCK, at=timezone.now(), **standard | terms)


def offer(cast, referral, **given):
    return cast.step("offer", referral, cast.cora, **{"to_agency": cast.eastmoor} | given)


@pytest.mark.parametrize(
    ("draft", "to", "sentence"),
    [
        ({}, "harbour", "There is no sharing agreement with Harbour Helpline."),
        ({}, "lumen", "Lumen Social sent it."),
        ({}, "centre", "Online Harms Safety Centre has it already."),
        ({"environment": "dark_web"}, "eastmoor", "Agreement SA-EASTMOOR does not cover dark web."),
        ({"environment": ""}, "eastmoor", "Agreement SA-EASTMOOR does not cover an unknown environment."),
        (
            {"handling": Handling(tlp="RED")},
            "eastmoor",
            "Agreement SA-EASTMOOR reaches TLP:AMBER and this is TLP:RED.",
        ),
    ],
)
def test_the_refusal_names_the_missing_term(cast, draft, to, sentence):
    referral = cast.referral("triaged", **draft)
    with pytest.raises(StepRefused) as refused:
        offer(cast, referral, to_agency=getattr(cast, to))
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"starts_on": date(2035, 1, 1)}, "starts on 1 January 2035."),
        ({"ends_on": date(2026, 3, 1)}, "ended on 1 March 2026."),
        ({"ended_at": datetime(2026, 3, 1, tzinfo=UTC)}, "was ended."),
        ({"harm_types": ["csam"]}, "does not cover online grooming."),
        ({"environments": ["dark_web"]}, "does not cover surface web."),
        ({"tlp_ceiling": "GREEN"}, "reaches TLP:GREEN and this is TLP:AMBER."),
    ],
)
def test_an_agreement_that_was_named_is_the_one_judged(cast, terms, sentence):
    agree(cast, **terms)
    referral = cast.referral("triaged")
    with pytest.raises(StepRefused) as refused:
        offer(cast, referral, agreement="SA-NEW")
    assert str(refused.value) == f"Agreement SA-NEW {sentence}"


def rests_on(cast, referral) -> str:
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        return visible_offers(cora).select_related("agreement").get(referral=referral).agreement.reference


def test_where_none_is_named_the_newest_that_covers_it_is_used(cast):
    agree(cast, "SA-TOO-NARROW", environments=["dark_web"], starts_on=date(2026, 5, 1))
    agree(cast, "SA-NEWER", starts_on=date(2026, 4, 1))
    referral = cast.referral("triaged")
    offer(cast, referral)
    assert rests_on(cast, referral) == "SA-NEWER"


def test_where_one_is_named_it_is_used(cast):
    agree(cast, "SA-NEWER", starts_on=date(2026, 4, 1))
    referral = cast.referral("triaged")
    offer(cast, referral, agreement="SA-EASTMOOR")
    assert rests_on(cast, referral) == "SA-EASTMOOR"


def test_an_agreement_the_other_way_round_covers_nothing(cast):
    agree(cast, discloser=cast.harbour, recipient=cast.centre)
    with pytest.raises(StepRefused, match="There is no sharing agreement with Harbour Helpline"):
        offer(cast, cast.referral("triaged"), to_agency=cast.harbour)
