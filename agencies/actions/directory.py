"""What does an agency's administrator keep of its line in the directory? The desk, what it does, and who is told of
missed clocks. Only for their own agency."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from agencies.access import visible_people
from agencies.models import Agency, User
from agencies.roles import Permission
from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor

DESK = (
    "desk_name",
    "desk_phone",
    "desk_email",
    "desk_hours",
    "out_of_hours_name",
    "out_of_hours_phone",
    "does",
)


def agency_kept_by(actor: Actor, slug: str) -> Agency:
    """The agency of that slug, if it is the actor's to keep: their own, and they manage its people.

    Raises Agency.DoesNotExist for any other, whether it takes part or not.
    """
    if not actor.may(Permission.MANAGE_PEOPLE):
        raise Agency.DoesNotExist
    return Agency.objects.get(pk=actor.home_id, slug=slug, is_active=True)


def change_desk(slug: str, facts: Mapping[str, str], *, by: Actor, at: datetime) -> list[str]:
    """Change whom others ring, when, and what they read of the agency. Returns the names of what was changed."""
    agency = agency_kept_by(by, slug)
    changed = [name for name in DESK if name in facts and getattr(agency, name) != facts[name]]
    if changed:
        for name in changed:
            setattr(agency, name, facts[name])
        with writing():
            agency.save(update_fields=changed)
            _record("agency.desk_changed", agency, by=by, at=at, fields=changed)
    return changed


def name_breach_officer(slug: str, person_id: UUID | None, *, by: Actor, at: datetime) -> bool:
    """Name one of the agency's own active people, or nobody: then its supervisors are told. True where it changed.

    Raises User.DoesNotExist for anybody else.
    """
    agency = agency_kept_by(by, slug)
    if agency.breach_officer_id == person_id:
        return False
    if person_id is not None:
        officer = visible_people(by).filter(agency=agency.pk, is_active=True).filter(pk=person_id).first()
        if officer is None:
            raise User.DoesNotExist
    agency.breach_officer_id = person_id
    with writing():
        agency.save(update_fields=["breach_officer"])
        _record("agency.breach_officer_named", agency, by=by, at=at, person=str(person_id or ""))
    return True


def _record(action: str, agency: Agency, *, by: Actor, at: datetime, **details: object) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="agency",
        subject_ids=[agency.pk],
        details=details,
    )
