"""Who is called, and when, while a child may be at risk and nobody has said that they have it?

A ladder of rungs, the Centre's and that of any other agency. Each rung has its minutes from the moment the alarm was
raised. The last one comes again and again: not answering ends nothing. A rung on which nobody stands is stepped over at
once. This table is the one place; whoever would have other rungs or minutes changes what `rungs` gives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings

from agencies.models import User
from agencies.roles import ROLES, Permission


class Who(StrEnum):
    """Whom a rung calls, of the agency that is to answer; the last two of the Centre."""

    HOLDER = "whoever has it, else its analysts"
    COORDINATORS = "its coordinators"
    LEADERS = "its coordinators and supervisors"
    SUPERVISORS = "its supervisors"
    OFFICER = "its named officer"
    EVERYBODY = "everybody of it"
    CENTRE_COORDINATORS = "the Centre’s coordinators"


@dataclass(frozen=True)
class Rung:
    """minutes -- from the alarm; calls -- whom; again_each -- of the last: minutes until it is called again."""

    minutes: int
    calls: tuple[Who, ...]
    again_each: int = 0

    @property
    def after(self) -> timedelta:
        return self.minutes * minute()

    @property
    def says(self) -> str:
        return " and ".join(self.calls)


_CENTRE = (
    Rung(0, (Who.HOLDER,)),
    Rung(5, (Who.COORDINATORS,)),
    Rung(10, (Who.SUPERVISORS,)),
    Rung(15, (Who.OFFICER,)),
    Rung(25, (Who.EVERYBODY,), again_each=10),
)
_AGENCY = (
    Rung(0, (Who.HOLDER,)),
    Rung(10, (Who.LEADERS,)),
    Rung(20, (Who.OFFICER,)),
    Rung(30, (Who.CENTRE_COORDINATORS,)),
    Rung(40, (Who.EVERYBODY, Who.CENTRE_COORDINATORS), again_each=10),
)


def rungs(*, centre: bool) -> tuple[Rung, ...]:
    """The ladder of the Centre, or of another agency that is to answer."""
    return _CENTRE if centre else _AGENCY


def rung_of(ladder: tuple[Rung, ...], number: int) -> Rung:
    """The rung of that number; beyond the last it is the last once more."""
    return ladder[min(number, len(ladder) - 1)]


def wait_before(ladder: tuple[Rung, ...], number: int) -> timedelta | None:
    """How long after the alarm this rung is called; None beyond the last, which comes after the call before it."""
    return ladder[number].after if number < len(ladder) else None


def minute() -> timedelta:
    """A minute of the ladder: a rehearsal, or a test, makes it shorter."""
    return timedelta(seconds=settings.LADDER_MINUTE_SECONDS)


@dataclass(frozen=True)
class Place:
    """Whose ladder it is (`of`), which agency the Centre is, and the two people who stand on a rung by name."""

    of: UUID
    centre: UUID
    holder: UUID | None
    officer: UUID | None


def people_on(who: Who, people: Iterable[User], place: Place) -> list[User]:
    """Those of these active people who stand on this rung. Only who acts for their agency can take a referral."""
    can_act = [one for one in people if Permission.ACT in ROLES[one.role].permissions]
    ours = [one for one in can_act if one.agency_id == place.of]
    match who:
        case Who.HOLDER:
            holds = [one for one in ours if one.pk == place.holder]
            return holds or [one for one in ours if one.role == "analyst"]
        case Who.COORDINATORS:
            return [one for one in ours if one.role == "coordinator"]
        case Who.SUPERVISORS:
            return [one for one in ours if one.role == "supervisor"]
        case Who.LEADERS:
            return [one for one in ours if one.role in ("coordinator", "supervisor")]
        case Who.OFFICER:
            return [one for one in people if one.agency_id == place.of and one.pk == place.officer]
        case Who.EVERYBODY:
            return ours
        case Who.CENTRE_COORDINATORS:
            return [one for one in can_act if one.agency_id == place.centre and one.role == "coordinator"]
