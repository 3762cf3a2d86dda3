"""Who is acting? One answer, made once at the edge and passed to everything that asks."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

CLOCK_ID = UUID(int=0)
READ_AUDIT = "audit.read"  # the one permission that a policy asks for too (`ohsc.core.acting`)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a partner's client or the clock, acting for one agency.

    `permissions` are the words of `agencies.roles.Permission`. The clock acts for no agency and reads as the
    Centre does.
    """

    kind: Literal["person", "client", "clock"]
    id: UUID
    agency_id: UUID | None
    is_centre: bool
    permissions: frozenset[str] = field(default=frozenset())
    name: str = field(default="", compare=False)

    @property
    def home_id(self) -> UUID:
        """The agency it acts for. The clock acts for none, and never where one is needed."""
        if self.agency_id is None:
            raise RuntimeError(f"{self.name or self.kind} acts for no agency.")
        return self.agency_id

    def may(self, permission: str) -> bool:
        return permission in self.permissions


CLOCK = Actor(kind="clock", id=CLOCK_ID, agency_id=None, is_centre=True, name="the clock")
