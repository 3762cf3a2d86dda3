"""End a sharing agreement, and tell those whom it concerns: both sides, and the Centre of what it is to recall."""

from datetime import datetime
from uuid import UUID

from agencies import actions as agencies
from agencies.models import Agency, SharingAgreement
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.resting import Resting, resting_on

ENDED = "agreement.ended"


def end_agreement(agreement_id: UUID, *, by: Actor, at: datetime) -> tuple[SharingAgreement, Resting]:
    """End it; what rested on it. Raises SharingAgreement.DoesNotExist, agencies' AgreementRefused.

    Nothing is recalled by it: a step is taken by somebody. But no open offer under it can be accepted, and the Centre
    is told at once how many there are.
    """
    agreement = agencies.end_agreement(agreement_id, by=by, at=at)
    resting = resting_on(agreement, by)
    open_offers = resting.offers_count
    with writing():
        centre = Agency.objects.get(is_centre=True)
        told = {agreement.discloser_id, agreement.recipient_id, centre.pk}
        waits = f": {open_offers} open {'offer rests' if open_offers == 1 else 'offers rest'} on it, to be recalled"
        notifications.tell(
            sorted(told),
            topic=ENDED,
            subject=("agreement", agreement.pk, agreement.reference[:20], 1),
            says="Agreement ended: nothing more is disclosed under it",
            otherwise={centre.pk: f"Agreement ended{waits}"} if open_offers else {},
            at=at,
            urgent=bool(open_offers),
        )
    return agreement, resting
