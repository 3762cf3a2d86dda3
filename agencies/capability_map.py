"""Who can do what where, where can nobody, and how much has each agency left this week? For the Centre.

A line for the whole United Kingdom serves each of its nations too (`agencies.jurisdictions`). What nobody can do in a
nation is a hole, and is said so in words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from agencies import wording
from agencies.access import visible_capabilities
from agencies.directory import visible_agencies
from agencies.jurisdictions import NATIONS, UNITED_KINGDOM, reaches
from agencies.models import Agency, Capability
from agencies.standings import Standing, standings
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.words import Environment, Skill


@dataclass(frozen=True)
class Cell:
    """One skill in one place: the agencies that say so of this very place, and those that reach it from a wider one."""

    place: str
    here: list[Agency] = field(default_factory=list)
    wider: list[Agency] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.here or self.wider)

    @property
    def is_hole(self) -> bool:
        """Nobody can, in a nation: elsewhere nobody need be able to, and the whole country is its nations."""
        return self.is_empty and self.place in NATIONS


@dataclass(frozen=True)
class Row:
    skill: str
    cells: list[Cell]

    @property
    def label(self) -> str:
        return str(Skill(self.skill).label)

    @property
    def is_empty(self) -> bool:
        """Nobody does this anywhere."""
        return all(cell.is_empty for cell in self.cells)


@dataclass(frozen=True)
class Part:
    """One environment of the map."""

    environment: str
    rows: list[Row]

    @property
    def holes(self) -> int:
        return sum(cell.is_hole for row in self.rows for cell in row.cells)

    @property
    def all_cells(self) -> int:
        """How many there could be."""
        return len(self.rows) * len(NATIONS)


@dataclass(frozen=True)
class Map:
    places: list[str]
    parts: list[Part]
    standings: list[Standing]

    @property
    def headings(self) -> list[str]:
        return [wording.place(place) for place in self.places]


def open_map(actor: Actor, *, at: datetime, today: date, environment: str = "") -> Map:
    """The whole map, or one environment of it; the look is recorded."""
    agencies = {agency.pk: agency for agency in visible_agencies(actor).order_by("name")}
    rows = [row for row in visible_capabilities(actor) if row.agency_id in agencies]
    places = _places(rows)
    wanted = [environment] if environment else list(Environment.values)
    audit.record(
        audit.Kind.CONSULTATION,
        "capability.map_opened",
        by=actor,
        at=at,
        subject_type="agency",
        subject_ids=list(agencies),
    )
    return Map(
        places=places,
        parts=[
            _part(each, [row for row in rows if row.environment == each], places, agencies) for each in wanted
        ],
        standings=standings([one for one in agencies.values() if not one.is_centre], actor, today=today),
    )


def _places(rows: Iterable[Capability]) -> list[str]:
    """The United Kingdom and its nations, then whatever else is said, by name."""
    known = [UNITED_KINGDOM, *NATIONS]
    others = {row.jurisdiction for row in rows} - set(known)
    return [*known, *sorted(others, key=wording.place)]


def _part(
    environment: str, rows: list[Capability], places: list[str], agencies: Mapping[UUID, Agency]
) -> Part:
    order = list(agencies)
    found = []
    for skill in Skill.values:
        able = sorted((row for row in rows if row.skill == skill), key=lambda row: order.index(row.agency_id))
        found.append(Row(skill, [_cell(place, able, agencies) for place in places]))
    return Part(environment, found)


def _cell(place: str, able: list[Capability], agencies: Mapping[UUID, Agency]) -> Cell:
    here = [agencies[row.agency_id] for row in able if row.jurisdiction == place]
    wider = [
        agencies[row.agency_id]
        for row in able
        if row.jurisdiction != place and reaches(row.jurisdiction, place)
    ]
    return Cell(place, here, [agency for agency in wider if agency not in here])
