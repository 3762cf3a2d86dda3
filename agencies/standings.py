"""How much has each agency in this week, how much of it is taken, and why has it less than in a full week?

In points, as `agencies.capacity` counts them. The pages and routing both read it here, so that they never differ.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from agencies.access import visible_absences, visible_capabilities, visible_work_weights
from agencies.beyond import Load, beyond
from agencies.calendars import not_worked
from agencies.capacity import Capacity, capacity_of, working_days
from agencies.models import Agency
from ohsc.core.actor import Actor


@dataclass(frozen=True)
class Standing:
    """One agency: its load now against the points of this week."""

    agency: Agency
    capacity: Capacity
    load: Load
    points: int
    away: list[str]  # why this week has fewer points than a full one

    @property
    def full_week(self) -> int:
        """0: it has not said."""
        return self.capacity.full_week

    @property
    def is_over(self) -> bool:
        return self.load.points > self.points


def standings(agencies: Iterable[Agency], actor: Actor, *, today: date) -> list[Standing]:
    """Each agency's load now against its points of this week, in the order in which they were given.

    As far as the actor sees them; the number of statements is the same however many agencies there are.
    """
    named = list(agencies)
    found = _capacities(named, actor, today=today)
    loads = beyond.loads(found, actor)
    return [_standing(agency, found[agency.pk], loads.get(agency.pk, Load()), today) for agency in named]


def _capacities(agencies: Iterable[Agency], actor: Actor, *, today: date) -> dict[UUID, Capacity]:
    """Each agency's lines, weights, and absences that were not over when this week began."""
    keys = [agency.pk for agency in agencies]
    tables = (
        visible_capabilities(actor).order_by("environment", "skill", "jurisdiction"),
        visible_work_weights(actor).order_by("id"),
        visible_absences(actor).filter(ends_on__gte=working_days(today)[0]).order_by("starts_on", "id"),
    )
    lines, weights, absences = (_by_agency(rows.filter(agency__in=keys)) for rows in tables)
    return {key: capacity_of(lines[key], weights[key], absences[key]) for key in keys}


def _by_agency(rows: Iterable) -> dict[UUID, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.agency_id].append(row)
    return found


def _standing(agency: Agency, capacity: Capacity, load: Load, today: date) -> Standing:
    closed = not_worked(agency.calendar, today)
    points = capacity.points_in_week(today, closed)
    away = list(closed.values())
    if capacity.points_in_week(today) < capacity.full_week:
        away.append("planned absence")
    return Standing(agency, capacity, load, points, away if points < capacity.full_week else [])
