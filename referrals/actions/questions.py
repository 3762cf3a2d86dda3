"""Questions between the parties of a referral. Who waits for an answer has a clock that stands still meanwhile."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agencies.models import Agency
from ohsc.core.actor import Actor
from referrals.access import standing
from referrals.actions import segments
from referrals.actions.clocks import pause, resume
from referrals.actions.refused import GivenRefused, StepRefused
from referrals.answering import after_a_pause, question_by
from referrals.asking import askable
from referrals.drafts import Given
from referrals.models import ClockSegment, Offer, Question, Referral
from referrals.transitions import Party

AT_ONCE = 20  # open questions about one referral


def put(referral: Referral, given: Given, *, by: Actor, at: datetime, centre: Agency) -> Question:
    """A question from the actor's agency to another party it knows of."""
    asked = given.to_agency
    stands = standing(referral, by)
    offered = _open_offer(referral)
    known = askable(
        referral,
        stands,
        mine=by.home_id,
        centre_id=centre.pk,
        offered_id=offered.to_agency_id if offered else None,
    )
    if asked is None or asked.pk not in known:
        raise StepRefused(
            "A question goes to another party of the referral: its source, its custodian or the Centre."
        )
    if Question.objects.filter(referral=referral, answered_at=None, lapsed_at=None).count() >= AT_ONCE:
        raise StepRefused(f"{AT_ONCE} questions are open here. Wait for an answer.")
    question = Question(
        referral=referral,
        from_agency_id=by.home_id,
        to_agency=asked,
        text=given.question,
        asked_at=at,
        pauses=_clock_of(referral, stands, by),
    )
    question.answer_by = question.next_at = question_by(referral.band, asked, at)
    question.save(force_insert=True)
    if question.pauses == Question.Pauses.ACTION:
        pause(referral, question, at=at)
    elif question.pauses == Question.Pauses.OFFER and offered is not None and offered.paused_at is None:
        offered.paused_at = at
        offered.save(update_fields=["paused_at"])
        segments.stand_still(referral, ClockSegment.Clock.OFFER, question, at=at)
    return question


def answer(referral: Referral, given: Given, *, by: Actor, at: datetime) -> Question:
    """The answer to the question named, or to the only one; the clock that waited for it goes on."""
    to_us = Question.objects.filter(
        referral=referral, to_agency=by.agency_id, answered_at=None, lapsed_at=None
    )
    found = list(to_us.filter(pk=given.question_id) if given.question_id else to_us)
    if not found:
        raise StepRefused("No such question to your agency is open.")
    if len(found) > 1:
        raise GivenRefused(
            {"question_id": "More than one question is open to your agency. Name the one you answer."}
        )
    [question] = found
    question.answer, question.answered_at = given.answer, at
    question.save(update_fields=["answer", "answered_at"])
    _go_on(referral, at)
    return question


def lapse(referral: Referral, *, at: datetime, of: Iterable[UUID] | None = None) -> None:
    """Nobody waits any more for the answers to open questions: all of them, or those put by or to these agencies."""
    waiting = Question.objects.filter(referral=referral, answered_at=None, lapsed_at=None)
    if of is not None:
        gone = list(of)
        waiting = waiting.filter(from_agency__in=gone) | waiting.filter(to_agency__in=gone)
    if waiting.update(lapsed_at=at):
        _go_on(referral, at)


def let_go(referral: Referral, custodian_id: UUID, *, at: datetime) -> None:
    """A custodian that hands over holds the clock no more with what it asked."""
    mine = Question.objects.filter(referral=referral, from_agency=custodian_id, pauses=Question.Pauses.ACTION)
    if mine.filter(answered_at=None, lapsed_at=None).update(pauses=""):
        _go_on(referral, at)


def _clock_of(referral: Referral, stands: frozenset[Party], by: Actor) -> str:
    """Which clock waits: the custodian's, the offered agency's, or none."""
    if referral.custodian_id == by.agency_id:
        return Question.Pauses.ACTION
    return Question.Pauses.OFFER if Party.OFFERED in stands else ""


def _go_on(referral: Referral, at: datetime) -> None:
    """Clocks that no open question holds any more go on with what was left; one that another still holds, waits for
    that one's answer from now on."""
    held: dict[str, Question] = {}
    for question in Question.objects.filter(referral=referral, answered_at=None, lapsed_at=None).order_by(
        "asked_at", "id"
    ):
        held.setdefault(question.pauses, question)
    if waits_for := held.get(Question.Pauses.ACTION):
        segments.stand_still(referral, segments.custody_clock(referral.status), waits_for, at=at)
    else:
        resume(referral, at=at)
    offer = _open_offer(referral)
    if offer is None or offer.paused_at is None:
        return
    if waits_for := held.get(Question.Pauses.OFFER):
        segments.stand_still(referral, ClockSegment.Clock.OFFER, waits_for, at=at)
        return
    offer.answer_by = after_a_pause(
        referral.band, offer.to_agency, offer.answer_by, stood=offer.paused_at, at=at
    )
    offer.paused_at = None
    if offer.answer_by > at:  # another deadline: it is reminded of anew
        offer.reminded_at = None
    offer.save(update_fields=["answer_by", "paused_at", "reminded_at"])
    because = ClockSegment.Because.ANSWERED
    segments.run(referral, ClockSegment.Clock.OFFER, offer.to_agency_id, because, at=at)


def _open_offer(referral: Referral) -> Offer | None:
    rows = Offer.objects.filter(referral=referral, state=Offer.State.OPEN)
    return rows.select_related("to_agency").first()
