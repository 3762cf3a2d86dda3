"""What does the floor itself write? Only that the clock still ticks."""

from datetime import datetime

from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.models import Heartbeat


def note_beat(job: str, *, at: datetime) -> None:
    """A job of the clock was done to its end. Nothing was seen or changed by that, so there is no audit event."""
    with acting_as(CLOCK), writing():
        Heartbeat.objects.bulk_create(
            [Heartbeat(job=job, at=at)], update_conflicts=True, unique_fields=["job"], update_fields=["at"]
        )
