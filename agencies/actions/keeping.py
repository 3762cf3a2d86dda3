"""Who may keep an agency's people, now, under the agency's lock? And whom are what they do told to?

Two administrators who disable each other at once would leave an agency with none. So whoever keeps people holds the
agency's row first, and must then still be one of those who may: after every change the agency has at least one left,
the one who made it.
"""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.beyond import News, beyond
from agencies.models import AccountLetter, Agency, User
from agencies.roles import GIVES, ROLES, Permission
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.together import insert

KEEPERS = [name for name, role in ROLES.items() if Permission.MANAGE_PEOPLE in role.permissions]


def must_keep_people(by: Actor) -> None:
    """Only a person does this, and only in a role that keeps people; no system and no clock."""
    if by.kind != "person" or not by.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied("This role does not keep people.")


def locked_home(by: Actor) -> User:
    """Hold the actor's agency, and give the actor as they are now. The caller is writing."""
    Agency.objects.select_for_update(no_key=True).get(pk=by.home_id)
    me = User.objects.filter(pk__in=[by.id], agency=by.home_id, is_active=True, role__in=KEEPERS).first()
    if me is None:
        raise PermissionDenied("Somebody else took this role away meanwhile.")
    return me


def still_may_give(person_id: UUID, role: str, *, agency: Agency) -> bool:
    """May whoever invited somebody to this agency still do so? They keep its people, or name its administrator for
    the Centre."""
    giver = User.objects.filter(pk__in=[person_id], is_active=True, role__in=KEEPERS).first()
    if giver is None or not may_give(giver, role):
        return False
    return giver.agency_id == agency.pk or (giver.agency.is_centre and role == "administrator")


def may_give(me: User, role: str) -> bool:
    """Does the giver's line name that role?"""
    return role in GIVES.get(me.role, ())


def write_letter(
    about: AccountLetter.About,
    *,
    agency_id: UUID,
    at: datetime,
    person_id: UUID | None = None,
    invitation_id: UUID | None = None,
) -> None:
    """An e-mail to the person, or to whom was invited, whatever they chose to hear of. The caller is writing."""
    insert(
        [
            AccountLetter(
                about=about, agency_id=agency_id, person_id=person_id, invitation_id=invitation_id, next_at=at
            )
        ]
    )
    beyond.ring()


def tell_the_others(
    agency_id: UUID,
    subject: tuple[str, UUID],
    topic: str,
    says: str,
    *,
    besides: UUID | None = None,
    at: datetime,
) -> None:
    """Every administrator of the agency hears of it, but for who did it and whom it is about."""
    keepers = User.objects.filter(agency=agency_id, is_active=True, role__in=KEEPERS)
    others = keepers.exclude(pk__in=[key for key in (subject[1], besides) if key])
    beyond.tell(
        News(agency_id, list(others.order_by("pk").values_list("pk", flat=True)), *subject, topic, says), at
    )


def note(
    action: str,
    subject_id: UUID,
    *,
    by: Actor,
    at: datetime,
    kind: str = "person",
    purpose: str = "",
    **details: object,
) -> None:
    """One event of the kind access. Ids, roles and names of fields; never an address."""
    audit.record(
        audit.Kind.ACCESS,
        action,
        by=by,
        at=at,
        subject_type=kind,
        subject_ids=[subject_id],
        purpose=purpose[:200],
        details=details,
    )
