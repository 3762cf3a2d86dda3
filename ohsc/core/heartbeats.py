"""Does the clock still tick? Every job of its schedule leaves a heartbeat when a worker has done it.

A beat that stays away tells of the clock, of the workers or of the broker between them: the chain is watched, not
a process.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.core.models import Heartbeat

BEATS_MISSED = 3
SHORTEST_PATIENCE = 60.0  # seconds: a job may take that long, and a restart too


@dataclass(frozen=True)
class Beat:
    """One job: how often it should be done, and how long ago it was; None: not known, or never."""

    job: str
    every: float | None
    age: float | None

    @property
    def is_late(self) -> bool:
        """Seen once, and not for three of its intervals. One never seen belongs to a new installation."""
        if self.age is None or self.every is None:
            return False
        return self.age > max(BEATS_MISSED * self.every, SHORTEST_PATIENCE)


def beats(*, at: datetime) -> list[Beat]:
    """Every job of the schedule, by name."""
    with acting_as(CLOCK):
        seen = dict(Heartbeat.objects.values_list("job", "at"))
    ages = {job: (at - when).total_seconds() for job, when in seen.items()}
    return [Beat(job, every, ages.get(job)) for job, every in sorted(scheduled().items())]


def scheduled() -> dict[str, float | None]:
    """The clock's jobs, each with its interval in seconds; None for one that has hours of the day instead."""
    return {entry["task"]: _seconds(entry["schedule"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def _seconds(schedule: object) -> float | None:
    if isinstance(schedule, timedelta):
        return schedule.total_seconds()
    return float(schedule) if isinstance(schedule, int | float) else None
