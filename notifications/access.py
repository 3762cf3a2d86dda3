"""Who may see what is sent? A person their own inbox, an agency its own endpoints and deliveries."""

from django.db.models import QuerySet

from notifications.models import Delivery, InboxItem, WebhookEndpoint
from ohsc.core.actor import Actor


def visible_inbox(actor: Actor) -> QuerySet[InboxItem]:
    """The actor's own items, newest first."""
    return InboxItem.objects.filter(person=actor.id).order_by("-at", "-id")


def count_unread(actor: Actor) -> int:
    """How many of the actor's own items nobody has opened yet."""
    return visible_inbox(actor).filter(read_at=None).count()


def visible_endpoints(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """The endpoints of the actor's agency."""
    return WebhookEndpoint.objects.filter(agency=actor.agency_id).order_by("made_at", "id")


def visible_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """What was or is to be sent to the actor's agency."""
    return Delivery.objects.filter(agency=actor.agency_id)
