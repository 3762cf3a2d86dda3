"""What may be sent about a webhook, and what is answered of one?"""

from collections.abc import Iterable

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifications import feed, sending
from notifications.actions import LONGEST_OVERLAP, OVERLAP
from notifications.destinations import LONGEST_URL
from notifications.models import Attempt, Delivery, FeedEvent, WebhookEndpoint
from ohsc.core.pagination import DEFAULT_LIMIT, MOST, Limit, PageQuery
from ohsc.core.shapes import Moment, OneOf, Shape, Text, Whole, YesOrNo, shown_moment

HOUR = 3600
LONGEST = int(LONGEST_OVERLAP.total_seconds()) // HOUR
USUAL = int(OVERLAP.total_seconds()) // HOUR


class EndpointShape(Shape):
    """Where your system takes webhooks."""

    url = Text(max_length=LONGEST_URL, help_text="https, to a public address.")
    description = Text(max_length=200, required=False)
    audit_heads = YesOrNo(
        required=False, help_text="true: it is sent the audit's signed head too, at most once an hour."
    )


class NothingShape(Shape):
    """Nothing is asked: send `{}`, or no body."""


class RotateShape(Shape):
    """For how long the old secret goes on."""

    overlap_hours = Whole(
        required=False,
        min_value=0,
        max_value=LONGEST,
        help_text=f"How long the old secret signs too: 0 to {LONGEST}, {USUAL} if not said. 0 where it leaked.",
    )


class ReplayDeadShape(Shape):
    """From which moment on."""

    since = Moment(help_text="Dead letters given up at or after this moment.")


class DeliveryQuery(PageQuery):
    """Which messages."""

    state = OneOf(choices=Delivery.State.values, required=False, help_text="dead: the dead letters.")


class EndpointAnswer(serializers.Serializer):
    """A webhook of your agency."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    description = serializers.CharField()
    audit_heads = serializers.BooleanField(help_text="Whether it is sent the audit's signed heads.")
    made_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    stopped_because = serializers.CharField(allow_null=True)
    old_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when the secret before this one signs too."
    )


class EndpointMade(EndpointAnswer):
    """A new webhook, with its secret: it is shown this once."""

    secret = serializers.CharField(help_text="whsec_…, for verifying signatures (Standard Webhooks).")


class DeliveryLine(serializers.Serializer):
    """One message to your webhook, and how it went."""

    id = serializers.CharField(help_text="The webhook-id of the message, the same at every attempt.")
    type = serializers.CharField(help_text="referral.<step>, webhook.test, or audit.head.")
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    attempts = serializers.IntegerField(help_text="Since it was first sent, or last replayed.")
    next_at = serializers.DateTimeField(allow_null=True, help_text="The next attempt, while it is waiting.")
    last_status = serializers.IntegerField(allow_null=True)
    last_reason = serializers.CharField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    replayed_at = serializers.DateTimeField(allow_null=True)


class AttemptAnswer(serializers.Serializer):
    """One attempt to deliver, and how it went."""

    at = serializers.DateTimeField()
    took_ms = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="What you answered; null: no answer came.")
    reason = serializers.CharField(allow_null=True)


class DeliveryAnswer(DeliveryLine):
    """One message to your webhook, with each attempt at it."""

    attempt_log = AttemptAnswer(many=True, help_text="Newest first, replays included.")


class ReplayDeadAnswer(serializers.Serializer):
    """How many are sent again."""

    replayed = serializers.IntegerField()
    more = serializers.BooleanField(help_text="true: more are left. Send the same request again.")


@extend_schema_field(OpenApiTypes.STR)
class FeedPlace(serializers.Field):
    """The cursor of the events feed."""

    default_error_messages = {"invalid": "This is no cursor of ours. Use `cursor` of an earlier answer."}

    def to_internal_value(self, data):
        place = feed.read_place(data)
        if place is None:
            self.fail("invalid")
        return place


class FeedQuery(Shape):
    """From where on, and how many."""

    limit = Limit(required=False, help_text=f"Events in a page: 1 to {MOST}, {DEFAULT_LIMIT} if not said.")
    cursor = FeedPlace(required=False, help_text="`cursor` of an earlier answer; without it, from the first.")


class ToldOf(serializers.Serializer):
    """The record it happened to. Fetch it to know more."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    version = serializers.IntegerField()


class EventAnswer(serializers.Serializer):
    """One thing that happened, as a webhook tells it."""

    id = serializers.UUIDField(help_text="Of the event; the same however often you read it.")
    type = serializers.CharField(help_text="referral.<step>, such as referral.accept.")
    timestamp = serializers.DateTimeField()
    data = ToldOf()


class EventsAnswer(serializers.Serializer):
    """A part of the feed, oldest first."""

    items = EventAnswer(many=True)
    next = serializers.URLField(allow_null=True, help_text="null: you have read all there is.")
    cursor = serializers.CharField(help_text="Keep it: what comes after this is read from here.")


def endpoint_shown(endpoint: WebhookEndpoint) -> dict:
    return {
        "id": str(endpoint.pk),
        "url": endpoint.url,
        "description": endpoint.description,
        "audit_heads": endpoint.heads_since is not None,
        "made_at": shown_moment(endpoint.made_at),
        "stopped_at": shown_moment(endpoint.stopped_at),
        "stopped_because": endpoint.stopped_because or None,
        "old_secret_until": shown_moment(endpoint.old_secret_until),
    }


def delivery_shown(delivery: Delivery) -> dict:
    waiting = delivery.state == Delivery.State.WAITING
    return {
        "id": delivery.pk.hex,
        "type": delivery.topic,
        "reference": delivery.reference,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": shown_moment(delivery.next_at) if waiting else None,
        "last_status": delivery.last_status,
        "last_reason": delivery.last_reason or None,
        "done_at": shown_moment(delivery.done_at),
        "replayed_at": shown_moment(delivery.replayed_at),
    }


def delivery_with_attempts(delivery: Delivery, attempts: Iterable[Attempt]) -> dict:
    log = [
        {
            "at": shown_moment(attempt.at),
            "took_ms": attempt.took_ms,
            "status": attempt.status,
            "reason": attempt.reason or None,
        }
        for attempt in attempts
    ]
    return delivery_shown(delivery) | {"attempt_log": log}


def event_shown(event: FeedEvent) -> dict:
    told = sending.thin(
        event.topic, event.at, event.subject_id, reference=event.reference, version=event.version
    )
    return {"id": str(event.pk), **told}
