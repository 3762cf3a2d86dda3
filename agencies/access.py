"""Who is this, and which people and agreements may they see? The edge asks the first, everything else the second."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.models import (
    Absence,
    Agency,
    Capability,
    CapabilityProposal,
    Client,
    Invitation,
    OutsideIdentity,
    Session,
    SharingAgreement,
    SignInService,
    User,
    WorkWeight,
)
from agencies.roles import ROLES, Permission, permissions_of_scopes
from ohsc.core.actor import Actor


def actor_for_person(user: User) -> Actor:
    """The person, acting for their home agency with their role's permissions."""
    return Actor(
        kind="person",
        id=user.pk,
        agency_id=user.agency_id,
        is_centre=user.agency.is_centre,
        permissions=frozenset(ROLES[user.role].permissions),
        name=user.name,
    )


def actor_for_client(client: Client, scopes: Iterable[str]) -> Actor:
    """A partner's system, acting for its agency with what its token's scopes allow, never more than its own."""
    return Actor(
        kind="client",
        id=client.pk,
        agency_id=client.agency_id,
        is_centre=client.agency.is_centre,
        permissions=permissions_of_scopes(set(scopes) & set(client.scopes)),
        name=client.name,
    )


def actor_for_agency(agency: Agency) -> Actor:
    """An agency's own eyes, with no more than sight: for asking, when something is sent, what it may be told."""
    return Actor(kind="client", id=agency.pk, agency_id=agency.pk, is_centre=agency.is_centre)


def visible_people(actor: Actor) -> QuerySet[User]:
    """Colleagues in the same home agency; for the Centre, everybody."""
    return User.objects.all() if actor.is_centre else User.objects.filter(agency=actor.home_id)


def own_people(actor: Actor) -> QuerySet[User]:
    """The people whom the actor may keep: its own agency's, for the Centre too."""
    return visible_people(actor).filter(agency=actor.home_id)


def may_be_told_of_person(actor: Actor, person_id: UUID, at: datetime) -> bool:
    """An agency hears of its own people, and of its own those who keep them."""
    return _keeps(actor, Permission.MANAGE_PEOPLE) and own_people(actor).filter(pk=person_id).exists()


def visible_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Those of the actor's agency; the Centre's also those by which it named another's administrator."""
    own = Q(agency_id=actor.agency_id)
    return Invitation.objects.filter(own | Q(by_centre=True) if actor.is_centre else own)


def may_be_told_of_invitation(actor: Actor, invitation_id: UUID, at: datetime) -> bool:
    """As of its people."""
    if not _keeps(actor, Permission.MANAGE_PEOPLE):
        return False
    return visible_invitations(actor).filter(pk=invitation_id, agency_id=actor.home_id).exists()


def _keeps(actor: Actor, permission: str) -> bool:
    """May the actor still keep such things? An agency's own eyes have no role: its people are chosen by theirs."""
    return actor.kind != "person" or actor.may(permission)


def visible_clients(actor: Actor) -> QuerySet[Client]:
    """The systems of the actor's agency; for the Centre, all."""
    return Client.objects.all() if actor.is_centre else Client.objects.filter(agency=actor.home_id)


def own_clients(actor: Actor) -> QuerySet[Client]:
    """The systems that the actor may manage: its own agency's, for the Centre too."""
    return visible_clients(actor).filter(agency=actor.home_id)


def may_be_told_of_client(actor: Actor, client_id: UUID, at: datetime) -> bool:
    """An agency hears of its own systems, while they are not revoked; a person, while they keep them."""
    return (
        _keeps(actor, Permission.MANAGE_CLIENTS)
        and own_clients(actor).filter(pk=client_id, revoked_at=None).exists()
    )


def visible_agreements(actor: Actor) -> QuerySet[SharingAgreement]:
    """Agreements the actor's agency is a party to; for the Centre, all."""
    if actor.is_centre:
        return SharingAgreement.objects.all()
    return SharingAgreement.objects.filter(Q(discloser=actor.agency_id) | Q(recipient=actor.agency_id))


def visible_capabilities(actor: Actor) -> QuerySet[Capability]:
    """The agency's own; for the Centre, the whole map."""
    return Capability.objects.all() if actor.is_centre else Capability.objects.filter(agency=actor.home_id)


def visible_work_weights(actor: Actor) -> QuerySet[WorkWeight]:
    """As its capabilities: an agency's own; for the Centre, all."""
    return WorkWeight.objects.all() if actor.is_centre else WorkWeight.objects.filter(agency=actor.home_id)


def visible_absences(actor: Actor) -> QuerySet[Absence]:
    """As its capabilities."""
    return Absence.objects.all() if actor.is_centre else Absence.objects.filter(agency=actor.home_id)


def visible_capability_proposals(actor: Actor) -> QuerySet[CapabilityProposal]:
    """What the actor's agency proposed; for the Centre, what any agency did."""
    rows = CapabilityProposal.objects.all()
    return rows if actor.is_centre else rows.filter(agency=actor.home_id)


def may_be_told_of_proposal(actor: Actor, proposal_id: UUID, at: datetime) -> bool:
    """Whoever keeps what the agency can do, of its own; at the Centre, whoever decides."""
    of_agency = _keeps(actor, Permission.KEEP_CAPABILITIES) and not actor.is_centre
    of_centre = actor.is_centre and (
        _keeps(actor, Permission.KEEP_CAPABILITIES) or _keeps(actor, Permission.DECIDE_CAPABILITIES)
    )
    return (of_agency or of_centre) and visible_capability_proposals(actor).filter(pk=proposal_id).exists()


def own_sessions(person: User, at: datetime) -> QuerySet[Session]:
    """Where the person is signed in, last used first; for themself, read by the login."""
    return Session.objects.filter(person_id=person.pk, expire_date__gt=at).order_by("-seen_at")


def service_of(slug: str) -> SignInService | None:
    """The agency's own sign-in service, if it has one and takes part."""
    service = SignInService.objects.filter(slug=slug).first()
    if service is None or not Agency.objects.filter(pk=service.agency_id, is_active=True).exists():
        return None
    return service


def person_known_as(service: SignInService, subject: str) -> User | None:
    """Whom this subject of this service was bound to, while they are of its agency; by nothing else it says."""
    known = OutsideIdentity.objects.filter(service=service, subject=subject)
    people = User.objects.filter(pk__in=known.values("person_id"), agency_id=service.agency_id)
    person = people.first()
    return person if person is not None and person.may_sign_in else None


def is_bound(person: User) -> bool:
    """Does their agency's own service sign this person in?"""
    return OutsideIdentity.objects.filter(person_id=person.pk, service__agency_id=person.agency_id).exists()
