"""Send again what was given up or has arrived already, and send a test: each a message like any other."""

from datetime import datetime
from uuid import UUID

from audit import actions as audit
from notifications import bell
from notifications.access import visible_deliveries, visible_endpoints
from notifications.actions.endpoints import NotNow, may_keep
from notifications.actions.to_one import send_to_one
from notifications.models import Delivery, WebhookEndpoint
from ohsc.core.acting import writing
from ohsc.core.actor import Actor

MOST_REPLAYED = 1_000  # dead letters that one request sends again
TEST = "webhook.test"


def send_test(endpoint_id: UUID, *, by: Actor, at: datetime) -> Delivery:
    """One message to this endpoint alone, through everything a real one goes through; it is in the log as they are.

    Raises WebhookEndpoint.DoesNotExist, and NotNow where the endpoint is stopped.
    """
    may_keep(by)
    endpoint = visible_endpoints(by).get(pk=endpoint_id)
    with writing():
        _must_run(endpoint, by)
        delivery = send_to_one(endpoint, TEST, says="A test of the webhook", subject_at=at, at=at)
        _record("webhook.tested", [delivery], by=by, at=at)
        bell.ring_at_commit()
    return delivery


def replay(endpoint_id: UUID, delivery_id: UUID, *, by: Actor, at: datetime) -> Delivery:
    """Send a message again, with the webhook-id it had, on a schedule that begins anew.

    Raises WebhookEndpoint.DoesNotExist and Delivery.DoesNotExist; NotNow while it is waiting, after the right to it
    ended, and where the endpoint is stopped.
    """
    may_keep(by)
    endpoint = visible_endpoints(by).get(pk=endpoint_id)
    with writing():
        mine = visible_deliveries(by).filter(endpoint=endpoint)
        delivery = mine.select_for_update(of=("self",)).get(pk=delivery_id)
        if delivery.state == Delivery.State.WAITING:
            raise NotNow("It is waiting to be sent already.")
        if delivery.state == Delivery.State.DROPPED:
            raise NotNow("Your agency may not be told of this any more.")
        _must_run(endpoint, by)
        _send_again([delivery.pk], at)
        _record("webhook.replayed", [delivery], by=by, at=at)
    delivery.refresh_from_db()
    return delivery


def replay_dead(endpoint_id: UUID, *, since: datetime, by: Actor, at: datetime) -> tuple[int, bool]:
    """Send again what was given up since that moment, the oldest first: how many, and whether more are left.

    What is sent again is dead no more, so the same request goes on where this one ended. Raises
    WebhookEndpoint.DoesNotExist, and NotNow where the endpoint is stopped.
    """
    may_keep(by)
    endpoint = visible_endpoints(by).get(pk=endpoint_id)
    with writing():
        dead = visible_deliveries(by).filter(endpoint=endpoint, state=Delivery.State.DEAD, done_at__gte=since)
        rows = dead.select_for_update(of=("self",)).order_by("done_at", "pk")
        found = list(rows[: MOST_REPLAYED + 1])
        some = found[:MOST_REPLAYED]
        _must_run(endpoint, by)
        if some:
            _send_again([delivery.pk for delivery in some], at)
            _record("webhook.replayed", some, by=by, at=at)
    return len(some), len(found) > MOST_REPLAYED


def _must_run(endpoint: WebhookEndpoint, by: Actor) -> None:
    """Held until the commit, so that what is sent again is not left behind by a stop at the same moment."""
    running = visible_endpoints(by).filter(pk=endpoint.pk, stopped_at=None).select_for_update()
    if not running.values_list("pk").first():
        raise NotNow("The webhook is stopped. Resume it first.")


def _send_again(ids: list[UUID], at: datetime) -> None:
    Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.WAITING, attempts=0, next_at=at, done_at=None, replayed_at=at
    )
    bell.ring_at_commit()


def _record(action: str, deliveries: list[Delivery], *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="delivery",
        subject_ids=[delivery.pk for delivery in deliveries],
    )
