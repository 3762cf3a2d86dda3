"""Whose time runs out? What the clock looks for, a round at a time: the next round takes the rest.

Whether it is really so is decided by the action, once the row is locked.
"""

from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef

from referrals.answering import is_to_be_reminded
from referrals.models import Alarm, Decision, EmergencyOpening, Offer, Question, Referral, StepTaken
from referrals.models.emergency import REVIEW_WITHIN
from referrals.priority import BANDS, reminder
from referrals.transitions import OPEN, Status

AT_ONCE = 200


def offers_past_their_time(*, at: datetime) -> list[UUID]:
    """Referrals whose open offer nobody answered; one that waits for an answer of ours is not late."""
    late = Offer.objects.filter(state=Offer.State.OPEN, paused_at=None, answer_by__lt=at)
    return list(late.order_by("answer_by").values_list("referral_id", flat=True)[:AT_ONCE])


def offers_without_a_taker(*, at: datetime) -> list[UUID]:
    """Referrals whose last step ended an offer, and of which nobody has decided where they go next."""
    ended = StepTaken.objects.filter(
        referral=OuterRef("pk"), version=OuterRef("version"), step__in=("decline", "expire")
    )
    decided = Decision.objects.filter(referral=OuterRef("pk"), referral_version=OuterRef("version"))
    waiting = Referral.objects.filter(Exists(ended), ~Exists(decided), status=Status.TRIAGED)
    return list(waiting.order_by("band", "due_at").values_list("pk", flat=True)[:AT_ONCE])


def offers_to_answer_soon(*, at: datetime) -> list[UUID]:
    """Referrals whose open offer has a quarter of its time left, and nobody was reminded. How much of an agency's time
    that is, its desk's hours say, which the database does not know."""
    waits = Offer.objects.filter(state=Offer.State.OPEN, paused_at=None, reminded_at=None, answer_by__gte=at)
    soon = (
        offer.referral_id
        for offer in waits.select_related("referral", "to_agency").order_by("answer_by").iterator()
        if is_to_be_reminded(offer.referral.band, offer.to_agency, offer.answer_by, at)
    )
    return list(islice(soon, AT_ONCE))


def overdue(*, at: datetime) -> list[UUID]:
    """Referrals whose running clock was missed, and nobody was told."""
    missed = Referral.objects.filter(closed_at=None, paused_at=None, breached_at=None, due_at__lte=at)
    return list(missed.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])


def due_soon(*, at: datetime) -> list[UUID]:
    """Referrals of which a quarter of the clock is left, and nobody was reminded."""
    found: list[UUID] = []
    for band in BANDS:
        for statuses in ([Status.RECEIVED], sorted(OPEN - {Status.RECEIVED})):
            until = at + reminder(band, eyes=statuses == [Status.RECEIVED])
            soon = Referral.objects.filter(status__in=statuses, band=band, due_at__gt=at, due_at__lte=until)
            soon = soon.filter(paused_at=None, reminded_at=None).order_by("due_at")
            found += soon.values_list("pk", flat=True)[: AT_ONCE - len(found)]
    return found


def questions_without_a_time(*, at: datetime) -> list[UUID]:
    """Open questions of which nobody said by when: put by the release before, while both run, or before this was."""
    found = Question.objects.filter(answered_at=None, lapsed_at=None, answer_by=None)
    return list(found.order_by("asked_at").values_list("pk", flat=True)[:AT_ONCE])


def questions_to_chase(*, at: datetime) -> list[UUID]:
    """Open questions that are to be chased, or escalated, now."""
    due = Question.objects.filter(answered_at=None, lapsed_at=None, next_at__lte=at)
    return list(due.order_by("next_at").values_list("pk", flat=True)[:AT_ONCE])


def rungs_to_call(*, at: datetime) -> list[UUID]:
    """Live alarms of which the next rung's time has come."""
    due = Alarm.objects.filter(ended_at=None, next_at__lte=at)
    return list(due.order_by("next_at").values_list("pk", flat=True)[:AT_ONCE])


def openings_unreviewed(*, at: datetime) -> list[UUID]:
    """Broken glass of which nobody said within the day whether it was justified, and nobody was told that."""
    late = EmergencyOpening.objects.filter(reviewed_at=None, alarmed_at=None, at__lte=at - REVIEW_WITHIN)
    return list(late.order_by("at").values_list("pk", flat=True)[:AT_ONCE])
