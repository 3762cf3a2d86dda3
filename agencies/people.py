"""Who works here, in which role, and who was asked to come? For whoever keeps the agency's people; each look is
recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.access import own_people, visible_invitations, visible_people
from agencies.actions import factors_of
from agencies.actions.invitations import GOOD_FOR
from agencies.actions.keeping import KEEPERS
from agencies.beyond import Held, beyond
from agencies.directory import visible_agencies
from agencies.models import Agency, Invitation, User
from audit import actions as audit
from ohsc.core.actor import Actor


@dataclass(frozen=True)
class Line:
    """A person, and what proves who they are besides the password."""

    person: User
    factors: list[str]


@dataclass(frozen=True)
class Invited:
    """Somebody who was asked and has not come yet. Nothing here knows whether the address is somebody's elsewhere."""

    invitation: Invitation
    is_good: bool

    @property
    def good_until(self) -> datetime:
        return self.invitation.sent_at + GOOD_FOR


@dataclass(frozen=True)
class People:
    active: list[Line]
    disabled: list[Line]
    invited: list[Invited]


@dataclass(frozen=True)
class PersonPage:
    person: User
    factors: list[str]
    held: list[Held]
    is_me: bool


def open_people(actor: Actor, *, at: datetime) -> People:
    """Everybody of the agency, and who was invited; one event for the look."""
    people = list(own_people(actor).order_by("name", "id"))
    factors = factors_of(people)
    lines = [Line(person, factors[person.pk]) for person in people]
    keepers = {person.pk for person in people if person.is_active and person.role in KEEPERS}
    invitations = visible_invitations(actor).filter(
        agency_id=actor.home_id, accepted_at=None, withdrawn_at=None
    )
    invited = [
        Invited(one, at < one.sent_at + GOOD_FOR and (one.by_centre or one.invited_by in keepers))
        for one in invitations.order_by("name", "id")
    ]
    _record("people.listed", [person.pk for person in people], actor, at)
    return People(
        active=[line for line in lines if line.person.is_active],
        disabled=[line for line in lines if not line.person.is_active],
        invited=invited,
    )


def open_person(person_id: UUID, actor: Actor, *, at: datetime) -> PersonPage:
    """One of the agency's people, and what lies on their desk. Raises User.DoesNotExist."""
    person = own_people(actor).get(pk=person_id)
    _record("person.opened", [person.pk], actor, at)
    return PersonPage(
        person=person,
        factors=factors_of([person])[person.pk],
        held=beyond.held(person.pk, actor, at),
        is_me=person.pk == actor.id,
    )


def open_administrators(slug: str, actor: Actor, *, at: datetime) -> tuple[Agency, list[User]]:
    """For the Centre, before it names another: an agency, and who administers it now. Raises Agency.DoesNotExist."""
    agency = visible_agencies(actor).get(slug=slug, is_centre=False)
    people = visible_people(actor).filter(agency=agency, is_active=True, role__in=KEEPERS)
    found = list(people.order_by("name", "id"))
    _record("administrators.listed", [person.pk for person in found], actor, at)
    return agency, found


def _record(action: str, ids: list[UUID], actor: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.CONSULTATION,
        action,
        by=actor,
        at=at,
        subject_type="person",
        subject_ids=ids,
        purpose="keeping people",
    )
