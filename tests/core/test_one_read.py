"""One statement for all that hangs on a record: written once for a kind of reader, and never with another's ids."""

import pytest
from django.utils import timezone

from ohsc.core.acting import acting_as
from ohsc.core.one_read import Lists, ReadTogether
from referrals.access import own_standings, visible_offers, visible_referrals
from referrals.models import Referral, StepTaken


@ReadTogether
def standings(actor, referral_id):
    rows = own_standings(actor).filter(referral=referral_id)
    return Lists(visible_referrals(actor).filter(pk=referral_id), [rows, StepTaken.objects.none()])


def read(ask, who, referral, *choices):
    with acting_as(who):
        return ask(who, referral.pk, *choices)


def test_two_readers_of_one_kind_each_read_their_own(cast):
    referral = cast.referral("accepted")
    for who, capacity in ((cast.ben, "custodian"), (cast.asha, "source")):
        (rows, nothing) = read(standings, cast.actor(who), referral)
        assert [(row.agency_id, row.capacity) for row in rows] == [(who.agency_id, capacity)]
        assert nothing == []


def test_what_is_not_the_readers_is_not_there_though_another_of_its_kind_just_read_it(cast):
    referral = cast.referral("accepted")
    read(standings, cast.actor(cast.ben), referral)
    with pytest.raises(Referral.DoesNotExist):
        read(standings, cast.actor(cast.cleo), referral)


def test_a_moment_or_an_id_found_on_the_way_would_be_kept_and_is_refused(cast):
    referral, actor = cast.referral("offered"), cast.actor(cast.cora)

    @ReadTogether
    def by_time(actor, referral_id):
        here = visible_referrals(actor).filter(pk=referral_id)
        return Lists(here, [visible_offers(actor).filter(made_at__lt=timezone.now())])

    @ReadTogether
    def by_found_id(actor, referral_id):
        here = visible_referrals(actor).filter(pk=referral_id)
        return Lists(here, [visible_offers(actor).filter(to_agency=cast.police.pk)])

    for ask in (by_time, by_found_id):
        with pytest.raises(TypeError, match="kept for the next reader"):
            read(ask, actor, referral)
