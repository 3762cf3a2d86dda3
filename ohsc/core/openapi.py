"""How is the interface described? One OpenAPI 3.1 document, made from the views and served without a token."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

from ohsc.core import idempotency, openapi_shapes
from ohsc.core.problems import CONTENT_TYPE

AnyOf = openapi_shapes.AnyOf  # its extensions are known to the generator once the module is read


class Described(AutoSchema):
    """The generator, and what a view declares of itself."""

    def is_deprecated(self):
        return getattr(self.view, "deprecated", None) is not None


class FieldFault(serializers.Serializer):
    """One thing that is wrong."""

    field = serializers.CharField(
        help_text="Of the body, with / between levels; or a header's or query's name."
    )
    pointer = serializers.CharField(
        required=False, help_text="The same as a JSON pointer, for fields of the body."
    )
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemAnswer(serializers.Serializer):
    """Problem details (RFC 9457). `type` leads to the page that explains the kind of problem."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldFault(many=True, required=False)


class PartnerScheme(OpenApiAuthenticationExtension):
    """OAuth 2.0 client credentials, with the scope each operation needs."""

    target_class = "agencies.authentication.PartnerToken"
    name = "oauth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        from oauth2_provider.scopes import get_scopes_backend

        return {
            "type": "oauth2",
            "description": "POST /oauth/token with grant_type=client_credentials. Tokens last an hour.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/oauth/token",
                    "scopes": get_scopes_backend().get_all_scopes(),
                }
            },
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        scope = auto_schema.view.scopes.get(auto_schema.method.upper())
        return {self.name: [scope.name] if scope and scope.name else []}


