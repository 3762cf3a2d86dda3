"""Whose is this piece of work? One worker's at a time, until it is done, cancelled, or left by a worker that died.

For what people ask of a worker (`models.routing.ByWorker`): plans and rehearsals.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.models.routing import ByWorker

STALE = timedelta(seconds=60)  # after so long without a word, another takes it


def claim(
    model: type[ByWorker], pk: UUID, states: Sequence[str], becomes: str, *, at: datetime
) -> ByWorker | None:
    """Take one that waits in one of these states: that nobody has begun, or that its worker left."""
    with acting_as(CLOCK), writing():
        rows = model._default_manager.select_for_update(skip_locked=True)
        found = rows.filter(pk=pk, state__in=states).first()
        begun = found is not None and (found.state == becomes and found.progress > 0)
        if found is None or (begun and found.touched_at > at - STALE):
            return None
        found.state, found.progress, found.touched_at = becomes, max(found.progress, 1), at
        found.save(update_fields=["state", "progress", "touched_at"])
    return found


def goes_on(model: type[ByWorker], pk: UUID, state: str, progress: int, *, at: datetime) -> bool:
    """Say how far it is; and whether it was cancelled meanwhile."""
    with acting_as(CLOCK), writing():
        rows = model._default_manager.filter(pk=pk, state=state)
        return bool(rows.update(progress=max(progress, 1), touched_at=at))


def fail(model: type[ByWorker], pk: UUID, under_way: Sequence[str], *, at: datetime) -> None:
    """An error of our own ended it: it says so."""
    with acting_as(CLOCK), writing():
        rows = model._default_manager.filter(pk=pk, state__in=under_way)
        rows.update(state="failed", ended_at=at)


def waiting_for_a_worker(model: type[ByWorker], under_way: Sequence[str]) -> list[UUID]:
    """The longest waiting first."""
    with acting_as(CLOCK):
        rows = model._default_manager.filter(state__in=under_way).order_by("touched_at")
        return list(rows.values_list("pk", flat=True)[:20])
