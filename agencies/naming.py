"""What are agencies, people and systems called, and when is a desk open? For the apps below, by the asker's rights."""

from uuid import UUID

from agencies.access import visible_clients, visible_people
from agencies.directory import desk_is_open
from agencies.models import Agency, Client, User
from ohsc.core.actor import Actor
from ohsc.core.names import DeskIsOpen, Named, Names


def _agency(agency: Agency) -> Named:
    return Named(agency.name, agency.get_sector_display(), agency_id=agency.pk)


def _person(person: User) -> Named:
    return Named(person.name, person.role_label, agency_id=person.agency_id)


def _client(client: Client) -> Named:
    return Named(client.name, "Partner system", agency_id=client.agency_id)


def _agencies(actor: Actor, ids: set[UUID]) -> dict[UUID, Named]:
    """Those that left are named too: they stand in the log."""
    return {agency.pk: _agency(agency) for agency in Agency.objects.filter(pk__in=ids)}


def _every_agency(actor: Actor) -> dict[UUID, Named]:
    return {agency.pk: _agency(agency) for agency in Agency.objects.order_by("name")}


def _agency_known_as(actor: Actor, slug: str) -> UUID | None:
    return Agency.objects.filter(slug=slug).values_list("pk", flat=True).first()


def _people(actor: Actor, ids: set[UUID]) -> dict[UUID, Named]:
    return {person.pk: _person(person) for person in visible_people(actor).filter(pk__in=ids)}


def _people_of(actor: Actor, agency_id: UUID) -> dict[UUID, Named]:
    return {
        person.pk: _person(person)
        for person in visible_people(actor).filter(agency=agency_id).order_by("name")
    }


def _person_known_as(actor: Actor, email: str) -> UUID | None:
    return visible_people(actor).filter(email__iexact=email).values_list("pk", flat=True).first()


def _clients(actor: Actor, ids: set[UUID]) -> dict[UUID, Named]:
    return {client.pk: _client(client) for client in visible_clients(actor).filter(pk__in=ids)}


def _clients_of(actor: Actor, agency_id: UUID) -> dict[UUID, Named]:
    return {
        client.pk: _client(client)
        for client in visible_clients(actor).filter(agency=agency_id).order_by("name")
    }


def _client_known_as(actor: Actor, client_id: str) -> UUID | None:
    return visible_clients(actor).filter(client_id=client_id).values_list("pk", flat=True).first()


def desks_of(actor: Actor, ids: set[UUID]) -> dict[UUID, DeskIsOpen]:
    """Whether each of these agencies' desks is open at a moment, by its hours in its own zone."""
    return {
        agency.pk: lambda at, agency=agency: desk_is_open(agency, at=at)
        for agency in Agency.objects.filter(pk__in=ids)
    }


AGENCIES = Names(_agencies, known_as=_agency_known_as, every=_every_agency)
PEOPLE = Names(_people, known_as=_person_known_as, of_agency=_people_of)
CLIENTS = Names(_clients, known_as=_client_known_as, of_agency=_clients_of)
