"""Whom may a party ask? Only parties it knows of: a source does not learn by asking who was offered its referral."""

from uuid import UUID

from referrals.models import Referral
from referrals.transitions import Party


def askable(
    referral: Referral, stands: frozenset[Party], *, mine: UUID, centre_id: UUID, offered_id: UUID | None
) -> set[UUID]:
    """The agencies that an agency in these capacities may put a question to.

    The Centre and the custodian ask anyone; the source asks the Centre and the custodian; an offered agency likewise,
    for a question of its own to the source would tell the source who was asked.
    """
    known = {centre_id, referral.custodian_id}
    if stands & {Party.CENTRE, Party.CUSTODIAN}:
        known.add(referral.source_id)
        if offered_id is not None:
            known.add(offered_id)
    return known - {mine}
