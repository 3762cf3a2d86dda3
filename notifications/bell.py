"""The doorbell: tell a worker that something waits. If nobody hears it, the sweep finds it a little later."""

import logging

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def ring() -> None:
    """Never fails and never waits long: what is to be done stands in PostgreSQL already."""
    from notifications.tasks import deliver  # the task imports the actions that ring

    try:
        deliver.apply_async(retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the doorbell is out of reach: %s", type(error).__name__)
