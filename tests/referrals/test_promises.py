"""What is always true of a referral is held by the database too: the writing role itself cannot break it."""

from contextlib import contextmanager

import pytest
from django.db import Error, transaction
from django.utils import timezone

from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.models import Offer, Outcome, PartyRow, Referral, StepTaken


@contextmanager
def refused(promise: str):
    """The database refuses what is done here, naming the promise."""
    with acting_as(CLOCK), pytest.raises(Error, match=promise), transaction.atomic(), writing():
        yield


def party(cast, referral, agency, capacity, **more) -> PartyRow:
    now = timezone.now()
    return PartyRow(
        referral=referral,
        agency=agency,
        capacity=capacity,
        since=now,
        received_at=now,
        status="received",
        band="P3",
        due_at=now,
        updated_at=now,
        **more,
    )


@pytest.mark.parametrize(
    ("status", "capacity", "promise"),
    [
        ("accepted", "custodian", "party_one_custodian"),
        ("offered", "offered", "party_one_offered"),
        ("received", "source", "party_one_source"),
    ],
)
def test_no_second_agency_in_the_same_standing(cast, status, capacity, promise):
    referral = cast.referral(status)
    with refused(promise):
        party(cast, referral, cast.harbour, capacity).save(force_insert=True)


def test_the_source_is_the_source_for_ever(cast):
    referral = cast.referral()
    with refused("party_source_for_ever"):
        PartyRow.objects.filter(referral=referral, capacity="source").update(until=timezone.now())


def test_no_standing_ends_before_it_began(cast):
    referral = cast.referral("accepted")
    with refused("party_ends_after_start"):
        rows = PartyRow.objects.filter(referral=referral, capacity="custodian", until=None)
        rows.update(until=referral.received_at - timezone.timedelta(days=1))


def test_the_custodian_is_a_party(cast):
    referral = cast.referral("accepted")
    with refused("custodian is not a party"):
        Referral.objects.filter(pk=referral.pk).update(custodian=cast.harbour)


def test_no_referral_comes_without_its_custodian(cast):
    referral = cast.referral()
    referral.pk = referral._meta.pk.get_default()
    referral.reference = "R-TEST"
    with refused("custodian is not a party"):
        referral.save(force_insert=True)


@pytest.mark.parametrize("column", ["custodian_id", "source_id", "report_id"])
def test_nor_without_any_of_what_it_stands_on(cast, column):
    referral = cast.referral()
    with refused(f'null value in column "{column}"'):
        Referral.objects.filter(pk=referral.pk).update(**{column: None})


def test_no_second_open_offer(cast):
    referral = cast.referral("offered")
    with refused("offer_one_open"):
        offer = Offer.objects.get(referral=referral)
        offer.pk, offer.to_agency = offer._meta.pk.get_default(), cast.eastmoor
        offer.save(force_insert=True)


def test_an_offer_that_is_over_says_since_when(cast):
    referral = cast.referral("offered")
    with refused("offer_closed_has_time"):
        Offer.objects.filter(referral=referral).update(state="declined")


def test_offered_means_that_an_offer_is_open(cast):
    referral = cast.referral("triaged")
    with refused("offered without an open offer"):
        Referral.objects.filter(pk=referral.pk).update(status="offered")


@pytest.mark.parametrize(("status", "closed"), [("triaged", False), ("withdrawn", True)])
def test_no_offer_stays_open_on_what_is_not_offered(cast, status, closed):
    referral = cast.referral("offered")
    with refused("an open offer on a referral that is not offered"):
        closed_at = timezone.now() if closed else None
        Referral.objects.filter(pk=referral.pk).update(status=status, closed_at=closed_at)


def test_concluded_means_that_there_is_an_outcome(cast):
    referral = cast.referral("accepted")
    with refused("concluded without an outcome"):
        Referral.objects.filter(pk=referral.pk).update(status="concluded", closed_at=timezone.now())


def test_an_outcome_has_a_known_code(cast):
    referral = cast.referral("accepted")
    with refused("outcome_code_is_known"):
        Outcome.objects.create(referral=referral, agency=cast.police, code="SOMETHING", at=timezone.now())


@pytest.mark.parametrize("step", ["recall", "decline", "return", "reject", "withdraw"])
def test_a_refusal_has_a_reason_code(cast, step):
    referral = cast.referral()
    with refused("step_taken_refusal_has_reason"):
        StepTaken.objects.create(
            referral=referral,
            step=step,
            to_status="triaged",
            version=2,
            at=timezone.now(),
            actor_kind="person",
            actor_id=cast.ben.pk,
            custodian=cast.centre,
        )


def test_history_has_one_step_for_each_version(cast):
    referral = cast.referral("triaged")
    with refused("step_taken_once_per_version"):
        step = StepTaken.objects.get(referral=referral, version=2)
        step.pk = step._meta.pk.get_default()
        step.save(force_insert=True)


@pytest.mark.parametrize(
    ("status", "change", "promise"),
    [
        ("received", {"band": "INFO"}, "referral_band_follows_priority"),
        ("triaged", {"band": "P4"}, "referral_band_follows_priority"),
        ("triaged", {"priority": "", "band": "P2"}, "referral_triaged_has_priority"),
        ("rejected", {"closed_at": None}, "referral_closed_has_time"),
        ("triaged", {"closed_at": timezone.now()}, "referral_closed_has_time"),
        ("received", {"status": "lost"}, "referral_(status_is_known|closed_has_time)"),
        ("received", {"handling_code": "C", "handling_conditions": ""}, "handling_conditions_are_said"),
    ],
)
def test_a_referrals_own_columns_agree(cast, status, change, promise):
    referral = cast.referral(status)
    with refused(promise):
        Referral.objects.filter(pk=referral.pk).update(**change)


@pytest.mark.parametrize(
    "status", ["received", "triaged", "offered", "passed_on", "asked", "concluded", "withdrawn"]
)
def test_what_lists_are_made_by_follows_the_referral_to_all_who_stand_to_it(cast, status):
    referral = cast.referral(status)
    names = ("received_at", "status", "band", "due_at", "updated_at")
    with acting_as(CLOCK):
        rows = list(PartyRow.objects.filter(referral=referral, until=None).values_list(*names))
        (own,) = Referral.objects.filter(pk=referral.pk).values_list(*names)
    assert len(rows) >= 2
    assert set(rows) == {own}
