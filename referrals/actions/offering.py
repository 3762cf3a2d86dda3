"""An offer: may it be made, under which agreement, and how it ends."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agencies.agreements import Disclosure, covering, why_none_covers
from agencies.models import Agency, SharingAgreement
from ohsc.core.actor import Actor
from referrals import handling, priority
from referrals.actions import custody
from referrals.actions.refused import StepRefused
from referrals.models import Offer, Referral
from referrals.transitions import Party


def make(
    referral: Referral, agency: Agency | None, *, under: str, by: Actor, at: datetime
) -> SharingAgreement:
    """An open offer, resting on an agreement between who offers and who is asked; on the one named, if one is."""
    if agency is None:
        raise StepRefused("Name the agency it is offered to.")
    agreements = list(SharingAgreement.objects.filter(discloser=by.agency_id, recipient=agency))
    if problem := why_no_offer(referral, agency, agreements, at=at):
        raise StepRefused(problem)
    what = disclosure_of(referral, at)
    if under:
        agreements = [agreement for agreement in agreements if agreement.reference == under]
    agreement = covering(agreements, what)
    if agreement is None:
        raise StepRefused(why_none_covers(agreements, what, between=f"{agency.name} under {under}"))
    Offer.objects.create(
        referral=referral,
        to_agency=agency,
        from_agency_id=by.home_id,
        agreement=agreement,
        made_at=at,
        answer_by=at + priority.offer_window(referral.band),
    )
    custody.begin(referral, agency.pk, Party.OFFERED, at)
    return agreement


def disclosure_of(referral: Referral, at: datetime) -> Disclosure:
    """What an agreement must cover for this referral to be disclosed on that day."""
    return Disclosure(
        environment=referral.environment,
        harm_type=referral.harm_type_id or "",
        harm_label=referral.harm_type.label if referral.harm_type_id else "",
        tlp=referral.tlp,
        on=at.date(),
    )


def why_no_offer(
    referral: Referral, agency: Agency, agreements: Iterable[SharingAgreement], *, at: datetime
) -> str:
    """Why this referral cannot be offered to that agency, as one sentence; "" when it can."""
    if not agency.is_active:
        return f"{agency.name} no longer takes part."
    if agency.pk == referral.custodian_id:
        return f"{agency.name} has it already."
    if agency.is_centre:
        return f"{agency.name} is not offered a referral: return it instead."
    if agency.pk == referral.source_id:
        return f"{agency.name} sent it."
    if problem := handling.why_not_to(referral, agency.sector, agency.name):
        return problem
    what, agreements = disclosure_of(referral, at), list(agreements)
    return "" if covering(agreements, what) else why_none_covers(agreements, what, between=agency.name)


def close(referral: Referral, state: str, at: datetime) -> UUID | None:
    """Close the open offer, and end the offered agency's standing; whom it was to, if there was one."""
    offer = Offer.objects.filter(referral=referral, state=Offer.State.OPEN).first()
    if offer is None:
        return None
    offer.state, offer.closed_at, offer.paused_at = state, at, None
    offer.save(update_fields=["state", "closed_at", "paused_at"])
    custody.end(referral, Party.OFFERED, at)
    return offer.to_agency_id
