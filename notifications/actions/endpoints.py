"""Keep an agency's endpoints for webhooks."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from audit import actions as audit
from notifications import sending
from notifications.access import visible_endpoints
from notifications.destinations import check_url
from notifications.models import Delivery, WebhookEndpoint
from notifications.signing import new_secret
from ohsc.core.acting import writing
from ohsc.core.actor import Actor

ENDPOINTS_PER_AGENCY = 20


class EndpointRefused(Exception):
    """The address cannot be taken; a sentence for the person who registers it."""


def add_endpoint(url: str, *, description: str = "", by: Actor, at: datetime) -> tuple[WebhookEndpoint, str]:
    """A new endpoint of the actor's agency, and its secret, which is shown this once."""
    if problem := check_url(url, settings.WEBHOOK_ALLOW):
        raise EndpointRefused(problem)
    if visible_endpoints(by).filter(stopped_at=None).count() >= ENDPOINTS_PER_AGENCY:
        raise EndpointRefused(f"An agency has at most {ENDPOINTS_PER_AGENCY} webhooks. Remove one first.")
    secret = new_secret()
    endpoint = WebhookEndpoint(
        agency_id=by.home_id,
        client_id=by.id,
        url=url,
        description=description,
        sealed_secrets=[sending.sealed(secret)],
        made_at=at,
    )
    with writing():
        endpoint.save(force_insert=True)
        _record_endpoint("webhook.added", endpoint, by=by, at=at)
    return endpoint, secret


def stop_endpoint(endpoint_id: UUID, *, by: Actor, at: datetime) -> None:
    """Nothing more is sent there; its log stays. Raises WebhookEndpoint.DoesNotExist."""
    endpoint = visible_endpoints(by).get(pk=endpoint_id, stopped_at=None)
    with writing():
        stop(endpoint.pk, "Removed by its agency.", at)
        _record_endpoint("webhook.removed", endpoint, by=by, at=at)


def stop(endpoint_id: UUID, why: str, at: datetime) -> None:
    """Nothing more goes there, and what waited is given up. The caller is writing."""
    WebhookEndpoint.objects.filter(pk=endpoint_id, stopped_at=None).update(stopped_at=at, stopped_because=why)
    Delivery.objects.filter(endpoint=endpoint_id, state=Delivery.State.WAITING).update(
        state=Delivery.State.DEAD, done_at=at, last_reason=why
    )


def _record_endpoint(action: str, endpoint: WebhookEndpoint, *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="webhook_endpoint",
        subject_ids=[endpoint.pk],
    )
