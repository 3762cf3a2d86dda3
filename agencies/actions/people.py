"""The verbs of an agency's people: change one, disable and enable, end sessions, a new password, a new second factor.

Only for people of the actor's own agency, the Centre's administrators too; somebody else's are not there. Nobody does
any of it to themselves, but for the name and the time zone.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.access import own_people
from agencies.actions.factors import reset_factors
from agencies.actions.keeping import (
    locked_home,
    may_give,
    must_keep_people,
    note,
    tell_the_others,
    write_letter,
)
from agencies.actions.refused import PersonRefused
from agencies.actions.sessions import end_sessions
from agencies.beyond import beyond
from agencies.models import AccountLetter, Agency, User
from agencies.roles import ROLES, Permission
from ohsc.core.acting import writing
from ohsc.core.actor import Actor

About = AccountLetter.About


@dataclass(frozen=True)
class Facts:
    """What an administrator says of a person."""

    name: str
    role: str
    time_zone: str


def change_person(person_id: UUID, facts: Facts, *, by: Actor, at: datetime) -> list[str]:
    """Another name, role or time zone. Returns the names of what was changed. Raises User.DoesNotExist.

    Another role holds from the person's next request; who may not act for the agency any more puts their work down.
    """
    with writing():
        person, me = _locked(person_id, by)
        if facts.role != person.role:
            _check_role(person, me, facts.role)
        new = {"name": facts.name, "role": facts.role, "time_zone": facts.time_zone}
        before, changed = person.role, [name for name, value in new.items() if getattr(person, name) != value]
        for name in changed:
            setattr(person, name, new[name])
        if changed:
            person.save(update_fields=changed)
        if said := [name for name in changed if name != "role"]:
            note("person.changed", person.pk, by=by, at=at, fields=said)
        if "role" in changed:
            _gave_role(person, before, by=by, at=at)
    return changed


def disable_person(person_id: UUID, *, by: Actor, at: datetime) -> int:
    """They are refused from their next request on, and what they hold goes back to the team. Returns how much that
    was. Disabled twice is disabled once. Raises User.DoesNotExist."""
    with writing():
        person, me = _locked(person_id, by)
        _check_other(person, me)
        if not person.is_active:
            return 0
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_sessions(person, by, at)
        Agency.objects.filter(pk=person.agency_id, breach_officer=person.pk).update(breach_officer=None)
        put_down = beyond.put_down(person.pk, by, at)
        note("person.disabled", person.pk, by=by, at=at, put_down=put_down)
        write_letter(About.DISABLED, agency_id=person.agency_id, person_id=person.pk, at=at)
    return put_down


def enable_person(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """They may sign in again, in the role they had. Raises User.DoesNotExist."""
    with writing():
        person, me = _locked(person_id, by)
        _check_other(person, me)
        if person.is_active:
            return
        person.is_active = True
        person.save(update_fields=["is_active"])
        note("person.enabled", person.pk, by=by, at=at)
        write_letter(About.ENABLED, agency_id=person.agency_id, person_id=person.pk, at=at)


def end_persons_sessions(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """Every browser in which they are signed in is signed out by its next request. Raises User.DoesNotExist."""
    with writing():
        person, me = _locked(person_id, by)
        _check_other(person, me)
        end_sessions(person, by, at)


def send_password_link(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """A link by which they choose a new password goes to their own address. Nobody else sees it, and the password
    they have stays good until then. Raises User.DoesNotExist."""
    with writing():
        person, me = _locked(person_id, by)
        _check_other(person, me)
        if not person.is_active:
            raise PersonRefused("", f"{person.name} is disabled. Enable them first.")
        note("person.password_link_sent", person.pk, by=by, at=at)
        write_letter(About.PASSWORD_LINK, agency_id=person.agency_id, person_id=person.pk, at=at)


def reset_persons_factors(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """For who lost theirs: they set up a second factor anew when they sign in next. Their sessions end; the password
    stays. They and the other administrators are told. Raises User.DoesNotExist."""
    with writing():
        person, me = _locked(person_id, by)
        _check_other(person, me)
        reset_factors(person, by, at)
        write_letter(About.FACTORS, agency_id=person.agency_id, person_id=person.pk, at=at)
        said = f"The second factor of {person.name} was reset"
        _tell(person, "person.factors_reset", said, by=by, at=at)


def made_administrator(person: User, *, by: Actor, at: datetime, reason: str = "") -> None:
    """The Centre gives somebody of another agency the role of administrator. The caller is writing and has checked."""
    before, person.role = person.role, "administrator"
    person.save(update_fields=["role"])
    _gave_role(person, before, by=by, at=at, reason=reason)


# What may be, and what follows. The caller is writing.


def _locked(person_id: UUID, by: Actor) -> tuple[User, User]:
    """The person, who is of the actor's agency, and the actor as they are now, both held."""
    must_keep_people(by)
    me = locked_home(by)
    return own_people(by).select_for_update(of=("self",), no_key=True).get(pk=person_id), me


def _check_other(person: User, me: User) -> None:
    if person.pk == me.pk:
        raise PersonRefused("", "Another administrator does this for you.")
    if not may_give(me, person.role):
        raise PersonRefused("", f"{person.name} is in a role above yours.")


def _check_role(person: User, me: User, role: str) -> None:
    if person.pk == me.pk:
        raise PersonRefused("role", "Nobody changes their own role. Another administrator does.")
    if not may_give(me, person.role) or not may_give(me, role):
        raise PersonRefused("role", "This role is above yours.")


def _gave_role(person: User, before: str, *, by: Actor, at: datetime, reason: str = "") -> None:
    acts = Permission.ACT in ROLES[person.role].permissions
    put_down = 0 if acts else beyond.put_down(person.pk, by, at)
    note(
        "person.role_changed",
        person.pk,
        by=by,
        at=at,
        purpose=reason,
        role_before=before,
        role=person.role,
        put_down=put_down,
    )
    write_letter(About.ROLE, agency_id=person.agency_id, person_id=person.pk, at=at)
    if person.role == "administrator":
        _tell(person, "person.made_administrator", f"{person.name} is an administrator now", by=by, at=at)


def _tell(person: User, topic: str, says: str, *, by: Actor, at: datetime) -> None:
    tell_the_others(person.agency_id, ("person", person.pk), topic, says, besides=by.id, at=at)
