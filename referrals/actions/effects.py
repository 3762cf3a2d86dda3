"""What does each step change besides the status? One small function a step; only `perform` calls them.

The database's promises look at the rows when the referral is saved, so everything here comes before that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import Agency
from ohsc.core.actor import Actor
from referrals import priority
from referrals.actions import chasing, custody, deciding, offering, questions, segments
from referrals.actions.clocks import offer_missed, restart, set_due
from referrals.actions.receive import factor_rows
from referrals.actions.refused import GivenRefused, StepRefused
from referrals.drafts import Given
from referrals.facts import effective_factors
from referrals.models import ClockSegment, Factor, HarmType, Offer, Outcome, OutcomeDetail, Question, Referral
from referrals.transitions import Status

GUARDED = ("P1", "P2")  # a band that one person alone does not lower


@dataclass(frozen=True)
class Changed:
    """What the effect did that others need.

    offer -- the one that was made, accepted or ended; left -- agencies whose standing ended; question -- one put or
    answered; proposes -- a lower band, for a second person to confirm.
    """

    offer: Offer | None = None
    left: frozenset[UUID] = frozenset()
    question: Question | None = None
    proposes: str = ""

    @property
    def offered_id(self) -> UUID | None:
        """Whom the offer concerns."""
        return self.offer.to_agency_id if self.offer else None

    @property
    def recalled(self) -> bool:
        """Was an offer taken back, by a recall or by whatever else ended it?"""
        return self.offer is not None and self.offer.state in (Offer.State.RECALLED, Offer.State.WITHDRAWN)


@dataclass(frozen=True)
class Taking:
    """Who takes the step, when, and who the Centre is."""

    by: Actor
    at: datetime
    centre: Agency


def _triage(referral: Referral, given: Given, taking: Taking) -> Changed:
    if given.harm_type and not HarmType.objects.filter(pk=given.harm_type).exists():
        raise StepRefused(f"There is no harm type {given.harm_type}.")
    referral.priority = referral.band = given.priority
    referral.environment = given.environment or referral.environment
    referral.harm_type_id = given.harm_type or referral.harm_type_id
    found = [name for name in ("environment", "harm_type") if getattr(given, name)]
    complete = priority.completed(referral.actionability, referral.missing, found)
    referral.actionability, referral.missing = complete.score, list(complete.missing)
    set_due(referral, Status.TRIAGED, at=taking.at)
    chasing.follow_band(referral, at=taking.at)
    Factor.objects.bulk_create(factor_rows(referral, given.factors, taking.by, taking.at))
    suggestion = priority.suggest_band(
        effective_factors(Factor.objects.filter(referral=referral)),
        source_priority=referral.source_priority or None,
        escalate_reason=referral.escalate_reason,
    )
    referral.suggested_priority = suggestion.band
    referral.suggested_because = list(suggestion.because)
    return Changed()


def _re_band(referral: Referral, given: Given, taking: Taking) -> Changed:
    """Lowering a P1 or P2 that was set takes a reason, and a second person who says the same."""
    now, wanted = referral.priority, given.priority
    if wanted == now:
        raise StepRefused(f"It is {now} already.")
    if now in GUARDED and priority.BANDS.index(wanted) > priority.BANDS.index(now):
        if not given.reason:
            raise GivenRefused({"reason": f"Lowering {now} needs a reason, in words."})
        if referral.lowering_to == wanted and referral.lowering_by == taking.by.id:
            raise StepRefused(f"You have asked for {wanted}. A second person is to confirm it.")
        if referral.lowering_to != wanted:
            referral.lowering_to, referral.lowering_by = wanted, taking.by.id
            return Changed(proposes=wanted)
    referral.lowering_to, referral.lowering_by = "", None
    referral.priority = referral.band = wanted
    set_due(referral, referral.status, at=taking.at)
    chasing.follow_band(referral, at=taking.at)
    return Changed()


def _offer(referral: Referral, given: Given, taking: Taking) -> Changed:
    """Of what the Centre offers it is kept why: ranked before the offer itself adds to anybody's load."""
    by, at = taking.by, taking.at
    known = deciding.matches_of(referral, by, at=at) if by.is_centre else None
    offer = offering.make(referral, given.to_agency, under=given.agreement, by=by, at=at)
    if known is not None:
        deciding.keep_ranking(
            referral, *known, offer=offer, by=by, at=at, because=given.because, plan=given.plan
        )
    return Changed(offer=offer)


def _acknowledge(referral: Referral, given: Given, taking: Taking) -> Changed:
    offer = Offer.objects.filter(referral=referral, state=Offer.State.OPEN).get()
    offer.acknowledged_at = taking.at
    offer.save(update_fields=["acknowledged_at"])
    return Changed(offer=offer)


def _offer_ended(state: str) -> Callable[[Referral, Given, Taking], Changed]:
    def effect(referral: Referral, given: Given, taking: Taking) -> Changed:
        offer = offering.close(referral, state, taking.at)
        return Changed(offer=offer, left=_leave(referral, offer, taking))

    return effect


