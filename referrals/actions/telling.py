"""Whoever is concerned hears, by name, that time ran out; and the systems of their agencies.

The people of one agency are told one by one, each once: whoever has it, those who coordinate (where nobody does,
whoever acts for the agency), and its named officer. Their systems are told once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from agencies.models import Agency, User
from agencies.roles import ROLES
from notifications import actions as notifications
from referrals.models import Holding, Referral
from referrals.transitions import ACT

SUBJECT = "referral_clock"  # what the notice to each person is about; it leads to the referral


def officer_of(agency: Agency) -> UUID | None:
    """Who is told of a missed clock: the agency's named officer, else its first supervisor; None if it has neither."""
    people = User.objects.filter(agency=agency, is_active=True)
    named = people.filter(pk=agency.breach_officer_id).first() if agency.breach_officer_id else None
    found = named or people.filter(role="supervisor").order_by("name", "id").first()
    return found.pk if found else None


def holder_of(referral: Referral, agency_id: UUID) -> UUID | None:
    """Who has it on their desk in this agency."""
    held = Holding.objects.filter(referral=referral, agency=agency_id)
    return held.values_list("person_id", flat=True).first()


def first_to(referral: Referral, agency_id: UUID) -> dict[UUID, UUID]:
    """Whom the agency's notice goes to: whoever has it; where nobody does, its coordinators."""
    holder = holder_of(referral, agency_id)
    return {agency_id: holder} if holder else {}


def desk_of(agency_id: UUID) -> set[UUID]:
    """Who coordinates for the agency; where nobody does, whoever acts for it."""
    people = list(User.objects.filter(agency=agency_id, is_active=True))
    coordinators = {one.pk for one in people if one.role == "coordinator"}
    return coordinators or {one.pk for one in people if ACT in ROLES[one.role].permissions}


def everybody_concerned(referral: Referral, agency: Agency) -> set[UUID]:
    """Whoever has it, the desk, and the named officer."""
    by_name = (holder_of(referral, agency.pk), officer_of(agency))
    return desk_of(agency.pk) | {one for one in by_name if one is not None}


def tell_each(
    people: Mapping[UUID, Iterable[UUID]],
    topic: str,
    says: str,
    referral: Referral,
    *,
    at: datetime,
    urgent: bool = False,
) -> None:
    """One notice to each of these people, by agency. The caller is writing."""
    for agency_id, persons in sorted(people.items()):
        for person_id in sorted(persons):
            notifications.tell(
                [agency_id],
                topic=topic,
                subject=(SUBJECT, referral.pk, referral.reference, referral.version),
                says=says,
                at=at,
                first_to={agency_id: person_id},
                urgent=urgent,
            )


def tell_systems(
    topic: str, says: str, referral: Referral, agencies: Iterable[UUID], *, at: datetime
) -> None:
    """One event in the feed of each agency, and its webhooks. The caller is writing."""
    subject = ("referral", referral.pk, referral.reference, referral.version)
    notifications.tell(sorted(agencies), topic=topic, subject=subject, says=says, at=at, to_people=False)
