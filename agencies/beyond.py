"""What do the apps above know of a person, and do when one leaves? They say so here when they are made ready, for this
app imports none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from agencies.capacity import Capacity
from ohsc.core.actor import Actor


class Held(NamedTuple):
    """A piece of open work on a person's desk: what it is called, and its page."""

    reference: str
    url: str


class News(NamedTuple):
    """What these colleagues are to read in their inbox of a person, or of an invitation."""

    agency_id: UUID
    to_people: list[UUID]
    subject_type: str
    subject_id: UUID
    topic: str
    says: str


class Load(NamedTuple):
    """What an agency has, in points: accepted and open, and offered and not answered."""

    accepted: int = 0
    offered: int = 0

    @property
    def points(self) -> int:
        return self.accepted + self.offered


def _no_load(capacities: Mapping[UUID, Capacity], actor: Actor) -> dict[UUID, Load]:
    return {}


def _nothing_held(person_id: UUID, actor: Actor, at: datetime) -> list[Held]:
    return []


def _nothing_put_down(person_id: UUID, by: Actor, at: datetime) -> int:
    return 0


def _nobody_told(news: News, at: datetime) -> None:
    return None


@dataclass
class Beyond:
    """`held` and `put_down` are of a person of the actor's agency; `ring` tells the workers, at the commit, that a
    letter waits. `loads` weighs the work of each of these agencies, as far as the actor sees it, by its own weights."""

    held: Callable[[UUID, Actor, datetime], list[Held]] = _nothing_held
    put_down: Callable[[UUID, Actor, datetime], int] = _nothing_put_down
    tell: Callable[[News, datetime], None] = _nobody_told
    loads: Callable[[Mapping[UUID, Capacity], Actor], dict[UUID, Load]] = _no_load
    ring: Callable[[], None] = lambda: None


beyond = Beyond()
