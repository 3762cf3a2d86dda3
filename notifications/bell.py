"""The doorbell: tell a worker that something waits. If nobody hears it, the sweep finds it a little later."""

import logging
import time

log = logging.getLogger(__name__)

QUIET_SECONDS = 2.0  # after a bell that did not ring; an answer to a partner must not wait for the broker

_quiet_until = 0.0


def ring() -> None:
    """Never fails and never waits long: what is to be done stands in PostgreSQL already."""
    global _quiet_until  # noqa: PLW0603  (one process, one memory of the last bell)
    if time.monotonic() < _quiet_until:
        return
    from notifications.tasks import deliver  # the task imports the actions that ring

    try:
        deliver.apply_async(retry=False, ignore_result=True)
    except Exception as error:  # whatever is wrong with a bell, what it rings for is safe
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("the doorbell is out of reach: %s", type(error).__name__)
