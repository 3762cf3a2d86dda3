"""What does one agency's page say? Whom to ring, what it can do, what was agreed with us; at home, who works here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q

from agencies import wording
from agencies.access import visible_agreements, visible_capabilities, visible_people
from agencies.directory import desk_is_open, visible_abilities, visible_agencies
from agencies.models import Ability, Agency, Capability, SharingAgreement, User
from agencies.roles import Permission
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.words import Environment, Skill


class Can(NamedTuple):
    """One line of what an agency can do; environments in which it is the same stand together."""

    skill: str
    place: str
    languages: tuple[str, ...]
    powers: tuple[str, ...]
    hours: str
    weekly: int | None  # None for those whom it is not told

    @property
    def label(self) -> str:
        return str(Skill(self.skill).label)


@dataclass(frozen=True)
class Permitted:
    """An agreement in force, from the reader's side."""

    agreement: SharingAgreement
    with_agency: Agency
    we_disclose: bool
    harms: list[str]  # in words; empty where every harm is covered

    @property
    def environments(self) -> list[str]:
        return Environment.in_order(self.agreement.environments)


@dataclass(frozen=True)
class AgencyPage:
    agency: Agency
    is_ours: bool
    is_open: bool | None
    can: list[tuple[Can, list[str]]]
    shows_weekly: bool
    permitted: list[Permitted]
    not_in_force: list[Permitted]
    people: list[User]  # colleagues; of another agency only the desk is known
    may_keep: bool
    may_name_administrator: bool  # the Centre, of another agency
    may_keep_lines: bool
    shows_map: bool

    @property
    def place(self) -> str:
        return wording.place(self.agency.jurisdiction)

    @property
    def bank_holidays(self) -> str:
        """Where the bank holidays are kept that close its desk; "" where it keeps none."""
        return wording.place(self.agency.calendar)

    @property
    def environments(self) -> list[str]:
        return Environment.in_order(self.agency.environments)

    @property
    def breach_officer(self) -> User | None:
        return next((person for person in self.people if person.pk == self.agency.breach_officer_id), None)


def open_agency(slug: str, actor: Actor, *, at: datetime, today: date) -> AgencyPage:
    """Everything this reader may know of one agency; the look is recorded. Raises Agency.DoesNotExist."""
    agency = visible_agencies(actor).get(slug=slug)
    is_ours = agency.pk == actor.agency_id
    shows_weekly = is_ours or actor.is_centre
    rows: Iterable[Ability | Capability] = (
        visible_capabilities(actor).filter(agency=agency)
        if shows_weekly
        else visible_abilities(actor).filter(agency=agency)
    )
    agreements = agreements_with(agency, actor)
    people = list(visible_people(actor).filter(agency=agency, is_active=True).order_by("name"))
    audit.record(
        audit.Kind.CONSULTATION,
        "agency.opened",
        by=actor,
        at=at,
        subject_type="agency",
        subject_ids=[agency.pk],
        details={"agreements": len(agreements), "people": len(people) if is_ours else 0},
    )
    return AgencyPage(
        agency=agency,
        is_ours=is_ours,
        is_open=desk_is_open(agency, at=at),
        can=_together(rows),
        shows_weekly=shows_weekly,
        permitted=[one for one in agreements if is_in_force(one.agreement, today)],
        not_in_force=[one for one in agreements if not is_in_force(one.agreement, today)],
        people=people if is_ours else [],
        may_keep=is_ours and actor.may(Permission.MANAGE_PEOPLE),
        may_name_administrator=actor.is_centre and not is_ours and actor.may(Permission.MANAGE_PEOPLE),
        may_keep_lines=is_ours and actor.may(Permission.KEEP_CAPABILITIES),
        shows_map=actor.is_centre,
    )


def agreements_with(agency: Agency, actor: Actor) -> list[Permitted]:
    """What the reader's own agency agreed with this one; at home, with anybody. Never what others agreed."""
    ours = Q(discloser=actor.agency_id) | Q(recipient=actor.agency_id)
    theirs = Q(discloser=agency) | Q(recipient=agency)
    rows = list(visible_agreements(actor).filter(ours, theirs).select_related("discloser", "recipient"))
    labels = wording.harms({code for row in rows for code in row.harm_types})
    found = [
        Permitted(
            row,
            row.recipient if row.discloser_id == actor.agency_id else row.discloser,
            row.discloser_id == actor.agency_id,
            [labels[code] for code in row.harm_types],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.we_disclose, one.with_agency.name, one.agreement.reference))


def is_in_force(agreement: SharingAgreement, today: date) -> bool:
    """On that day something may be disclosed under it."""
    return agreement.ended_at is None and agreement.starts_on <= today <= agreement.ends_on


def _together(rows: Iterable[Ability | Capability]) -> list[tuple[Can, list[str]]]:
    found: dict[Can, set[str]] = {}
    for row in rows:
        line = Can(
            row.skill,
            wording.place(row.jurisdiction),
            tuple(wording.language(code) for code in row.languages),
            tuple(row.legal_powers),
            row.hours,
            row.weekly_capacity if isinstance(row, Capability) else None,
        )
        found.setdefault(line, set()).add(row.environment)
    order = list(Skill.values)
    return [
        (line, Environment.in_order(environments))
        for line, environments in sorted(
            found.items(), key=lambda pair: (order.index(pair[0].skill), pair[0].place, pair[0].hours)
        )
    ]
