"""Keep an agency's webhooks: add, read, remove, test, change the secret, resume."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from notifications.actions import (
    OVERLAP,
    EndpointRefused,
    NotNow,
    add_endpoint,
    resume_endpoint,
    rotate_secret,
    send_test,
    stop_endpoint,
)
from notifications.api.deliveries import not_now
from notifications.models import WebhookEndpoint
from notifications.serializers import (
    DeliveryLine,
    EndpointAnswer,
    EndpointMade,
    EndpointShape,
    NothingShape,
    RotateShape,
    delivery_shown,
    endpoint_shown,
)
from notifications.webhook_log import endpoint_of, endpoints_of
from ohsc.core.api import WEBHOOKS, PartnerView, answer, items
from ohsc.core.openapi import described, list_of
from ohsc.core.problems import FieldError, not_found, refused_fields


class Webhooks(PartnerView):
    scopes = {"GET": WEBHOOKS, "POST": WEBHOOKS}

    @described(
        "Your agency's webhooks", answers=list_of(EndpointAnswer), tag="Webhooks", operation="list_webhooks"
    )
    def get(self, request):
        """Those in use."""
        return items([endpoint_shown(one) for one in endpoints_of(self.actor, at=timezone.now())])

    @described(
        "Add a webhook",
        answers=EndpointMade,
        takes=EndpointShape,
        tag="Webhooks",
        status=201,
        operation="add_webhook",
    )
    def post(self, request):
        """Signed as Standard Webhooks says. The body is thin: `{type, timestamp, data: {id, reference, version}}`.

        With `audit_heads` it is sent the audit's signed head too, at most once an hour, as `audit.head` with
        `data: {size, root, key_id, note}`. The secret is in this answer and in no other.
        """
        given = self.given(EndpointShape)
        try:
            endpoint, secret = add_endpoint(
                given["url"],
                description=given.get("description", ""),
                audit_heads=given.get("audit_heads", False),
                by=self.actor,
                at=timezone.now(),
            )
        except EndpointRefused as refusal:
            raise refused_fields([FieldError("url", "not_taken", str(refusal))]) from None
        address = request.build_absolute_uri(f"{request.path}/{endpoint.pk}")
        return answer(
            endpoint_shown(endpoint) | {"secret": secret}, status=201, headers={"Location": address}
        )


class OneWebhook(PartnerView):
    scopes = {"GET": WEBHOOKS, "DELETE": WEBHOOKS}

    @described("One webhook", answers=EndpointAnswer, tag="Webhooks", finds=True, operation="read_webhook")
    def get(self, request, endpoint_id: UUID):
        """In use or stopped. Never its secret."""
        with found_or_refused():
            return answer(endpoint_shown(endpoint_of(endpoint_id, self.actor, at=timezone.now())))

    @described(
        "Remove a webhook", answers=None, tag="Webhooks", finds=True, status=204, operation="remove_webhook"
    )
    def delete(self, request, endpoint_id: UUID):
        """Nothing more is sent there. What was sent can still be seen."""
        with found_or_refused():
            stop_endpoint(endpoint_id, by=self.actor, at=timezone.now())
        return HttpResponse(status=204)


class TestWebhook(PartnerView):
    scopes = {"POST": WEBHOOKS}
    body_optional = True

    @described(
        "Send a test",
        answers=DeliveryLine,
        takes=NothingShape,
        tag="Webhooks",
        finds=True,
        status=202,
        operation="test_webhook",
    )
    def post(self, request, endpoint_id: UUID):
        """A message of type `webhook.test`, signed, sent and tried again as any other, to this webhook alone."""
        self.given(NothingShape)
        with found_or_refused():
            sent = send_test(endpoint_id, by=self.actor, at=timezone.now())
        address = request.build_absolute_uri(f"/api/v1/webhooks/{endpoint_id}/deliveries/{sent.pk.hex}")
        return answer(delivery_shown(sent), status=202, headers={"Location": address})


class RotateSecret(PartnerView):
    scopes = {"POST": WEBHOOKS}
    body_optional = True

    @described(
        "Change the secret",
        answers=EndpointMade,
        takes=RotateShape,
        tag="Webhooks",
        finds=True,
        operation="rotate_webhook_secret",
    )
    def post(self, request, endpoint_id: UUID):
        """The new secret is in this answer and in no other. Until `old_secret_until` each message carries a signature
        of the new secret and of the old."""
        given = self.given(RotateShape)
        overlap = timedelta(hours=given["overlap_hours"]) if "overlap_hours" in given else OVERLAP
        with found_or_refused():
            endpoint, secret = rotate_secret(endpoint_id, overlap=overlap, by=self.actor, at=timezone.now())
        return answer(endpoint_shown(endpoint) | {"secret": secret})


class ResumeWebhook(PartnerView):
    scopes = {"POST": WEBHOOKS}
    body_optional = True

    @described(
        "Resume a webhook that was stopped",
        answers=EndpointAnswer,
        takes=NothingShape,
        tag="Webhooks",
        finds=True,
        operation="resume_webhook",
    )
    def post(self, request, endpoint_id: UUID):
        """What happens from now on is sent there again. Replay what was given up; what came while it was stopped was
        not kept for it, and is in the events feed."""
        self.given(NothingShape)
        with found_or_refused():
            return answer(endpoint_shown(resume_endpoint(endpoint_id, by=self.actor, at=timezone.now())))


@contextmanager
def found_or_refused():
    """404 for a webhook that is not the agency's, 409 for what cannot be done now."""
    try:
        yield
    except WebhookEndpoint.DoesNotExist:
        raise not_found() from None
    except NotNow as refusal:
        raise not_now(refusal) from None