REFUSALS = {
    400: "Something in the request is wrong; every bad, missing or unknown field is named.",
    401: "No token, or one that is not valid.",
    403: "The token lacks the scope.",
    404: "Nothing there that your agency may see: absent and forbidden are the same.",
    405: "This address does not take that method.",
    409: "Not possible now; `detail` says why. With Retry-After: send it again.",
    412: "If-Match names a version that is no longer the current one.",
    413: "The body is too large.",
    414: "The address is longer than 4,094 bytes. The web server says so, in HTML.",
    415: "The body is of a type that is not taken.",
    422: "The Idempotency-Key came with another request before.",
    429: "Too many requests in this minute: wait as long as Retry-After says.",
    503: "Not able to serve; nothing was changed. Send it again after Retry-After.",
}
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    response=[429, 503],
    description="Seconds to wait before the same request is sent again.",
)
REVALIDATED = [
    OpenApiParameter(
        "If-None-Match",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="The ETag you hold: 304 without a body where nothing changed.",
    ),
    OpenApiParameter("ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200, 304]),
]
UNCHANGED = OpenApiResponse(description="It is the version you hold.")
_READ = (400, 401, 403, 405, 429, 503)
_WRITE = (*_READ, 409, 413, 415)


def refusals(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    forms = {414: ("text/html", OpenApiTypes.STR)}  # said by the web server, before anything of ours
    shown = {}
    for status in sorted(statuses):
        content_type, shape = forms.get(status, (CONTENT_TYPE, ProblemAnswer))
        shown[status, content_type] = OpenApiResponse(shape, description=REFUSALS[status])
    return shown


def list_of(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """A list's answer: the items, and the address of the next page or null."""
    return inline_serializer(
        f"{shape.__name__.removesuffix('Answer')}List",
        {"items": shape(many=True), "next": serializers.URLField(allow_null=True)},
    )


def described(
    title: str,
    *,
    answers: Any,
    tag: str,
    takes: Any = None,
    query: Any = None,
    finds: bool = False,
    has_etag: bool = False,
    status: int = 200,
    operation: str,
) -> Callable:
    """An operation. `finds`: it looks one thing up, so it may answer 404. `has_etag`: its answer has one."""
    usual = (_WRITE if takes else _READ) + (404,) * finds + (414,) * bool(query)
    return extend_schema(
        operation_id=operation,
        summary=title,
        tags=[tag],
        request=takes,
        parameters=[RETRY_AFTER, *([query] if query else []), *(REVALIDATED * has_etag)],
        responses={status: answers} | ({304: UNCHANGED} if has_etag else {}) | refusals(*usual),
    )


def created_once(
    title: str,
    takes: Any,
    answers: Any,
    *,
    tag: str,
    operation: str,
    also: dict[int, Any] | None = None,
    finds: bool = False,
) -> Callable:
    """A POST with an Idempotency-Key. `finds`: it looks one thing up, so it may answer 404."""
    key = OpenApiParameter(
        idempotency.HEADER,
        {"type": "string", "pattern": "^[!-~]{1,255}$"},
        OpenApiParameter.HEADER,
        required=True,
        description="1 to 255 visible ASCII characters; a new one for each request, the same one to repeat it.",
    )
    replayed = OpenApiParameter(
        idempotency.REPLAYED,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=True,
        description="true where this is the answer given the first time.",
    )
    return extend_schema(
        operation_id=operation,
        summary=title,
        tags=[tag],
        request=takes,
        parameters=[RETRY_AFTER, key, replayed],
        responses={201: answers} | (also or {}) | refusals(*_WRITE, 422, *([404] if finds else [])),
        examples=EXAMPLES.get(operation, []),
    )


def bulk_described(takes: Any, answers: Any) -> Callable:
    """Many in one request: lines of JSON in, lines of JSON out."""
    key = OpenApiParameter(
        idempotency.HEADER,
        {"type": "string", "pattern": "^[!-~]{1,255}$"},
        OpenApiParameter.HEADER,
        required=True,
        description="As for one referral; each line is known by it and its own number.",
    )
    lines = "application/x-ndjson"
    return extend_schema(
        operation_id="send_referrals",
        summary="Send many referrals",
        tags=["Referrals"],
        request={lines: takes},
        parameters=[RETRY_AFTER, key],
        responses={(200, lines): OpenApiResponse(answers, description="A line for each line sent.")}
        | refusals(*_WRITE),
    )


# One ETag, or "*" for any; an empty header is none.
ETAG_PATTERN = '^([*]|(W/)?"[!#-~]{0,100}")?$'


def step_described(answers: Any) -> Callable:
    """A step's POST: what differs from step to step is filled in when the addresses are made."""

    def decorate(method: Callable) -> Callable:
        method.answers = answers
        return method

    return decorate


def describe_step(view: type, *, name: str, label: str, shape: Any, sentence: str) -> type:
    """Give a step's view its own operation: its name, its body and what it says of itself."""
    version = OpenApiParameter(
        "If-Match",
        {"type": "string", "pattern": ETAG_PATTERN},
        OpenApiParameter.HEADER,
        description='The ETag you read, such as "v3": 412 where it changed since.',
    )
    base = view.post

    def post(self, request, referral_id):
        return base(self, request, referral_id)

    post.__doc__ = sentence
    view.post = extend_schema(
        operation_id=name.replace("-", "_"),
        summary=label,
        description=sentence,
        tags=["Steps"],
        request=shape,
        parameters=[RETRY_AFTER, version],
        responses={200: base.answers} | refusals(*_WRITE, 404, 412),
        examples=EXAMPLES.get(name, []),
    )(post)
    return view


def _example(name: str, value: dict) -> list[OpenApiExample]:
    return [OpenApiExample(name, value=value, request_only=True)]


EXAMPLES: dict[str, list[OpenApiExample]] = {
    "send_referral": _example(
        "An account on a service",
        {
            "environment": "surface_web",
            "harm_type": "grooming",
            "summary": "An account asked a child to move to a private channel.",
            "occurred_at": "2026-01-15T14:30:00Z",
            "external_ref": "TS-2026-0042",
            "jurisdiction": "GB",
            "factors": {"contact_continuing": "yes", "child_age_band": "11-13"},
            "selectors": [
                {"kind": "account", "value": "quiet-heron-42", "platform": "exampleservice"},
                {"kind": "ip", "value": "192.0.2.7", "port": 51544, "seen_at": "2026-01-15T14:29:10Z"},
            ],
            "handling": {"classification": "OFFICIAL-SENSITIVE", "tlp": "AMBER"},
            "declaration": "All reasonably available information is included.",
        },
    ),
    "triage": _example("Set the band", {"priority": "P2"}),
    "offer": _example("Offer it", {"to_agency": "northshire-police"}),
    "recall": _example("Recall it", {"reason_code": "better_fit"}),
    "decline": _example("Decline it", {"reason_code": "out_of_jurisdiction"}),
    "return": _example("Return it", {"reason_code": "no_legal_power"}),
    "conclude": _example("Conclude it", {"outcomes": [{"code": "CHILD_SAFEGUARDED", "count": 1}]}),
    "reject": _example("Reject it", {"reason_code": "insufficient"}),
    "withdraw": _example("Withdraw it", {"reason_code": "entered_in_error"}),
}
