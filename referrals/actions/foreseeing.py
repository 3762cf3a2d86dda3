"""What exactly would the other side see? The step is taken, looked at with their eyes, and taken back.

Nothing is guessed: the look is the one that the agency will have, through `access`, under its own rights in the
database, at the record as the step leaves it. What was written meanwhile, the events too, never was.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from agencies.access import actor_for_agency
from agencies.models import Agency
from ohsc.core.acting import acting_as
from ohsc.core.actor import Actor
from referrals import record
from referrals.actions.perform import perform
from referrals.drafts import Given

T = TypeVar("T")
Show = Callable[[record.Seen, Actor], T]


class _Undone(Exception):
    """Leaves the savepoint, so that nothing of the preview stays."""


def foresee(
    name: str,
    *,
    referral_id: UUID,
    by: Actor,
    at: datetime,
    given: Given,
    before: Agency,
    show: Show[T],
) -> T:
    """Take the step, `show` the record as `before`'s agency sees it then, and take the step back.

    `show` is called under that agency's rights, so whatever it still fetches is fetched with their eyes as well.
    Raises what `perform` raises.
    """
    shown: list[T] = []
    try:
        with transaction.atomic():
            perform(name, referral_id=referral_id, by=by, at=at, given=given)
            reader = actor_for_agency(before)
            with acting_as(reader):
                seen = record.look(record.referral_of(referral_id, reader), reader)
                shown.append(show(seen, reader))
            raise _Undone
    except _Undone:
        return shown[0]
