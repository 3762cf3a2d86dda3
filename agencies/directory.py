"""Which agencies take part, and what can each do? A directory that everybody signed in may read.

Agencies are named by their slug. They are known to each other; how much each can take, and who works there, is not.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from agencies import wording
from agencies.models import Ability, Agency
from agencies.working_time import is_open
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.words import Environment, Skill


def visible_agencies(actor: Actor) -> QuerySet[Agency]:
    """The agencies taking part now, whoever asks."""
    return Agency.objects.filter(is_active=True).order_by("slug")


def centre_of(actor: Actor) -> Agency:
    """The Centre."""
    return Agency.objects.get(is_centre=True)


def agency_called(slug: str, actor: Actor) -> Agency | None:
    """The agency of that slug, if it takes part."""
    return visible_agencies(actor).filter(slug=slug).first()


def visible_abilities(actor: Actor) -> QuerySet[Ability]:
    """What the agencies taking part can do, whoever asks; never how much of it."""
    return Ability.objects.filter(agency__is_active=True)


@dataclass(frozen=True)
class Wanted:
    """What narrows the list; "" where anything will do."""

    sector: str = ""
    environment: str = ""
    skill: str = ""


@dataclass
class Line:
    """One agency in the list."""

    agency: Agency
    is_ours: bool
    is_open: bool | None  # by its desk's hours; None where they cannot be read
    skills: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return wording.place(self.agency.jurisdiction)

    @property
    def environments(self) -> list[str]:
        return Environment.in_order(self.agency.environments)


def open_directory(actor: Actor, wanted: Wanted, *, at: datetime) -> list[Line]:
    """The agencies that do what is wanted, by name. A skill and an environment must meet in one ability."""
    rows = visible_agencies(actor)
    abilities = visible_abilities(actor)
    if wanted.sector:
        rows = rows.filter(sector=wanted.sector)
    if wanted.environment:
        rows = rows.filter(environments__contains=[wanted.environment])
    if wanted.skill:
        fitting = abilities.filter(skill=wanted.skill)
        if wanted.environment:
            fitting = fitting.filter(environment=wanted.environment)
        rows = rows.filter(pk__in=fitting.values("agency"))
    lines = [
        Line(agency, agency.pk == actor.agency_id, desk_is_open(agency, at=at))
        for agency in rows.order_by("name")
    ]
    can = set(abilities.values_list("agency", "skill"))
    for line in lines:
        line.skills = [label for skill, label in Skill.choices if (line.agency.pk, skill) in can]
    audit.record(
        audit.Kind.CONSULTATION,
        "directory.opened",
        by=actor,
        at=at,
        subject_type="agency",
        subject_ids=[line.agency.pk for line in lines],
    )
    return lines


def desk_is_open(agency: Agency, *, at: datetime) -> bool | None:
    """Whether the desk answers now, by its hours, zone and bank holidays; None where its hours cannot be read."""
    return is_open(agency.desk_hours, agency.calendar, agency.time_zone, at)
