"""What may be sent about a webhook, and what is answered of one?"""

from rest_framework import serializers

from notifications.destinations import LONGEST_URL
from notifications.models import Delivery, WebhookEndpoint
from ohsc.core.shapes import Shape, Text, shown_moment


class EndpointShape(Shape):
    """Where your system takes webhooks."""

    url = Text(max_length=LONGEST_URL, help_text="https, to a public address.")
    description = Text(max_length=200, required=False)


class EndpointAnswer(serializers.Serializer):
    """A webhook of your agency."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    description = serializers.CharField()
    made_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    stopped_because = serializers.CharField(allow_null=True)


class EndpointMade(EndpointAnswer):
    """A new webhook, with its secret: it is shown this once."""

    secret = serializers.CharField(help_text="whsec_…, for verifying signatures (Standard Webhooks).")


class DeliveryAnswer(serializers.Serializer):
    """One message to your webhook, and how it went."""

    id = serializers.CharField(help_text="The webhook-id of the message, the same at every attempt.")
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="The next attempt, while it is waiting.")
    last_status = serializers.IntegerField(allow_null=True)
    last_reason = serializers.CharField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


def endpoint_shown(endpoint: WebhookEndpoint) -> dict:
    return {
        "id": str(endpoint.pk),
        "url": endpoint.url,
        "description": endpoint.description,
        "made_at": shown_moment(endpoint.made_at),
        "stopped_at": shown_moment(endpoint.stopped_at),
        "stopped_because": endpoint.stopped_because or None,
    }


def delivery_shown(delivery: Delivery) -> dict:
    waiting = delivery.state == Delivery.State.WAITING
    return {
        "id": delivery.pk.hex,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": shown_moment(delivery.next_at) if waiting else None,
        "last_status": delivery.last_status,
        "last_reason": delivery.last_reason or None,
        "done_at": shown_moment(delivery.done_at),
    }