def _expire(referral: Referral, given: Given, taking: Taking) -> Changed:
    # Between the clock's look and its step the late offer may have been recalled, another made, or a question asked.
    offer = Offer.objects.filter(referral=referral, state=Offer.State.OPEN).get()
    if offer.paused_at is not None:
        raise StepRefused("The offer waits for the answer to a question.")
    if taking.at <= offer.answer_by:
        raise StepRefused(f"The offer may be answered until {offer.answer_by:%-d %B %Y at %H:%M} UTC.")
    offer_missed(referral, offer, at=taking.at)
    return _offer_ended(Offer.State.EXPIRED)(referral, given, taking)


def _accept(referral: Referral, given: Given, taking: Taking) -> Changed:
    offer = offering.open_offer_of(referral)
    if offer is None:
        raise StepRefused("There is no open offer to accept.")
    if problem := offering.why_no_acceptance(referral, offer, at=taking.at):
        raise StepRefused(problem)
    offer = offering.close(referral, Offer.State.ACCEPTED, taking.at)
    return Changed(offer=offer, left=_hand_to(referral, taking.by.home_id, taking))


def _return(referral: Referral, given: Given, taking: Taking) -> Changed:
    offer = offering.close(referral, Offer.State.RECALLED, taking.at)
    left = _leave(referral, offer, taking)
    return Changed(offer=offer, left=left | _hand_to(referral, taking.centre.pk, taking))


def _ask(referral: Referral, given: Given, taking: Taking) -> Changed:
    return Changed(question=questions.put(referral, given, by=taking.by, at=taking.at, centre=taking.centre))


def _answer(referral: Referral, given: Given, taking: Taking) -> Changed:
    return Changed(question=questions.answer(referral, given, by=taking.by, at=taking.at))


def _conclude(referral: Referral, given: Given, taking: Taking) -> Changed:
    outcomes = [
        Outcome(
            referral=referral,
            agency_id=taking.by.home_id,
            code=draft.code,
            count=draft.count,
            happened_at=draft.at,
            at=taking.at,
        )
        for draft in given.outcomes
    ]
    Outcome.objects.bulk_create(outcomes)
    OutcomeDetail.objects.bulk_create(
        OutcomeDetail(outcome=outcome, referral=referral, text=draft.detail, for_source=draft.share_detail)
        for outcome, draft in zip(outcomes, given.outcomes, strict=True)
        if draft.detail
    )
    return _closes(Offer.State.RECALLED)(referral, given, taking)


def _closes(state: str) -> Callable[[Referral, Given, Taking], Changed]:
    """The referral is over: no offer, question or proposal of it stays open."""

    def effect(referral: Referral, given: Given, taking: Taking) -> Changed:
        offer = offering.close(referral, state, taking.at)
        questions.lapse(referral, at=taking.at)
        segments.stop(referral, *segments.CUSTODY, at=taking.at)
        referral.lowering_to, referral.lowering_by = "", None
        return Changed(offer=offer, left=_leave(referral, offer, taking))

    return effect


def _reopen(referral: Referral, given: Given, taking: Taking) -> Changed:
    """It begins anew at the Centre, with the band it had; one that was never triaged with the band suggested."""
    referral.priority = given.priority or referral.priority or referral.suggested_priority
    referral.band = referral.priority
    restart(referral, at=taking.at)
    return Changed(left=_hand_to(referral, taking.centre.pk, taking))


def _hand_to(referral: Referral, agency_id: UUID, taking: Taking) -> frozenset[UUID]:
    """Custody moves; what the one before waited for, it waits for no more."""
    before = referral.custodian_id
    if before == agency_id:
        return frozenset()
    custody.move(referral, agency_id, taking.at)
    questions.let_go(referral, before, at=taking.at)
    if referral.paused_at is None:
        because = ClockSegment.Because.CUSTODY
        segments.run(referral, ClockSegment.Clock.ACTION, agency_id, because, at=taking.at)
    if before == taking.centre.pk:
        return frozenset({before})  # the Centre stays a party: what it asked, it may still be told
    return _gone(referral, frozenset({before}), taking)


def _leave(referral: Referral, offer: Offer | None, taking: Taking) -> frozenset[UUID]:
    """The agency whose offer ended stands to it no more."""
    return _gone(referral, frozenset({offer.to_agency_id}), taking) if offer else frozenset()


def _gone(referral: Referral, agencies: frozenset[UUID], taking: Taking) -> frozenset[UUID]:
    """Their open questions lapse."""
    questions.lapse(referral, at=taking.at, of=agencies)
    return agencies


EFFECTS: dict[str, Callable[[Referral, Given, Taking], Changed]] = {
    "triage": _triage,
    "re-band": _re_band,
    "offer": _offer,
    "recall": _offer_ended(Offer.State.RECALLED),
    "acknowledge": _acknowledge,
    "accept": _accept,
    "decline": _offer_ended(Offer.State.DECLINED),
    "expire": _expire,
    "return": _return,
    "pass-on": _offer,
    "ask": _ask,
    "answer": _answer,
    "conclude": _conclude,
    "reject": _closes(Offer.State.RECALLED),
    "withdraw": _closes(Offer.State.WITHDRAWN),
    "reopen": _reopen,
}
