"""How does a lower app have a disclosure written into the register, which a higher one keeps?

The register (`referrals.models.Disclosure`) is one table for all that one agency shows another. Whoever keeps it says
so in `ready()`; a line is written in the transaction of the step that discloses, by the writing role.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ohsc.core.actor import Actor


@dataclass(frozen=True)
class Disclosed:
    """One agency showed another something: what, under which agreement, and who did it.

    subject -- type, id and reference of the record. parts -- words of `referrals.models.Disclosure.Part`.
    """

    kind: str
    subject: tuple[str, UUID | None, str]
    from_id: UUID
    to_id: UUID
    parts: tuple[str, ...]
    by: Actor
    at: datetime
    agreement_id: UUID | None = None
    agreement: str = ""
    gateway: str = ""
    offer_id: UUID | None = None
    rows: int | None = None


Keep = Callable[[Disclosed], None]
TakeBack = Callable[[UUID, UUID, datetime], None]  # of which record, from which agency, when
_kept: dict[str, Callable] = {}


def kept_by(keep: Keep, take_back: TakeBack) -> None:
    """The app that has the register says how it is written."""
    _kept.update(keep=keep, take_back=take_back)


def keep(disclosed: Disclosed) -> None:
    """Write a line of the register. The caller is writing."""
    _kept["keep"](disclosed)


def take_back(subject_id: UUID, to_id: UUID, at: datetime) -> None:
    """Write that what was shown of this record to that agency was taken back. The caller is writing."""
    _kept["take_back"](subject_id, to_id, at)
