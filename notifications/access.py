"""Who may see what is sent? A person their own inbox, an agency its own endpoints and deliveries."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from agencies.roles import Permission
from notifications.models import Attempt, Delivery, FeedEvent, InboxItem, WebhookEndpoint
from ohsc.core.actor import Actor


def visible_inbox(actor: Actor) -> QuerySet[InboxItem]:
    """The actor's own items, newest first: what they were told as one of their present agency."""
    told_here = Q(person__moved_at=None) | Q(at__gt=F("person__moved_at"))
    return InboxItem.objects.filter(told_here, person=actor.id).order_by("-at", "-id")


def unread(actor: Actor) -> QuerySet[InboxItem]:
    """The actor's own items that were not opened yet."""
    return visible_inbox(actor).filter(read_at=None)


def visible_endpoints(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """The endpoints of the actor's agency."""
    return WebhookEndpoint.objects.filter(agency=actor.agency_id).order_by("made_at", "id")


def visible_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """What was or is to be sent to the actor's agency."""
    return Delivery.objects.filter(agency=actor.agency_id)


def visible_attempts(actor: Actor) -> QuerySet[Attempt]:
    """How each attempt to reach the actor's agency went, the newest first."""
    return Attempt.objects.filter(agency=actor.agency_id).order_by("-at", "-id")


def visible_feed(actor: Actor) -> QuerySet[FeedEvent]:
    """What the actor's agency was told, in the order in which it was committed. Whether it might be told was judged
    then; that a right ended since does not take back what was said."""
    return FeedEvent.objects.filter(agency=actor.agency_id).order_by("number")


def told_of_endpoints(actor: Actor, happened: Iterable[tuple[UUID, datetime]]) -> set[tuple[UUID, datetime]]:
    """What happened to a webhook is its own agency's matter; of its people, theirs who keep webhooks."""
    if actor.kind == "person" and not actor.may(Permission.MANAGE_WEBHOOKS):
        return set()
    happened = set(happened)
    mine = visible_endpoints(actor).filter(pk__in={endpoint_id for endpoint_id, _ in happened})
    known = set(mine.values_list("pk", flat=True))
    return {one for one in happened if one[0] in known}
