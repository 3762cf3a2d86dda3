"""An offer: may it be made, under which agreement, and how it ends."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from agencies.agreements import Disclosure, covering, missing_term, why_none_covers, why_not_onward
from agencies.models import Agency, SharingAgreement
from ohsc.core.actor import Actor
from referrals import handling
from referrals.actions import custody, segments
from referrals.actions.refused import StepRefused
from referrals.answering import answer_by
from referrals.models import ClockSegment, Offer, Referral
from referrals.transitions import Party


def make(referral: Referral, agency: Agency | None, *, under: str, by: Actor, at: datetime) -> Offer:
    """An open offer, resting on an agreement between who offers and who is asked; on the one named, if one is."""
    if agency is None:
        raise StepRefused("Name the agency it is offered to.")
    agreements = list(SharingAgreement.objects.filter(discloser=by.agency_id, recipient=agency))
    if problem := why_no_offer(referral, agency, agreements, at=at):
        raise StepRefused(problem)
    if problem := why_not_passed_on(referral, Offer.objects.all(), by=by, at=at):
        raise StepRefused(problem)
    what = disclosure_of(referral, at)
    if under:
        agreements = [agreement for agreement in agreements if agreement.reference == under]
    agreement = covering(agreements, what)
    if agreement is None:
        raise StepRefused(why_none_covers(agreements, what, between=f"{agency.name} under {under}"))
    offer = Offer.objects.create(
        referral=referral,
        to_agency=agency,
        from_agency_id=by.home_id,
        agreement=agreement,
        made_at=at,
        answer_by=answer_by(referral.band, agency, at),
    )
    custody.begin(referral, agency.pk, Party.OFFERED, at)
    segments.run(referral, ClockSegment.Clock.OFFER, agency.pk, ClockSegment.Because.OFFERED, at=at)
    return offer


def disclosure_of(referral: Referral, at: datetime) -> Disclosure:
    """What an agreement must cover for this referral to be disclosed on that day."""
    return Disclosure(
        environment=referral.environment,
        harm_type=referral.harm_type_id or "",
        harm_label=referral.harm_type.label if referral.harm_type_id else "",
        tlp=referral.tlp,
        classification=referral.classification,
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


def why_not_passed_on(referral: Referral, offers: QuerySet[Offer], *, by: Actor, at: datetime) -> str:
    """Why the agreement under which a custodian received it keeps it from passing it on, as one sentence; "" when
    nothing does. `offers` are those that may be read here. The Centre discloses under agreements of its own."""
    if by.is_centre:
        return ""
    accepted = offers.filter(referral=referral, to_agency=by.agency_id, state=Offer.State.ACCEPTED)
    received = accepted.select_related("agreement").order_by("-closed_at").first()
    return why_not_onward(received.agreement, at.date()) if received else ""


def why_no_acceptance(referral: Referral, offer: Offer, *, at: datetime) -> str:
    """Why the agreement under an open offer no longer lets it be accepted, as one sentence; "" when it does.

    To accept is to be shown the narrative: the agreement must cover that day, and the referral as it is now.
    """
    problem = missing_term(offer.agreement, disclosure_of(referral, at))
    return f"{problem} The Centre is to recall this offer." if problem else ""


def open_offer_of(referral: Referral) -> Offer | None:
    """The open offer with its agreement, if there is one. The caller is writing."""
    rows = Offer.objects.filter(referral=referral, state=Offer.State.OPEN)
    return rows.select_related("agreement").first()


def close(referral: Referral, state: str, at: datetime) -> Offer | None:
    """Close the open offer, and end the offered agency's standing; the offer, if there was one."""
    offer = open_offer_of(referral)
    if offer is None:
        return None
    offer.state, offer.closed_at, offer.paused_at = state, at, None
    offer.save(update_fields=["state", "closed_at", "paused_at"])
    custody.end(referral, Party.OFFERED, at)
    segments.stop(referral, ClockSegment.Clock.OFFER, at=at)
    return offer
