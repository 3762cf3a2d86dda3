"""What tests of an agency’s people ask: who somebody is now, what is written and said of them."""

from django.utils import timezone

from agencies.models import User
from audit.access import visible_events
from notifications import actions as notifications
from notifications.access import visible_inbox
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK


def now_is(person: User) -> User:
    """The person as the database has them."""
    with acting_as(CLOCK):
        return User.objects.get(pk__in=[person.pk])


def facts(person: User, **other: str) -> dict[str, str]:
    return {"name": person.name, "role": person.role, "time_zone": person.time_zone} | other


def events(cast, agency_person: User, action: str) -> list:
    actor = cast.actor(agency_person)
    with acting_as(actor):
        return list(visible_events(actor).filter(action=action))


def inbox(cast, person: User) -> list[str]:
    notifications.spread_waiting(at=timezone.now())
    actor = cast.actor(person)
    with acting_as(actor):
        return [item.says for item in visible_inbox(actor)]


def as_before(person: User) -> bool:
    """Nothing at all of the row changed."""
    fields = [field.attname for field in User._meta.concrete_fields if field.attname != "last_login"]
    found = now_is(person)
    return all(getattr(found, name) == getattr(person, name) for name in fields)
