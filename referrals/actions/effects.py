"""What does each step change besides the status? One small function a step; only `perform` calls them.

The database's promises look at the rows when the referral is saved, so everything here comes before that.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.agreements import Disclosure, covering, why_none_covers
from agencies.models import Agency, SharingAgreement
from ohsc.core.actor import Actor
from referrals import priority
from referrals.actions.receive import factor_rows
from referrals.drafts import Given
from referrals.models import Factor, HarmType, Offer, Outcome, OutcomeDetail, PartyRow, Referral
from referrals.transitions import Party


class EffectRefused(Exception):
    """The step is open, but what was asked cannot be; a sentence for the person."""


@dataclass(frozen=True)
class Changed:
    """What the effect did that others need: whom the offer concerned, who is out of it now, what law it rests on."""

    offered_id: UUID | None = None
    left_id: UUID | None = None
    rests_on: str = ""


def _triage(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
    if given.harm_type and not HarmType.objects.filter(pk=given.harm_type).exists():
        raise EffectRefused(f"There is no harm type {given.harm_type}.")
    referral.priority = referral.band = given.priority
    referral.environment = given.environment or referral.environment
    referral.harm_type_id = given.harm_type or referral.harm_type_id
    found = [name for name in ("environment", "harm_type") if getattr(given, name)]
    complete = priority.completed(referral.actionability, referral.missing, found)
    referral.actionability, referral.missing = complete.score, list(complete.missing)
    referral.due_at = priority.action_due(given.priority, referral.received_at)
    Factor.objects.bulk_create(factor_rows(referral, given.factors, by, at))
    suggestion = priority.suggest_band(
        effective_factors(Factor.objects.filter(referral=referral)),
        source_priority=referral.source_priority or None,
        escalate_reason=referral.escalate_reason,
    )
    referral.suggested_priority = suggestion.band
    referral.suggested_because = list(suggestion.because)
    return Changed()


def effective_factors(factors: Iterable[Factor]) -> dict[str, str]:
    """The answer that counts for each question: the latest that is not `unknown`, for unknown is never no."""
    answers: dict[str, str] = {}
    for factor in sorted(factors, key=lambda factor: factor.at):
        if factor.value != "unknown" or factor.key not in answers:
            answers[factor.key] = factor.value
    return answers


def _offer(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
    agency = given.to_agency
    if agency is None:
        raise EffectRefused("Name the agency it is offered to.")
    agreements = list(SharingAgreement.objects.filter(discloser=centre, recipient=agency))
    if problem := why_no_offer(referral, agency, agreements, at=at):
        raise EffectRefused(problem)
    what = disclosure_of(referral, at)
    if given.agreement:
        agreements = [agreement for agreement in agreements if agreement.reference == given.agreement]
    agreement = covering(agreements, what)
    if agreement is None:
        raise EffectRefused(
            why_none_covers(agreements, what, between=f"{agency.name} under {given.agreement}")
        )
    Offer.objects.create(
        referral=referral,
        to_agency=agency,
        from_agency_id=by.home_id,
        agreement=agreement,
        made_at=at,
        answer_by=at + priority.offer_window(referral.band),
    )
    PartyRow.objects.create(
        referral=referral, agency=agency, capacity=Party.OFFERED, since=at, received_at=referral.received_at
    )
    return Changed(offered_id=agency.pk, rests_on=f"{agreement.reference}: {agreement.get_gateway_display()}")


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
    referral: Referral, agency: Agency, agreements: list[SharingAgreement], *, at: datetime
) -> str:
    """Why this referral cannot be offered to that agency, as one sentence; "" when it can."""
    if not agency.is_active:
        return f"{agency.name} no longer takes part."
    if agency.pk == referral.custodian_id:
        return f"{agency.name} has it already."
    if agency.pk == referral.source_id:
        return f"{agency.name} sent it."
    what = disclosure_of(referral, at)
    return "" if covering(agreements, what) else why_none_covers(agreements, what, between=agency.name)


def _close_offer(referral: Referral, state: str, at: datetime) -> UUID | None:
    """Close the open offer, and end the offered agency's standing; whom it was to, if there was one."""
    offer = Offer.objects.filter(referral=referral, state=Offer.State.OPEN).first()
    if offer is None:
        return None
    offer.state, offer.closed_at = state, at
    offer.save(update_fields=["state", "closed_at"])
    _end(referral, Party.OFFERED, at)
    return offer.to_agency_id


def _end(referral: Referral, capacity: Party, at: datetime) -> None:
    PartyRow.objects.filter(referral=referral, capacity=capacity, until=None).update(until=at)


def _move_custody(referral: Referral, agency_id: UUID, at: datetime) -> UUID:
    """Custody moves in one breath: there is never a moment without a custodian. Returns the one before."""
    before = referral.custodian_id
    _end(referral, Party.CUSTODIAN, at)
    PartyRow.objects.create(
        referral=referral,
        agency_id=agency_id,
        capacity=Party.CUSTODIAN,
        since=at,
        received_at=referral.received_at,
    )
    referral.custodian_id = agency_id
    return before


def _offer_ended(state: str) -> Callable[..., Changed]:
    def effect(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
        offered = _close_offer(referral, state, at)
        return Changed(offered_id=offered, left_id=offered)

    return effect


def _expire(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
    # Between the clock's look and its step the late offer may have been recalled and another made.
    offer = Offer.objects.filter(referral=referral, state=Offer.State.OPEN).first()
    if offer is not None and at <= offer.answer_by:
        raise EffectRefused(f"The offer may be answered until {offer.answer_by:%-d %B %Y at %H:%M} UTC.")
    return _offer_ended(Offer.State.EXPIRED)(referral, given, by=by, at=at, centre=centre)


def _accept(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
    offered = _close_offer(referral, Offer.State.ACCEPTED, at)
    if offered is None:
        raise EffectRefused("There is no open offer to accept.")
    before = _move_custody(referral, offered, at)
    return Changed(offered_id=offered, left_id=before)


def _return(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
    return Changed(left_id=_move_custody(referral, centre.pk, at))


def _conclude(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
    outcomes = [
        Outcome(
            referral=referral,
            agency_id=by.home_id,
            code=draft.code,
            count=draft.count,
            happened_at=draft.at,
            at=at,
        )
        for draft in given.outcomes
    ]
    Outcome.objects.bulk_create(outcomes)
    OutcomeDetail.objects.bulk_create(
        OutcomeDetail(outcome=outcome, referral=referral, text=draft.detail, for_source=draft.share_detail)
        for outcome, draft in zip(outcomes, given.outcomes, strict=True)
        if draft.detail
    )
    return Changed()


def _reject(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Changed:
    return Changed()


EFFECTS = {
    "triage": _triage,
    "offer": _offer,
    "recall": _offer_ended(Offer.State.RECALLED),
    "accept": _accept,
    "decline": _offer_ended(Offer.State.DECLINED),
    "expire": _expire,
    "return": _return,
    "conclude": _conclude,
    "reject": _reject,
    "withdraw": _offer_ended(Offer.State.WITHDRAWN),
}
