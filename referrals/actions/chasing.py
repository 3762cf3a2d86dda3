"""A question that nobody answers is chased, then escalated; and whoever asked may press for the answer.

By the clock: the asked party at the time by which the answer was asked for; after as much time again its coordinators
and its named officer, and the asker hears that. How much time says `referrals.answering`. No step of the table: the
referral's status, version and history stay as they are. Only the two sides of a question are told anything of it.
"""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime

from audit import actions as audit
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.access import visible_questions
from referrals.actions import telling
from referrals.actions.refused import StepRefused
from referrals.answering import PRESSED_AGAIN, question_by
from referrals.models import Question, Referral
from referrals.transitions import ACT

DUE, LATE = "referral.question_due", "referral.question_late"
WAITED_FOR = "An answer from you is waited for"


def time_question(question_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Say by when a question is to be answered that was put without it: its time begins now, for nobody knew of one."""
    with writing():
        question = _open(question_id)
        if question is None or question.answer_by is not None:
            return False
        _set(question, at)
        _note("clock.question_timed", question, [], by=by, at=at)
    return True


def follow_band(referral: Referral, *, at: datetime) -> None:
    """Another band, another time, from when each was asked; one that is not over yet is chased anew. The caller is
    writing."""
    for question in Question.objects.filter(referral=referral, answered_at=None, lapsed_at=None).exclude(
        answer_by=None
    ):
        question.referral = referral
        before = question.answer_by
        answer_by = question_by(referral.band, question.to_agency, question.asked_at)
        if answer_by == before:
            continue
        if answer_by > at or question.chased_at is None:
            _set(question, question.asked_at)
        else:  # it was chased already: the next is the escalation, sooner or later than it was to be
            question.answer_by = answer_by
            if question.escalated_at is None:
                question.next_at = question_by(referral.band, question.to_agency, question.chased_at)
            question.save(update_fields=["answer_by", "next_at"])


def chase_by_the_clock(question_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Chase it, or escalate it where it was chased. Each once: the row is locked, and what was done stands on it."""
    with writing():
        question = _open(question_id)
        if question is None or question.next_at is None or question.next_at > at:
            return False
        if question.chased_at is None:
            question.chased_at = at
            # As much time again from the chase itself: whoever hears of it late has its time all the same.
            question.next_at = question_by(question.referral.band, question.to_agency, at)
            _chase(question, at)
            _note("clock.question_due", question, [question.to_agency_id], by=by, at=at)
        else:
            question.escalated_at, question.next_at = at, None
            _escalate(question, at)
            told = [question.to_agency_id, question.from_agency_id]
            _note("clock.question_late", question, told, by=by, at=at)
        question.save(update_fields=["chased_at", "escalated_at", "next_at"])
    return True


def chase_question(question_id: UUID, *, by: Actor, at: datetime) -> Question:
    """The asking side presses for the answer. At most once an hour, whether a person pressed or the clock chased.

    Raises Question.DoesNotExist (absent, or not the actor's to see) and StepRefused.
    """
    visible_questions(by).only("pk").get(pk=question_id)
    with writing():
        rows = Question.objects.select_for_update(of=("self",)).select_related(
            "referral", "to_agency", "from_agency"
        )
        question = rows.get(pk=question_id)
        if problem := why_not(question, by, at=at):
            raise StepRefused(problem)
        question.pressed_at = at
        question.save(update_fields=["pressed_at"])
        _chase(question, at)
        _note("question.chased", question, [question.to_agency_id], by=by, at=at)
    return question


def why_not(question: Question, by: Actor, *, at: datetime) -> str:
    """Why this actor may not press for the answer now, as one sentence; "" when it may."""
    if question.from_agency_id != by.agency_id:
        return "Pressing for an answer is for whoever asked."
    if ACT not in by.permissions:
        return "Pressing for an answer needs a role that acts for its agency."
    if not question.is_open:
        return (
            "The question was answered." if question.answered_at else "Nobody waits for the answer any more."
        )
    last = last_chased(question)
    if last is not None and at < last + PRESSED_AGAIN:
        again = localtime(last + PRESSED_AGAIN)
        return (
            f"{question.to_agency.name} was chased at {localtime(last):%H:%M}."
            f" You can press again from {again:%H:%M} {again:%Z}."
        )
    return ""


def last_chased(question: Question) -> datetime | None:
    """When the asked party last heard that an answer is waited for, since it was asked."""
    return max(filter(None, (question.chased_at, question.escalated_at, question.pressed_at)), default=None)


def _open(question_id: UUID) -> Question | None:
    """The question, locked, if somebody waits for its answer."""
    rows = Question.objects.select_for_update(of=("self",)).select_related(
        "referral", "to_agency", "from_agency"
    )
    return rows.filter(pk=question_id, answered_at=None, lapsed_at=None).first()


def _set(question: Question, since: datetime) -> None:
    """Its time begins at that moment, and nothing was done about it yet."""
    question.answer_by = question.next_at = question_by(question.referral.band, question.to_agency, since)
    question.chased_at = question.escalated_at = None
    question.save(update_fields=["answer_by", "next_at", "chased_at", "escalated_at"])


def _chase(question: Question, at: datetime) -> None:
    referral, asked = question.referral, question.to_agency_id
    notifications.tell(
        [asked],
        topic=DUE,
        subject=_subject(referral),
        says=WAITED_FOR,
        at=at,
        first_to=telling.first_to(referral, asked),
        urgent=referral.band == "P1",
    )


def _escalate(question: Question, at: datetime) -> None:
    referral, asked, asker = question.referral, question.to_agency, question.from_agency_id
    says = "A question to your agency was not answered in time"
    telling.tell_systems(LATE, says, referral, [asked.pk], at=at)
    people = {asked.pk: telling.everybody_concerned(referral, asked)}
    telling.tell_each(people, LATE, says, referral, at=at, urgent=True)
    notifications.tell(
        [asker],
        topic=LATE,
        subject=_subject(referral),
        says="Your question was not answered in time; the officers of the agency you asked were told",
        at=at,
        first_to=telling.first_to(referral, asker),
    )


def _subject(referral: Referral) -> tuple[str, UUID, str, int]:
    return "referral", referral.pk, referral.reference, referral.version


def _note(action: str, question: Question, agencies: list[UUID], *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[question.referral_id],
        recipient_ids=agencies,
        details={"band": question.referral.band, "question": str(question.pk)},
    )
