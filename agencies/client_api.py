"""The interface for partners' clients: an agency keeps its own, and a client looks after its own secret."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from agencies.actions import (
    ClientRefused,
    make_client,
    revoke_client,
    rotate_own_secret,
    rotate_secret,
)
from agencies.client_shapes import (
    ClientAnswer,
    ClientSecretAnswer,
    ClientShape,
    RotateClientShape,
    RotateOwnShape,
    client_shown,
    overlap_of,
    terms_of,
)
from agencies.clients import consulted, listed, opened
from agencies.models import Client
from ohsc.core.api import ANY, CLIENTS, OnceView, PartnerView, answer, items
from ohsc.core.openapi import created_once, described, list_of
from ohsc.core.pagination import DEFAULT_LIMIT, Cursor, PageQuery, after, next_url, page
from ohsc.core.problems import FieldError, Problem, not_found, refused_fields


class SecretView(OnceView):
    """A POST whose answer holds a new secret. What is kept to be given again does not: whoever lost the first
    answer changes the secret once more."""

    def work(self, prepared: dict[str, Any], request: HttpRequest) -> tuple[int, dict[str, Any]]:
        at = timezone.now()
        try:
            client, secret = self.change(prepared, at)
        except Client.DoesNotExist:
            raise not_found() from None
        except ClientRefused as refusal:
            raise problem_of(refusal) from None
        return 201, client_shown(client, at) | {"client_secret": secret}

    def change(self, given: dict[str, Any], at: datetime) -> tuple[Client, str]:
        """Make the new secret: the client, and what it is."""
        raise NotImplementedError

    def kept_of(self, body):
        return body | {"client_secret": None}

    def given_again(self, body):
        consulted("client.answer_replayed", [Client(pk=body["id"])], self.actor, at=timezone.now())


class Clients(SecretView):
    scopes = {"GET": CLIENTS, "POST": CLIENTS}

    @property
    def query(self):
        return PageQuery if self.request.method == "GET" else PartnerView.query

    @described(
        "Your agency's clients",
        answers=list_of(ClientAnswer),
        query=PageQuery,
        tag="Clients",
        operation="list_clients",
    )
    def get(self, request):
        """Newest first, those that ended too."""
        limit, at = self.asked.get("limit", DEFAULT_LIMIT), timezone.now()
        rows = after(listed(self.actor), self.asked.get("cursor"), at="created")[: limit + 1]
        shown, more = page(list(rows), limit)
        consulted("clients.listed", shown, self.actor, at=at)
        following = next_url(request._request, Cursor(shown[-1].created, shown[-1].pk)) if more else None
        return items([client_shown(client, at) for client in shown], following)

    @created_once("Make a client", ClientShape, ClientSecretAnswer, tag="Clients", operation="make_client")
    def post(self, request):
        """With no more scopes than the token that asks. The secret is in this answer and in no other: the same
        request again is answered without it."""
        return super().post(request)

    def prepare(self, wrong: list[FieldError]):
        return self.given(ClientShape, also=wrong)

    def change(self, given, at):
        return make_client(terms_of(given, at), by=self.actor, at=at)

    def headers_for(self, body):
        return {"Location": self.request.build_absolute_uri(f"/api/v1/clients/{body['id']}")}


class OneClient(PartnerView):
    scopes = {"GET": CLIENTS, "DELETE": CLIENTS}

    @described("One client", answers=ClientAnswer, tag="Clients", finds=True, operation="read_client")
    def get(self, request, client_id: UUID):
        """Live or ended. Never its secret."""
        return answer(client_shown(self.find(client_id), timezone.now()))

    @described(
        "Revoke a client", answers=None, tag="Clients", finds=True, status=204, operation="revoke_client"
    )
    def delete(self, request, client_id: UUID):
        """It gets no token any more, and those it has are refused from the next request on."""
        try:
            revoke_client(client_id, by=self.actor, at=timezone.now())
        except Client.DoesNotExist:
            raise not_found() from None
        return HttpResponse(status=204)

    def find(self, client_id: UUID) -> Client:
        try:
            return opened(client_id, self.actor, at=timezone.now())
        except Client.DoesNotExist:
            raise not_found() from None


class OwnClient(PartnerView):
    scopes = {"GET": ANY}

    @described("This client itself", answers=ClientAnswer, tag="Clients", operation="read_own_client")
    def get(self, request):
        """Whoever holds the token: what it may do, and until when. Any scope reads it."""
        at = timezone.now()
        return answer(client_shown(opened(self.actor.id, self.actor, at=at), at))


class ClientSecret(SecretView):
    scopes = {"POST": CLIENTS}
    http_method_names = ["post"]
    body_optional = True

    @created_once(
        "Change a client's secret",
        RotateClientShape,
        ClientSecretAnswer,
        tag="Clients",
        operation="rotate_client_secret",
        finds=True,
    )
    def post(self, request, client_id: UUID):
        """Both secrets give tokens until the overlap ends, so that a system can change over while it runs. 409 while
        an earlier change is under way, unless `replaces_lost` or at once."""
        return super().post(request)

    def prepare(self, wrong: list[FieldError]):
        return self.given(RotateClientShape, also=wrong)

    def change(self, given, at):
        return rotate_secret(
            self.kwargs["client_id"],
            overlap=overlap_of(given),
            replaces_lost=given.get("replaces_lost", False),
            by=self.actor,
            at=at,
        )


class OwnClientSecret(SecretView):
    scopes = {"POST": ANY}
    http_method_names = ["post"]

    @created_once(
        "Change this client's own secret",
        RotateOwnShape,
        ClientSecretAnswer,
        tag="Clients",
        operation="rotate_own_secret",
    )
    def post(self, request):
        """With any scope, and with the present secret in the body: a token alone, which may have been stolen, does
        not do it."""
        return super().post(request)

    def prepare(self, wrong: list[FieldError]):
        return self.given(RotateOwnShape, also=wrong)

    def change(self, given, at):
        return rotate_own_secret(given["client_secret"], overlap=overlap_of(given), by=self.actor, at=at)


def problem_of(refusal: ClientRefused) -> Problem:
    """400 where a field can be corrected, 409 where the client itself, or the number of them, stands in the way."""
    if refusal.field:
        return refused_fields([FieldError(refusal.field, refusal.code, str(refusal))])
    return Problem(409, "step-not-open", str(refusal))
