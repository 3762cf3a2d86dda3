"""Custody moves in one breath: there is never a moment without a custodian."""

from datetime import datetime
from uuid import UUID

from referrals.models import PartyRow, Referral
from referrals.transitions import Party


def move(referral: Referral, agency_id: UUID, at: datetime) -> None:
    """The agency is accountable from now on, and whoever was before is not any more."""
    end(referral, Party.CUSTODIAN, at)
    begin(referral, agency_id, Party.CUSTODIAN, at)
    referral.custodian_id = agency_id


def begin(referral: Referral, agency_id: UUID, capacity: Party, at: datetime) -> None:
    """The agency stands to the referral in this capacity from now on."""
    party_row(referral, agency_id, capacity, at).save(force_insert=True)


def party_row(referral: Referral, agency_id: UUID, capacity: Party, at: datetime) -> PartyRow:
    """A new row of this standing, with what lists are made by as the referral has it now."""
    return PartyRow(
        referral=referral,
        agency_id=agency_id,
        capacity=capacity,
        since=at,
        received_at=referral.received_at,
        status=referral.status,
        band=referral.band,
        due_at=referral.due_at,
        updated_at=referral.updated_at,
    )


def end(referral: Referral, capacity: Party, at: datetime) -> None:
    """Whoever stood to it in this capacity does so no more."""
    PartyRow.objects.filter(referral=referral, capacity=capacity, until=None).update(until=at)
