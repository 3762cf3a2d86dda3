"""Who can do what where, where can nobody, and how much has each agency left this week? For the Centre.

A line for the whole United Kingdom serves each of its nations too (`reaches`). What nobody can do in a nation is a
hole, and is said so in words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from agencies import wording
from agencies.access import visible_absences, visible_capabilities, visible_work_weights
from agencies.beyond import Load, beyond
from agencies.calendars import not_worked
from agencies.capacity import Capacity, capacity_of
from agencies.directory import visible_agencies
from agencies.models import Agency, Capability
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.words import Environment, Skill

UNITED_KINGDOM = "GB"
NATIONS = ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR")


def reaches(jurisdiction: str, place: str) -> bool:
    """Does a jurisdiction take in a place? GB reaches GB-ENG; GB-ENG does not reach GB."""
    return place == jurisdiction or place.startswith(f"{jurisdiction}-")


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

    @property
    def label(self) -> str:
        return wording.place(self.place)


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
class Standing:
    """One agency: its load now against the points of this week."""

    agency: Agency
    load: Load
    points: int
    full_week: int
    away: list[str]  # why this week has fewer points than a full one

    @property
    def is_over(self) -> bool:
        return self.load.points > self.points


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


def capacities(agencies: Iterable[Agency], actor: Actor, *, since: date) -> dict[UUID, Capacity]:
    """Each agency's lines, weights, and absences that are not over before that day; as far as the actor sees them.

    Three statements, however many agencies.
    """
    keys = [agency.pk for agency in agencies]
    absences = visible_absences(actor).filter(agency__in=keys, ends_on__gte=since)
    return {
        key: capacity_of(*parts)
        for key, *parts in _zipped(
            keys,
            visible_capabilities(actor).filter(agency__in=keys),
            visible_work_weights(actor).filter(agency__in=keys),
            absences.order_by("starts_on", "id"),
        )
    }


def standings(agencies: list[Agency], actor: Actor, *, today: date) -> list[Standing]:
    """Each agency's load now against its points of this week."""
    found = capacities(agencies, actor, since=today)
    loads = beyond.loads(found, actor)
    return [_standing(agency, found[agency.pk], loads.get(agency.pk, Load()), today) for agency in agencies]


def _standing(agency: Agency, capacity: Capacity, load: Load, today: date) -> Standing:
    closed = not_worked(agency.calendar, today)
    points = capacity.points_in_week(today, closed)
    away = [f"{name}" for name in closed.values()]
    if capacity.points_in_week(today) < capacity.full_week:
        away.append("planned absence")
    return Standing(agency, load, points, capacity.full_week, away if points < capacity.full_week else [])


def _zipped(keys: list[UUID], *tables: Iterable) -> Iterable[tuple]:
    """For each key the rows of each table that are its agency's."""
    by_agency: list[Mapping[UUID, list]] = []
    for table in tables:
        rows: dict[UUID, list] = {key: [] for key in keys}
        for row in table:
            rows[row.agency_id].append(row)
        by_agency.append(rows)
    return [(key, *(rows[key] for rows in by_agency)) for key in keys]


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
