"""Who in an agency has a referral on their desk: their agency's own matter, taken, handed over and put down."""

import pytest
from django.utils import timezone

from agencies.models import User
from ohsc.core.acting import acting_as
from referrals.actions import StepRefused, hand_over, put_down, take
from referrals.models import Referral
from referrals.record import open_record


def do(cast, verb, referral, who, **more):
    actor = cast.actor(who)
    with acting_as(actor):
        return verb(referral.pk, by=actor, at=timezone.now(), **more)


def holder(cast, referral, who):
    actor = cast.actor(who)
    with acting_as(actor):
        seen = open_record(referral.pk, actor, at=timezone.now()).holder
    return seen and seen.name


def test_it_is_taken_from_a_colleague_handed_over_and_put_down(cast):
    referral = cast.referral("accepted")
    do(cast, take, referral, cast.ben)
    assert holder(cast, referral, cast.bea) == "Ben Carrow"
    do(cast, take, referral, cast.bea)
    assert holder(cast, referral, cast.ben) == "Bea Dunmore"
    do(cast, hand_over, referral, cast.bea, to_person=cast.ben.pk)
    assert holder(cast, referral, cast.bea) == "Ben Carrow"
    do(cast, put_down, referral, cast.bea)
    assert holder(cast, referral, cast.ben) is None


def test_each_agency_has_its_own_desk_and_sees_no_other(cast):
    referral = cast.referral("accepted")
    for who in (cast.ben, cast.anil, cast.asha):
        do(cast, take, referral, who)
    seen = [holder(cast, referral, who) for who in (cast.bea, cast.cora, cast.asha)]
    assert seen == ["Ben Carrow", "Anil Mehta", "Asha Rahman"]


def test_it_is_handed_to_a_colleague_only(cast):
    referral = cast.referral("accepted")
    for stranger in (cast.dev, cast.cora):
        with pytest.raises(User.DoesNotExist):
            do(cast, hand_over, referral, cast.ben, to_person=stranger.pk)
    with pytest.raises(User.DoesNotExist):
        do(cast, hand_over, referral, cast.anil, to_person=cast.ben.pk)


@pytest.mark.parametrize("verb", [take, put_down])
def test_an_outsider_finds_nothing_to_hold(cast, verb):
    with pytest.raises(Referral.DoesNotExist):
        do(cast, verb, cast.referral("accepted"), cast.cleo)


def test_an_auditor_and_a_system_hold_nothing(cast):
    referral = cast.referral("accepted")
    for who in (cast.otis, cast.police_client):
        with pytest.raises(StepRefused, match="people who act for their agency"):
            do(cast, take, referral, who)


def test_what_is_closed_cannot_be_taken(cast):
    with pytest.raises(StepRefused, match=r"is concluded: there is no work to hold\."):
        do(cast, take, cast.referral("concluded"), cast.ben)


def test_custody_that_moves_leaves_no_desk_behind(cast):
    referral = cast.referral("offered")
    do(cast, take, referral, cast.anil)
    cast.step("accept", referral, cast.ben)
    assert holder(cast, referral, cast.cora) is None
