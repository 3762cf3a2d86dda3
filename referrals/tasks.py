"""What does the clock do to referrals? Each entrance calls one action."""

from collections.abc import Callable
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals import clocks, feedback_owed
from referrals.actions import (
    StepRefused,
    alarm_unreviewed,
    begin_owing,
    breach,
    chase_feedback,
    count_scorecards,
    perform,
    reckon,
    remind,
    remind_of_feedback,
    remind_of_offer,
)


@shared_task
def expire_offers() -> int:
    """Take the step `expire` on every offer past its deadline, each in a transaction of its own."""
    return _each(clocks.offers_past_their_time, _expire)


@shared_task
def watch_clocks() -> int:
    """Remind of what is due soon, tell the named officers of what was missed, and the Centre's reviewers of a broken
    glass of which nobody said anything; and see to the word that sources are owed. Each in its own transaction."""
    return (
        _each(clocks.overdue, breach)
        + _each(clocks.due_soon, remind)
        + _each(clocks.offers_to_answer_soon, remind_of_offer)
        + _each(clocks.openings_unreviewed, alarm_unreviewed)
        + _each(feedback_owed.not_yet_owed, begin_owing)
        + _each(feedback_owed.to_remind, remind_of_feedback)
        + _each(feedback_owed.to_chase, chase_feedback)
    )


@shared_task
def balance_the_books() -> int:
    """Every referral received is somewhere, in one organisation's custody. Returns how many promises are broken."""
    with acting_as(CLOCK):
        return len(reckon(by=CLOCK, at=timezone.now()).broken)


@shared_task
def count_the_scorecards() -> int:
    """Every agency's figures as source and as receiver, for the pages. Returns how many cards were written."""
    with acting_as(CLOCK):
        return count_scorecards(by=CLOCK, at=timezone.now())


def _each(find: Callable, act: Callable) -> int:
    with acting_as(CLOCK):
        found = find(at=timezone.now())
    done = 0
    for referral_id in found:
        with acting_as(CLOCK):
            done += bool(act(referral_id, by=CLOCK, at=timezone.now()))
    return done


def _expire(referral_id: UUID, *, by, at) -> bool:
    try:
        perform("expire", referral_id=referral_id, by=by, at=at)
    except StepRefused:
        return False  # answered in the meantime
    return True
