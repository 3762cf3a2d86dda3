"""Keep an agency's endpoints for webhooks: add, stop, resume, change the secret."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import PermissionDenied

from agencies.roles import Permission
from audit import actions as audit
from notifications import sending, signing
from notifications.access import visible_endpoints
from notifications.actions.tell import tell
from notifications.destinations import check_url
from notifications.models import Delivery, WebhookEndpoint
from ohsc.core.acting import writing
from ohsc.core.actor import CLOCK, Actor

ENDPOINTS_PER_AGENCY = 20
OVERLAP = timedelta(hours=24)  # for how long the secret that is replaced signs too, unless asked otherwise
LONGEST_OVERLAP = timedelta(days=7)
MOST_SECRETS = 5  # that sign at one time; each is one more signature in every message
REMOVED, STOPPED = "Removed by its agency.", "Stopped by its agency."


class EndpointRefused(Exception):
    """The address cannot be taken; a sentence for the person who registers it."""


class NotNow(Exception):
    """It cannot be done as things stand; a sentence that says why."""


class AlreadyAdded(Exception):
    """This very form was sent before; `endpoint` is what it made."""

    def __init__(self, endpoint: WebhookEndpoint):
        super().__init__(f"{endpoint.reference} was added before.")
        self.endpoint = endpoint


def may_keep(by: Actor) -> None:
    """Webhooks are kept by the agency's administrators, and by systems with that scope."""
    if not by.may(Permission.MANAGE_WEBHOOKS):
        raise PermissionDenied("This role, or this token, does not keep webhooks.")


def add_endpoint(
    url: str,
    *,
    description: str = "",
    audit_heads: bool = False,
    form: UUID | None = None,
    by: Actor,
    at: datetime,
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint of the actor's agency, and its secret, which is shown this once.

    `audit_heads`: it is sent the audit's signed heads too. `form` is the random id of a form that may be sent twice;
    the second time it raises AlreadyAdded.
    """
    may_keep(by)
    endpoint = WebhookEndpoint(
        agency_id=by.home_id,
        client_id=by.id,
        url=url,
        description=description,
        made_at=at,
        heads_since=at if audit_heads else None,
    )
    if form is not None:
        endpoint.pk = uuid5(by.home_id, str(form))  # an agency's own: nobody else's form can meet it
        if made := visible_endpoints(by).filter(pk=endpoint.pk).first():
            raise AlreadyAdded(made)
    if problem := check_url(url, settings.WEBHOOK_ALLOW):
        raise EndpointRefused(problem)
    if problem := _full(by):
        raise EndpointRefused(problem)
    secret = signing.new_secret()
    endpoint.sealed_secrets = [sending.sealed(secret)]
    with writing():
        endpoint.save(force_insert=True)
        _record("webhook.added", endpoint, by=by, at=at)
    return endpoint, secret


def stop_endpoint(endpoint_id: UUID, *, why: str = REMOVED, by: Actor, at: datetime) -> None:
    """Nothing more is sent there; its log stays. Raises WebhookEndpoint.DoesNotExist."""
    may_keep(by)
    endpoint = visible_endpoints(by).get(pk=endpoint_id, stopped_at=None)
    with writing():
        stop(endpoint.pk, why, at)
        _record("webhook.removed", endpoint, by=by, at=at)


def resume_endpoint(endpoint_id: UUID, *, by: Actor, at: datetime) -> WebhookEndpoint:
    """What happens from now on is sent there again; what was given up waits to be replayed.

    Raises WebhookEndpoint.DoesNotExist, and NotNow where it is not stopped.
    """
    may_keep(by)
    with writing():
        endpoint = _locked(endpoint_id, by)
        if endpoint.stopped_at is None:
            raise NotNow("It is not stopped.")
        if problem := _full(by):
            raise NotNow(problem)
        endpoint.stopped_at, endpoint.stopped_because = None, ""
        endpoint.save(update_fields=["stopped_at", "stopped_because"])
        _record("webhook.resumed", endpoint, by=by, at=at)
    return endpoint


def rotate_secret(
    endpoint_id: UUID,
    *,
    overlap: timedelta = OVERLAP,
    replaces: str | None = None,
    by: Actor,
    at: datetime,
) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown this once. Until the overlap ends every message is signed with the older ones too.

    All older secrets lapse at the same moment, that of the last change. `replaces` is the mark of the secret that a
    form was drawn for: a form sent twice changes it once. Raises WebhookEndpoint.DoesNotExist and NotNow.
    """
    may_keep(by)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise ValueError("An overlap is 0 to 7 days.")
    with writing():
        endpoint = _locked(endpoint_id, by)
        if replaces is not None and replaces != sending.mark_of_secret(endpoint):
            raise NotNow("Its secret was changed since this page was drawn. Nothing was changed again.")
        older = sending.live_secrets(endpoint, at) if overlap else []
        if len(older) >= MOST_SECRETS:
            raise NotNow(
                f"{MOST_SECRETS} secrets sign already. Wait until the older ones lapse, or replace all at once."
            )
        secret = signing.new_secret()
        endpoint.sealed_secrets = [sending.sealed(secret), *older]
        endpoint.old_secret_until = at + overlap if older else None
        endpoint.save(update_fields=["sealed_secrets", "old_secret_until"])
        _record(
            "webhook.secret_changed",
            endpoint,
            by=by,
            at=at,
            details={"overlap_hours": overlap.total_seconds() / 3600},
        )
    return endpoint, secret


def stop(endpoint_id: UUID, why: str, at: datetime) -> bool:
    """Nothing more goes there, and what waited is given up. The caller is writing. False: it was stopped before."""
    running = WebhookEndpoint.objects.filter(pk=endpoint_id, stopped_at=None)
    stopped = running.update(stopped_at=at, stopped_because=why)
    Delivery.objects.filter(endpoint=endpoint_id, state=Delivery.State.WAITING).update(
        state=Delivery.State.DEAD, done_at=at, last_reason=why
    )
    return bool(stopped)


def stop_by_itself(endpoint: WebhookEndpoint, why: str, at: datetime) -> None:
    """The endpoint wants no more, or takes no more; the people who keep it are told. The caller is writing."""
    if not stop(endpoint.pk, why, at):
        return
    _record("webhook.stopped", endpoint, by=CLOCK, at=at)
    tell(
        [endpoint.agency_id],
        topic="webhook.stopped",
        subject=(WebhookEndpoint.SUBJECT, endpoint.pk, endpoint.reference, 1),
        says=f"Stopped, and sends no more: {why[0].lower()}{why[1:]}",
        at=at,
    )


def _full(by: Actor) -> str:
    if visible_endpoints(by).filter(stopped_at=None).count() < ENDPOINTS_PER_AGENCY:
        return ""
    return f"An agency has at most {ENDPOINTS_PER_AGENCY} webhooks. Remove one first."


def _locked(endpoint_id: UUID, by: Actor) -> WebhookEndpoint:
    """The agency's own endpoint, held until the commit. The caller is writing."""
    return visible_endpoints(by).select_for_update().get(pk=endpoint_id)


def _record(
    action: str, endpoint: WebhookEndpoint, *, by: Actor, at: datetime, details: dict[str, Any] | None = None
) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type=WebhookEndpoint.SUBJECT,
        subject_ids=[endpoint.pk],
        details=details,
    )
