"""What do workers do when the bell rings, and what does the clock look for?"""

import logging
import time

from celery import shared_task
from django.utils import timezone

from notifications import actions, bell, sending

log = logging.getLogger(__name__)

ROUND = 100  # notices and deliveries in one task; a task that leaves some rings again
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


def _deliver() -> int:
    end = time.monotonic() + ROUND_SECONDS
    spread = actions.spread_waiting(at=timezone.now(), limit=ROUND)
    sent = 0
    while (delivery := actions.lease_next(at=timezone.now())) is not None:
        sent += 1
        actions.settle(delivery, _attempt(delivery), at=timezone.now())
        if sent == ROUND or time.monotonic() > end:
            break
    if spread == ROUND or delivery is not None:
        bell.ring()
    return sent


def _attempt(delivery) -> sending.Result:
    """One attempt. An error of our own is one that failed: the message is tried again, and its neighbours go on."""
    try:
        if not actions.may_still_be_told(delivery):
            return sending.NOT_THEIRS_ANY_MORE
        return sending.send(delivery, at=timezone.now())
    except Exception as error:
        log.exception("delivery %s failed", delivery.pk)
        return sending.failed(delivery, error, at=timezone.now())
