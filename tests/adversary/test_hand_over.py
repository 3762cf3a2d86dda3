"""To whom can a referral be handed that it must not be? Nobody outside, nobody who left, nobody who may not act."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies import actions as agencies
from agencies.models import User
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.actions import hand_over
from referrals.record import open_record


def colleague(cast, **facts) -> User:
    """One more person of the police, made in this test's own transaction."""
    with acting_as(CLOCK):
        return agencies.add_person(
            "gone@northshire-police.example",
            agency=cast.police,
            name="Gil Amory",
            password="correct horse battery staple",
            by=CLOCK,
            at=timezone.now(),
            **facts,
        )


def hand(cast, who, referral, to_person, headers=None):
    address = reverse("referral-hand-over", args=[referral.pk])
    return cast.browser(getattr(cast, who)).post(
        address, {"to_person": str(to_person)}, headers=headers or {}
    )


def holder(cast, referral, who):
    actor = cast.actor(who)
    with acting_as(actor):
        return open_record(referral.pk, actor, at=timezone.now()).holder


def test_the_centre_sees_everybody_and_hands_to_its_own_people_only(cast):
    referral = cast.referral("accepted")
    assert hand(cast, "cora", referral, cast.ben.pk).status_code == 302
    assert holder(cast, referral, cast.cora) is None
    assert holder(cast, referral, cast.ben) is None


@pytest.mark.parametrize(
    "facts", [{"role": "analyst", "is_active": False}, {"role": "auditor"}], ids=["left", "auditor"]
)
def test_a_colleague_who_left_or_may_not_act_holds_nothing(cast, facts):
    referral, person = cast.referral("accepted"), colleague(cast, **facts)
    assert hand(cast, "ben", referral, person.pk).status_code == 302
    assert holder(cast, referral, cast.ben) is None
    ben = cast.actor(cast.ben)
    with acting_as(ben), pytest.raises(User.DoesNotExist):
        hand_over(referral.pk, to_person=person.pk, by=ben, at=timezone.now())


def test_of_a_referral_that_is_not_ours_no_person_is_spoken_of(cast):
    referral = cast.referral("accepted")
    answers = [hand(cast, "cleo", referral, who) for who in (cast.ben.pk, cast.cleo.pk, uuid4(), "nobody")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
