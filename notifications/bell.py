"""The doorbell: tell a worker that something waits. If nobody hears it, the sweep finds it a little later."""

import logging
import time
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from redis import Redis

log = logging.getLogger(__name__)

HANGS = "ohsc:bell"
HANGS_SECONDS = 10  # a bell lost with its broker or its worker; the sweep finds what it told of meanwhile
QUIET_SECONDS = 2.0  # after a bell that did not ring; an answer to a partner must not wait for the broker

_quiet_until = 0.0


def ring_at_commit() -> None:
    """Once for a transaction, however much it tells of."""
    if all(function is not ring for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Never fails and never waits long: what is to be done stands in PostgreSQL already.

    One bell at a time: while one hangs that no worker has answered, whoever answers it will find what this one would
    have told of. A flood of arrivals is then no flood of bells.
    """
    global _quiet_until  # noqa: PLW0603  (one process, one memory of the last bell)
    if time.monotonic() < _quiet_until:
        return
    from notifications.tasks import deliver  # the task imports the actions that ring

    try:
        if _broker().set(HANGS, 1, nx=True, ex=HANGS_SECONDS):
            deliver.apply_async(retry=False, ignore_result=True)
    except Exception as error:  # whatever is wrong with a bell, what it rings for is safe
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("the doorbell is out of reach: %s", type(error).__name__)


def answered() -> None:
    """A worker has heard it and is about to look: the next change rings anew."""
    try:
        _broker().delete(HANGS)
    except Exception as error:
        log.warning("the doorbell is out of reach: %s", type(error).__name__)


@cache
def _broker() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
