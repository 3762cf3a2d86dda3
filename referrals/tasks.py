"""What does the clock do to referrals? Each entrance calls one action."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from notifications.pagers import Answer, Callee, Pager, the_pager
from ohsc.core import registry
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals import clocks, feedback_owed
from referrals.actions import (
    StepRefused,
    alarm_unreviewed,
    begin_owing,
    breach,
    chase_by_the_clock,
    chase_feedback,
    claiming,
    climb,
    count_scorecards,
    lease_page,
    offering_on,
    perform,
    plans,
    reckon,
    rehearsals,
    remind,
    remind_of_feedback,
    remind_of_offer,
    settle_page,
    time_question,
)
from referrals.models import AlarmCall, Plan, Rehearsal
from referrals.models.routing import ByWorker

log = logging.getLogger(__name__)
PAGING_SECONDS = 25.0  # of one task; what is left is the next one's


@shared_task
def expire_offers() -> int:
    """Take the step `expire` on every offer past its deadline, each in a transaction of its own."""
    return _each(clocks.offers_past_their_time, _expire)


@shared_task
def offer_on() -> int:
    """What was declined or lapsed goes to the next best agency, where the rules say so."""
    return _each(clocks.offers_without_a_taker, offering_on.offer_on)


@shared_task
def watch_clocks() -> int:
    """Remind of what is due soon, tell the named officers of what was missed, chase questions, tell the Centre's
    reviewers of a broken glass of which nobody said anything; and see to the word that sources are owed. Each in its
    own transaction."""
    return (
        _each(clocks.overdue, breach)
        + _each(clocks.due_soon, remind)
        + _each(clocks.offers_to_answer_soon, remind_of_offer)
        + _each(clocks.questions_without_a_time, time_question)
        + _each(clocks.questions_to_chase, chase_by_the_clock)
        + _each(clocks.openings_unreviewed, alarm_unreviewed)
        + _each(feedback_owed.not_yet_owed, begin_owing)
        + _each(feedback_owed.to_remind, remind_of_feedback)
        + _each(feedback_owed.to_chase, chase_feedback)
    )


@shared_task
def climb_ladders() -> int:
    """Call whom the ladders of live alarms say, each in its own transaction; then hand over what a pager carries."""
    climbed = _each(clocks.rungs_to_call, climb)
    _page()
    return climbed


def _page() -> None:
    """Every call that waits for the pager. An error of the pager's is an answer: it is tried again."""
    pager = the_pager()
    end = time.monotonic() + PAGING_SECONDS
    while pager and time.monotonic() < end and (call := lease_page(at=timezone.now())):
        settle_page(call, _carried(pager, call), at=timezone.now())


def _carried(pager: Pager, call: AlarmCall) -> Answer:
    person, agency = call.person, call.agency
    to = (
        Callee(person.name, agency.name, email=person.email)
        if person
        else Callee(agency.desk_name, agency.name, agency.desk_email, agency.desk_phone)
    )
    link = settings.BASE_URL + registry.page_of("alarm", call.alarm_id)
    try:
        return pager.page(call.pk, to, reference=call.alarm.referral.reference, link=link, at=call.called_at)
    except Exception as error:
        log.exception("the pager failed with call %s", call.pk)
        return Answer(accepted=False, reason=f"our own error: {type(error).__name__}")


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


@shared_task
def work_on_plan(plan_id: str) -> bool:
    """Work out a plan that was asked for, or make the offers of one that was accepted."""
    return _work_on(UUID(plan_id))


@shared_task
def work_on_rehearsal(rehearsal_id: str) -> bool:
    """Try a draft of the rules on what was."""
    return _rehearse(UUID(rehearsal_id))


@shared_task
def work_on_what_waits() -> int:
    """The same for plans and rehearsals, by the clock: what a lost doorbell or a dead worker left."""
    return sum(map(_work_on, claiming.waiting_for_a_worker(Plan, plans.UNDER_WAY))) + sum(
        map(_rehearse, claiming.waiting_for_a_worker(Rehearsal, rehearsals.UNDER_WAY))
    )


def _work_on(plan_id: UUID) -> bool:
    with _failing(Plan, plan_id, plans.UNDER_WAY):
        return plans.work_out(plan_id, at=timezone.now()) or plans.make_offers(plan_id, timezone.now)


def _rehearse(rehearsal_id: UUID) -> bool:
    with _failing(Rehearsal, rehearsal_id, rehearsals.UNDER_WAY):
        return rehearsals.rehearse(rehearsal_id, timezone.now)


@contextmanager
def _failing(model: type[ByWorker], pk: UUID, under_way: Sequence[str]) -> Iterator[None]:
    """An error of our own ends it, and it says so. Where the database went away, the clock finds it again."""
    try:
        yield
    except OperationalError:
        raise
    except Exception:
        claiming.fail(model, pk, under_way, at=timezone.now())
        raise
