"""Who looked at what in the last week? Reads as people make them, and a few unusual ones, for the pages of the audit.

Each is the real one, made by somebody who may make it, of a record as it has stood since.
"""

import contextlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from ohsc.core.acting import acting_as
from ohsc.core.actor import Actor
from ohsc.core.purposes import EXPORTS
from ohsc.demo.agencies import CENTRE
from ohsc.demo.stories import SEED
from ohsc.demo.telling import Cast
from referrals.access import visible_referrals
from referrals.caseload import REASONS, derived_purpose
from referrals.exporting import export
from referrals.models import Narrative
from referrals.narrowing import Narrowing
from referrals.record import open_narrative, open_record
from referrals.searching import search

WEEK = timedelta(days=7)
A_PERSON_READS = 9
READERS = ("analyst", "coordinator")
SEARCHED_IN_VAIN = (
    "grey-plover-71",
    "grey_plover_71",
    "greyplover71",
    "plover.grey71",
    "gr3y-plover",
    "plover71-grey",
)
FLOOD = 26  # records opened in one sitting, at night


def look_around(cast: Cast, now: datetime) -> None:
    """Everybody's reads of the last week, and three people who read unusually."""
    chance = random.Random(SEED)  # noqa: S311 -- stories, not secrets
    for (_, role), people in sorted(cast.by_role.items()):
        if role in READERS:
            for reader in people:
                with acting_as(reader):
                    _a_week_of(reader, chance, now)
    night = now.replace(hour=2, minute=10, second=0, microsecond=0) - timedelta(days=1)
    with acting_as(by := cast.by_role[CENTRE, "analyst"][-1]):
        for number, referral_id in enumerate(_ids(by, night, FLOOD)):
            open_record(referral_id, by, at=night + timedelta(seconds=40 * number))
    with acting_as(by := cast.one(None, "harbour-helpline", "analyst")):
        for number, text in enumerate(SEARCHED_IN_VAIN):
            search(text, Narrowing(), by, [], at=night + timedelta(hours=9, minutes=2 * number))
    with acting_as(by := cast.one(None, "northshire-police", "coordinator")):
        for number in range(5):
            at = night + timedelta(hours=10, minutes=20 * number)
            export(
                _ids(by, at, 40),
                by,
                at=at,
                of="all referrals",
                purpose=EXPORTS["planning"].lower(),
                filters={},
            )


def _ids(reader: Actor, at: datetime, most: int) -> list[UUID]:
    """Records as they had stood at that moment already."""
    rows = visible_referrals(reader).filter(updated_at__lt=at).order_by("-updated_at", "pk")
    return list(rows.values_list("pk", flat=True)[:most])


def _a_week_of(reader: Actor, chance: random.Random, now: datetime) -> None:
    rows: Sequence[tuple[UUID, datetime]] = (
        visible_referrals(reader)
        .order_by("-updated_at", "pk")
        .values_list("pk", "updated_at")[: 3 * A_PERSON_READS]
    )
    for referral_id, changed in chance.sample(list(rows), min(len(rows), A_PERSON_READS)):
        since = max(changed, now - WEEK)
        at = since + (now - since) * chance.random()
        seen = open_record(referral_id, reader, at=at)
        if chance.random() < 0.4:
            purpose = derived_purpose(seen, reader) or REASONS["quality"].lower()
            with contextlib.suppress(Narrative.DoesNotExist):
                open_narrative(referral_id, reader, at=at + timedelta(seconds=30), purpose=purpose)
