"""The interface for webhooks: keep an agency's endpoints, and see what was sent to them."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from notifications.access import visible_deliveries, visible_endpoints
from notifications.actions import EndpointRefused, add_endpoint, stop_endpoint
from notifications.models import WebhookEndpoint
from notifications.serializers import (
    DeliveryAnswer,
    EndpointAnswer,
    EndpointMade,
    EndpointShape,
    delivery_shown,
    endpoint_shown,
)
from ohsc.core.api import WEBHOOKS, PartnerView, answer, items
from ohsc.core.openapi import described, list_of
from ohsc.core.pagination import DEFAULT_LIMIT, Cursor, PageQuery, after, next_url, page
from ohsc.core.problems import FieldError, not_found, refused_fields


class Webhooks(PartnerView):
    scopes = {"GET": WEBHOOKS, "POST": WEBHOOKS}

    @described(
        "Your agency's webhooks", answers=list_of(EndpointAnswer), tag="Webhooks", operation="list_webhooks"
    )
    def get(self, request):
        """Those in use."""
        return items([endpoint_shown(one) for one in visible_endpoints(self.actor).filter(stopped_at=None)])

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

        The secret is in this answer and in no other.
        """
        given = self.given(EndpointShape)
        try:
            endpoint, secret = add_endpoint(
                given["url"], description=given.get("description", ""), by=self.actor, at=timezone.now()
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
        return answer(endpoint_shown(self.find(endpoint_id)))

    @described(
        "Remove a webhook", answers=None, tag="Webhooks", finds=True, status=204, operation="remove_webhook"
    )
    def delete(self, request, endpoint_id: UUID):
        """Nothing more is sent there. What was sent can still be seen."""
        try:
            stop_endpoint(endpoint_id, by=self.actor, at=timezone.now())
        except WebhookEndpoint.DoesNotExist:
            raise not_found() from None
        return HttpResponse(status=204)

    def find(self, endpoint_id: UUID) -> WebhookEndpoint:
        endpoint = visible_endpoints(self.actor).filter(pk=endpoint_id).first()
        if endpoint is None:
            raise not_found()
        return endpoint


class Deliveries(OneWebhook):
    scopes = {"GET": WEBHOOKS}
    http_method_names = ["get"]
    query = PageQuery

    @described(
        "What was sent to a webhook",
        answers=list_of(DeliveryAnswer),
        query=PageQuery,
        tag="Webhooks",
        finds=True,
        operation="list_deliveries",
    )
    def get(self, request, endpoint_id: UUID):
        """Each message once, however often it was tried: by its last or next attempt, newest first."""
        endpoint = self.find(endpoint_id)
        limit = self.asked.get("limit", DEFAULT_LIMIT)
        rows = visible_deliveries(self.actor).filter(endpoint=endpoint)
        rows = after(rows, self.asked.get("cursor"), at="next_at")[: limit + 1]
        shown, more = page(list(rows), limit)
        following = next_url(request._request, Cursor(shown[-1].next_at, shown[-1].pk)) if more else None
        return items([delivery_shown(one) for one in shown], following)
