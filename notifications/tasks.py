"""What do workers do when the bell rings, and what does the clock look for?"""

from celery import shared_task
from django.utils import timezone

from notifications import actions, sending

ROUND = 100  # notices and deliveries in one task; a task that fills its round rings again


@shared_task
def deliver() -> int:
    """Spread what waits, then send what is due."""
    return _deliver()


@shared_task
def sweep() -> int:
    """The same, by the clock: what a lost doorbell or a dead worker left."""
    return _deliver()


def _deliver() -> int:
    spread = actions.spread_waiting(at=timezone.now(), limit=ROUND)
    sent = 0
    while sent < ROUND and (delivery := actions.lease_next(at=timezone.now())) is not None:
        sent += 1
        if actions.may_still_be_told(delivery):
            result = sending.send(delivery, at=timezone.now())
        else:
            result = sending.NOT_THEIRS_ANY_MORE
        actions.settle(delivery, result, at=timezone.now())
    if spread == ROUND or sent == ROUND:
        deliver.apply_async(retry=False)
    return sent
