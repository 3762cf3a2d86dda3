"""What is called what? A lower app asks here for the names of what a higher one keeps, without importing it.

An app that owns a kind of thing registers it in `ready()`. Names come by the asker's own rights: what it may not see
has none, and is shown without one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ohsc.core.actor import Actor


@dataclass(frozen=True)
class Named:
    """One thing as a reader knows it."""

    name: str
    note: str = ""  # such as a person's role
    url: str = ""  # where more is to be known of it
    agency_id: UUID | None = None


@dataclass(frozen=True)
class Names:
    """How one kind of thing is named.

    of -- the names of these ids, as far as the actor may see them.
    known_as -- the id behind what a person writes, such as a reference; None where there is none to see.
    of_agency -- all of an agency's, to choose from. every -- all there are, where that is never many.
    """

    of: Callable[[Actor, set[UUID]], dict[UUID, Named]]
    known_as: Callable[[Actor, str], UUID | None] | None = None
    of_agency: Callable[[Actor, UUID], dict[UUID, Named]] | None = None
    every: Callable[[Actor], dict[UUID, Named]] | None = None


DeskIsOpen = Callable[[datetime], bool | None]  # None where its hours cannot be read
Desks = Callable[[Actor, set[UUID]], dict[UUID, DeskIsOpen]]
_names: dict[str, Names] = {}
_desks: list[Desks] = []


def register(kind: str, names: Names) -> None:
    _names[kind] = names


def register_desks(desks: Desks) -> None:
    """When does somebody work at these agencies? One app says it, once."""
    _desks[:] = [desks]


def of(kind: str, actor: Actor, ids: Iterable[UUID | None]) -> dict[UUID, Named]:
    """The names of these; nothing is asked where there is none to name."""
    wanted = {each for each in ids if each is not None}
    return _names[kind].of(actor, wanted) if wanted and kind in _names else {}


def known_as(kind: str, actor: Actor, text: str) -> UUID | None:
    """The id behind a reference, an e-mail address or the like."""
    find = _names[kind].known_as if kind in _names else None
    return find(actor, text) if find else None


def of_agency(kind: str, actor: Actor, agency_id: UUID) -> dict[UUID, Named]:
    """All of this kind that the agency has, by name."""
    listed = _names[kind].of_agency if kind in _names else None
    return listed(actor, agency_id) if listed else {}


def all_of(kind: str, actor: Actor) -> dict[UUID, Named]:
    """All of this kind, by name."""
    every = _names[kind].every if kind in _names else None
    return every(actor) if every else {}


def desks(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, DeskIsOpen]:
    """For each of these agencies, whether its desk is open at a moment."""
    wanted = set(ids)
    return _desks[0](actor, wanted) if wanted and _desks else {}
