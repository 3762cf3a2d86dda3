"""What rests on a sharing agreement now, so that it would stop with it? As far as the reader may see it."""

from dataclasses import dataclass
from uuid import UUID

from agencies.models import SharingAgreement
from ohsc.core.actor import Actor
from referrals.access import visible_disclosures, visible_offers, visible_referrals
from referrals.models import Disclosure, Offer, Referral
from referrals.transitions import Status

SHOWN = 20


@dataclass(frozen=True)
class Resting:
    """Offers that wait, referrals that were accepted and are still worked on, and cases that were shown: the oldest
    of each, and how many of the first two there are."""

    offers: list[Offer]
    offers_count: int
    accepted: list[Referral]
    accepted_count: int
    cases: list[Disclosure]

    @property
    def ids(self) -> list[UUID]:
        """The referrals it names."""
        return [offer.referral_id for offer in self.offers] + [referral.pk for referral in self.accepted]

    @property
    def nothing(self) -> bool:
        return not (self.offers or self.accepted or self.cases)


def resting_on(agreement: SharingAgreement, actor: Actor) -> Resting:
    """What would stop, the oldest first."""
    under = visible_offers(actor).filter(agreement=agreement)
    waiting = under.filter(state=Offer.State.OPEN)
    taken = under.filter(state=Offer.State.ACCEPTED)
    accepted = visible_referrals(actor).filter(
        pk__in=taken.values("referral"), status=Status.ACCEPTED, custodian=agreement.recipient_id
    )
    cases = visible_disclosures(actor).filter(
        agreement_id=agreement.pk, kind=Disclosure.Kind.GRANT, recalled_at=None
    )
    return Resting(
        offers=list(waiting.select_related("referral", "to_agency").order_by("made_at", "id")[:SHOWN]),
        offers_count=waiting.count(),
        accepted=list(accepted.order_by("received_at", "id")[:SHOWN]),
        accepted_count=accepted.count(),
        cases=list(cases.order_by("at", "id")[:SHOWN]),
    )
