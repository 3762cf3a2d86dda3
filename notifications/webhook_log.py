"""Which webhooks does my agency keep, what was sent to them, and how did it go? Page and interface read it here.

The looking is recorded, for a message names a referral.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from audit import actions as audit
from notifications.access import visible_attempts, visible_deliveries, visible_endpoints
from notifications.actions import may_keep
from notifications.models import Attempt, Delivery, WebhookEndpoint
from ohsc.core.actor import Actor
from ohsc.core.pagination import Cursor, after, page


@dataclass(frozen=True)
class Log:
    """A part of what was sent to one webhook; newest first, by the last or next attempt."""

    deliveries: list[Delivery]
    following: Cursor | None


def endpoints_of(actor: Actor, *, at: datetime, stopped_too: bool = False) -> list[WebhookEndpoint]:
    """The agency's webhooks in use, or with those that were stopped; `dead` counts what was given up."""
    may_keep(actor)
    rows = visible_endpoints(actor)
    rows = rows if stopped_too else rows.filter(stopped_at=None)
    found = list(
        rows.annotate(dead=Count("deliveries", filter=Q(deliveries__state=Delivery.State.DEAD))).order_by(
            "-made_at", "id"
        )
        if stopped_too
        else rows
    )
    _looked("webhooks.listed", found, actor, at)
    return found


def endpoint_of(endpoint_id: UUID, actor: Actor, *, at: datetime) -> WebhookEndpoint:
    """One of the agency's webhooks. Raises WebhookEndpoint.DoesNotExist, the same for absent and another's."""
    may_keep(actor)
    endpoint = visible_endpoints(actor).get(pk=endpoint_id)
    _looked("webhook.opened", [endpoint], actor, at)
    return endpoint


def log_of(
    endpoint_id: UUID,
    actor: Actor,
    *,
    state: str = "",
    start: Cursor | None = None,
    limit: int,
    at: datetime,
) -> Log:
    """What was sent to a webhook, in one state if one is named. Raises WebhookEndpoint.DoesNotExist."""
    may_keep(actor)
    endpoint = visible_endpoints(actor).get(pk=endpoint_id)
    rows = visible_deliveries(actor).filter(endpoint=endpoint)
    rows = rows.filter(state=state) if state else rows
    shown, more = page(list(after(rows, start, at="next_at")[: limit + 1]), limit)
    _looked("deliveries.listed", shown, actor, at)
    return Log(shown, Cursor(shown[-1].next_at, shown[-1].pk) if more else None)


def delivery_of(
    endpoint_id: UUID, delivery_id: UUID, actor: Actor, *, at: datetime
) -> tuple[Delivery, list[Attempt]]:
    """One message and each attempt at it, newest first. Raises Delivery.DoesNotExist, also where the endpoint is not
    the agency's."""
    may_keep(actor)
    mine: QuerySet[Delivery] = visible_deliveries(actor).filter(endpoint=endpoint_id)
    delivery = mine.select_related("endpoint").get(pk=delivery_id)
    _looked("delivery.opened", [delivery], actor, at)
    return delivery, list(visible_attempts(actor).filter(delivery=delivery))


def _looked(action: str, found: Sequence[WebhookEndpoint | Delivery], actor: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.CONSULTATION,
        action,
        by=actor,
        at=at,
        subject_type="delivery" if "deliver" in action else WebhookEndpoint.SUBJECT,
        subject_ids=[one.pk for one in found],
    )
