"""What was sent to a webhook: the log, one message with its attempts, and sending again."""

import re
from uuid import UUID

from django.utils import timezone

from notifications.actions import MOST_REPLAYED, NotNow, replay, replay_dead
from notifications.models import Delivery, WebhookEndpoint
from notifications.serializers import (
    DeliveryAnswer,
    DeliveryLine,
    DeliveryQuery,
    NothingShape,
    ReplayDeadAnswer,
    ReplayDeadShape,
    delivery_shown,
    delivery_with_attempts,
)
from notifications.webhook_log import delivery_of, log_of
from ohsc.core.api import WEBHOOKS, PartnerView, answer, items
from ohsc.core.openapi import described, list_of
from ohsc.core.pagination import DEFAULT_LIMIT, next_url
from ohsc.core.problems import Problem, not_found

_MESSAGE_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def message_id(text: str) -> UUID:
    """The id of a message as `webhook-id` writes it, or with hyphens."""
    if not _MESSAGE_ID.fullmatch(text):
        raise not_found()
    return UUID(text)


def not_now(refusal: NotNow) -> Problem:
    return Problem(409, "not-now", str(refusal))


class Deliveries(PartnerView):
    scopes = {"GET": WEBHOOKS}
    query = DeliveryQuery

    @described(
        "What was sent to a webhook",
        answers=list_of(DeliveryLine),
        query=DeliveryQuery,
        tag="Webhooks",
        finds=True,
        operation="list_deliveries",
    )
    def get(self, request, endpoint_id: UUID):
        """Each message once, however often it was tried: by its last or next attempt, newest first.

        `state=dead` lists the dead letters: what was given up, and waits for you to replay it.
        """
        try:
            log = log_of(
                endpoint_id,
                self.actor,
                state=self.asked.get("state", ""),
                start=self.asked.get("cursor"),
                limit=self.asked.get("limit", DEFAULT_LIMIT),
                at=timezone.now(),
            )
        except WebhookEndpoint.DoesNotExist:
            raise not_found() from None
        following = next_url(request._request, log.following) if log.following else None
        return items([delivery_shown(one) for one in log.deliveries], following)


class OneDelivery(PartnerView):
    scopes = {"GET": WEBHOOKS}

    @described(
        "One message, and each attempt at it",
        answers=DeliveryAnswer,
        tag="Webhooks",
        finds=True,
        operation="read_delivery",
    )
    def get(self, request, endpoint_id: UUID, delivery_id: str):
        """An attempt that ended without a result, as when a server of ours was lost, is counted and not listed."""
        try:
            found = delivery_of(endpoint_id, message_id(delivery_id), self.actor, at=timezone.now())
        except Delivery.DoesNotExist:
            raise not_found() from None
        return answer(delivery_with_attempts(*found))


class ReplayDelivery(PartnerView):
    scopes = {"POST": WEBHOOKS}
    body_optional = True

    @described(
        "Send one message again",
        answers=DeliveryLine,
        takes=NothingShape,
        tag="Webhooks",
        finds=True,
        status=202,
        operation="replay_delivery",
    )
    def post(self, request, endpoint_id: UUID, delivery_id: str):
        """A dead letter, or one that arrived: with the same webhook-id, on a schedule that begins anew. 409 while it
        is waiting."""
        self.given(NothingShape)
        try:
            sent = replay(endpoint_id, message_id(delivery_id), by=self.actor, at=timezone.now())
        except (WebhookEndpoint.DoesNotExist, Delivery.DoesNotExist):
            raise not_found() from None
        except NotNow as refusal:
            raise not_now(refusal) from None
        return answer(delivery_shown(sent), status=202)


class ReplayDead(PartnerView):
    scopes = {"POST": WEBHOOKS}

    @described(
        "Send all dead letters again",
        answers=ReplayDeadAnswer,
        takes=ReplayDeadShape,
        tag="Webhooks",
        finds=True,
        status=202,
        operation="replay_dead_letters",
    )
    def post(self, request, endpoint_id: UUID):
        given = self.given(ReplayDeadShape)
        try:
            replayed, more = replay_dead(endpoint_id, since=given["since"], by=self.actor, at=timezone.now())
        except WebhookEndpoint.DoesNotExist:
            raise not_found() from None
        except NotNow as refusal:
            raise not_now(refusal) from None
        return answer({"replayed": replayed, "more": more}, status=202)

    post.__doc__ = (
        f"Those given up since that moment, the oldest first, {MOST_REPLAYED:,} at a time. While `more` is true, send "
        "the same request again: what was replayed is dead no more."
    )
