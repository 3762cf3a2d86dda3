"""What do workers do when the bell rings, and what does the clock look for?"""

import logging
import time

from celery import shared_task
from django.utils import timezone

from agencies.clients import WARNED_BEFORE
from notifications import account_letters, actions, bell, digests, sending

log = logging.getLogger(__name__)

ROUND = 100  # deliveries in one task; a task that leaves some rings again
NOTICES = 2_000  # notices spread in one task, many at once
ROUND_SECONDS = 25.0  # with the longest attempt added, still inside a task's time limit


@shared_task
def deliver() -> int:
    """Spread what waits, then send what is due."""
    bell.answered()
    return _deliver()


@shared_task
def sweep() -> int:
    """The same, by the clock: what a lost doorbell or a dead worker left."""
    return _deliver()


@shared_task
def warn_of_expiring_clients() -> int:
    """Tell administrators of partner systems that stop working within thirty days, once for each."""
    return actions.warn_of_expiring_clients(at=timezone.now(), within=WARNED_BEFORE)


@shared_task
def tell_of_heads() -> int:
    """Send the audit's signed head to the webhooks that take it."""
    return actions.tell_of_heads(at=timezone.now())


def _deliver() -> int:
    end = time.monotonic() + ROUND_SECONDS
    _send_account_letters(end)
    spread = actions.spread_waiting(at=timezone.now(), limit=NOTICES)
    sent = 0
    while (delivery := actions.lease_next(at=timezone.now())) is not None:
        sent += 1
        actions.settle(delivery, _attempt(delivery), at=timezone.now())
        if sent == ROUND or time.monotonic() > end:
            break
    if spread >= NOTICES or delivery is not None:
        bell.ring()
    return sent


def _attempt(delivery) -> sending.Result:
    """One attempt. An error of our own is one that failed: the message is tried again, and its neighbours go on."""
    try:
        if not actions.may_still_be_told(delivery):
            return sending.withheld(actions.why_withheld(delivery))
        return sending.send(delivery, at=timezone.now())
    except Exception as error:
        log.exception("delivery %s failed", delivery.pk)
        return sending.failed(delivery, error, at=timezone.now())


def _send_account_letters(end: float) -> None:
    """Letters about accounts go first: somebody waits for a link. What is left over is the next sweep's."""
    while time.monotonic() < end and (letter := actions.lease_letter(at=timezone.now())) is not None:
        try:
            message = actions.message_of(letter, at=timezone.now())
            result = (
                account_letters.attempt(letter, message, at=timezone.now())
                if message
                else sending.NOT_THEIRS_ANY_MORE
            )
        except Exception as error:
            log.exception("letter %s failed", letter.pk)
            result = account_letters.failed(letter, error, at=timezone.now())
        actions.settle_letter(letter, result, at=timezone.now())


@shared_task
def send_digests() -> int:
    """Make the digests of this hour and day that are not there yet, and send what is due."""
    actions.make_digests(at=timezone.now())
    end, sent = time.monotonic() + ROUND_SECONDS, 0
    while time.monotonic() < end and (digest := actions.lease_digest(at=timezone.now())) is not None:
        sent += 1
        _send_digest(digest)
    return sent


def _send_digest(digest) -> None:
    """One attempt; an error of our own counts as one that failed."""
    to_agency, news = None, []
    try:
        person, news = actions.news_still_theirs(digest)
        to_agency = person.agency_id
        result = (
            digests.send(digest, person, news, at=timezone.now()) if news else sending.NOT_THEIRS_ANY_MORE
        )
    except Exception as error:
        log.exception("digest %s failed", digest.pk)
        result = digests.failed(digest, error, at=timezone.now())
    actions.settle_digest(digest, result, to_agency=to_agency, news=news, at=timezone.now())
