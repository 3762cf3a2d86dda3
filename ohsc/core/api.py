"""In which order is a partner's request judged? One base for every address of the interface.

The order never changes, so that no refusal tells more than the one before it allowed: 401, 429, unknown address 404,
405, 415 and 413, scope 403, shape 400, look-up 404, version 412, step 409.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.views import APIView

from ohsc.core import bodies, idempotency, strict_json
from ohsc.core.actor import Actor
from ohsc.core.deprecation import Deprecation
from ohsc.core.idempotency import Kept
from ohsc.core.imagery import find_imagery
from ohsc.core.models import KeptAnswer
from ohsc.core.problems import FieldError, Problem, method_not_allowed, not_found, refused_fields
from ohsc.core.shapes import Shape, checked


@dataclass(frozen=True)
class Scope:
    """An OAuth scope, and the permission it gives an actor."""

    name: str
    permission: str


SEND = Scope("referrals:write", "referrals.make")
READ = Scope("referrals:read", "referrals.see")
ACT = Scope("referrals:act", "referrals.act")
WEBHOOKS = Scope("webhooks", "webhooks.manage")
CLIENTS = Scope("clients", "clients.manage")
ANY = Scope("", "")  # any valid token: reference data


class PartnerView(APIView):
    """One address. Subclasses say which scope each method needs, and do one thing in each method.

    `actor` is who asks, `body` the bytes sent, `asked` the checked query.
    """

    http_method_names = ["get", "post", "delete"]
    scopes: Mapping[str, Scope] = {}
    query: type[Shape] = Shape
    body_limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body_optional = False
    deprecated: Deprecation | None = None

    def initial(self, request, *args, **kwargs):
        plain: HttpRequest = request._request
        self.actor = self.partner(plain)
        if plain.method.lower() not in self.http_method_names or not hasattr(self, plain.method.lower()):
            raise self.not_allowed(plain)
        self.body = self.body_of(plain) if plain.method == "POST" else b""
        self.require_scope(plain.method)
        self.asked, self.query_faults = self.query_of(plain)
        if self.query_faults and plain.method != "POST":
            raise refused_fields(self.query_faults)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.deprecated:
            self.deprecated.announce(response)
        return response

    @property
    def default_response_headers(self):
        return {}  # the framework's Allow and Vary would tell one 404 from another

    def partner(self, request: HttpRequest) -> Actor:
        actor = getattr(request, "actor", None)
        if actor is not None and actor.kind == "client":
            return actor
        given = request.headers.get("Authorization", "").startswith("Bearer ")
        raise Problem(
            401,
            "not-signed-in",
            "The token is not valid, or no longer." if given else "Send a token: Authorization: Bearer …",
            headers={"WWW-Authenticate": 'Bearer realm="ohsc"' + ', error="invalid_token"' * given},
        )

    def not_allowed(self, request: HttpRequest) -> Problem:
        return method_not_allowed(name.upper() for name in self.http_method_names if hasattr(self, name))

    def require_scope(self, method: str) -> None:
        scope = self.scopes[method]
        if scope.permission and not self.actor.may(scope.permission):
            raise Problem(
                403,
                "out-of-scope",
                f"The token needs the scope {scope.name}.",
                headers={
                    "WWW-Authenticate": f'Bearer realm="ohsc", error="insufficient_scope", scope="{scope.name}"'
                },
            )

    def body_of(self, request: HttpRequest) -> bytes:
        """The bytes sent, if their type and size are taken."""
        taken = [parser.media_type for parser in self.parser_classes]
        is_taken = bodies.type_of(request) in taken
        body = bodies.read(request, self.body_limit) if is_taken or self.body_optional else b""
        if not is_taken and (body or not self.body_optional):
            raise Problem(415, "type-not-taken", f"Send {' or '.join(taken)}, not compressed.")
        return body

    def query_of(self, request: HttpRequest) -> tuple[dict[str, Any], list[FieldError]]:
        """The query, checked; and everything that is wrong with it."""
        twice = [name for name, values in request.GET.lists() if len(values) > 1]
        errors = [FieldError(name[:100], "repeated", "It stands twice.", "query") for name in twice]
        found, wrong = checked(self.query, request.GET.dict())
        errors += [FieldError(fault.field, fault.code, fault.detail, "query") for fault in wrong]
        return ({}, errors) if errors else (found, [])

    def given(self, shape: type[Shape], also: Sequence[FieldError] = (), **context: Any) -> dict[str, Any]:
        """The body in this shape. Refuses with every fault of body, query and headers at once."""
        raw = self.body if self.body or not self.body_optional else b"{}"
        return read_body(raw, shape, [*also, *self.query_faults], actor=self.actor, **context)


def read_body(
    raw: bytes, shape: type[Shape], also: Sequence[FieldError] = (), **context: Any
) -> dict[str, Any]:
    """One JSON object in this shape. Raises a Problem that names everything wrong with it, and `also` what is."""
    try:
        body = strict_json.parse(raw)
    except strict_json.JsonRefused as refusal:
        raise refused_fields([*also, FieldError("", "malformed", str(refusal))]) from None
    pictures = find_imagery(body)
    errors = [*also]
    errors += [FieldError(picture.path, "imagery_refused", _NO_IMAGERY) for picture in pictures]
    found, wrong = checked(shape, body, **context)
    named = {picture.path for picture in pictures}
    errors += [
        fault for fault in wrong if fault.field not in named and not (pictures and find_imagery(fault.field))
    ]
    if errors:
        noted = [{"field": one.path[:200], "sha256": one.sha256} for one in pictures[:20]]
        raise refused_fields(errors, {"imagery": noted} if noted else None)
    return found


_NO_IMAGERY = (
    "It holds a picture, a video, an archive or a PDF. The platform takes text, identifiers and hashes only."
)


class OnceView(PartnerView):
    """A POST that is done once for each Idempotency-Key, and whose answer is replayed word for word."""

    def post(self, request, **named):
        key = idempotency.key_of(request._request)
        wrong = idempotency.faults_of(key)
        self.asked_sha256 = idempotency.asked(request._request, self.body)
        if not wrong:
            kept = idempotency.claim(key, self.asked_sha256, by=self.actor)
            if kept is not None:
                self.given_again(strict_json.parse(kept.body))
                return self.answered(kept, replayed=True)
        self.written: Kept | None = None
        prepared = self.prepare(wrong)
        status, body = self.work(prepared, request._request)
        if self.written is None:
            idempotency.keep(self.kept(request._request, status, body))
        return self.answered(self.written, replayed=False)

    def kept(self, request: HttpRequest, status: int, body: dict[str, Any]) -> KeptAnswer:
        """The answer as the row that keeps it; `work` may write it together with what it does."""
        self.written = Kept(status, strict_json.render(body))
        to_keep = Kept(status, strict_json.render(self.kept_of(body)))
        return idempotency.kept(
            idempotency.key_of(request), self.asked_sha256, to_keep, by=self.actor, at=timezone.now()
        )

    def prepare(self, wrong: list[FieldError]) -> Any:
        """What was given, checked; refuses with the faults in the headers besides its own."""
        raise NotImplementedError

    def work(self, prepared: Any, request: HttpRequest) -> tuple[int, dict[str, Any]]:
        """Do it: the status and body of the answer."""
        raise NotImplementedError

    def kept_of(self, body: dict[str, Any]) -> dict[str, Any]:
        """What is kept of the answer, to be given again: all of it, unless a view leaves a secret out."""
        return body

    def given_again(self, body: dict[str, Any]) -> None:
        """Record that a kept answer was read again; the floor knows no audit, the app does."""
        raise NotImplementedError

    def headers_for(self, body: dict[str, Any]) -> dict[str, str]:
        return {}

    def answered(self, answer: Kept, *, replayed: bool) -> HttpResponse:
        headers = self.headers_for(strict_json.parse(answer.body))
        if replayed:
            headers[idempotency.REPLAYED] = "true"
        return HttpResponse(
            answer.body, status=answer.status, content_type="application/json", headers=headers
        )


class UnknownRoute(PartnerView):
    """Every address under the interface that is not one: 401 without a token, else the 404 of everything absent."""

    schema = None

    def initial(self, request, *args, **kwargs):
        self.partner(request._request)
        raise not_found()


def answer(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(
        strict_json.render(body), status=status, content_type="application/json", headers=dict(headers or {})
    )


def items(rows: Sequence[Any], following: str | None = None) -> HttpResponse:
    """A list, and the address of its next page."""
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return answer({"items": list(rows), "next": following}, headers=headers)
