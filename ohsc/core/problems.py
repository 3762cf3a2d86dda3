"""How is a refusal said to a partner's system? As problem details (RFC 9457), with every bad field named.

A refusal names no instance, request or host: forbidden and absent must be the same bytes.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from rest_framework.exceptions import MethodNotAllowed

from ohsc.core import strict_json
from ohsc.core.together import refused_by

log = logging.getLogger("django.request")

CONTENT_TYPE = "application/problem+json"
MOST_ERRORS = 1_000

# What each kind of refusal is, for the page of documentation that its `type` leads to.
TITLES = {
    "not-signed-in": "A token is needed",
    "out-of-scope": "The token's scopes do not reach this",
    "invalid-request": "Something in the request is wrong",
    "imagery-refused": "The platform never holds imagery",
    "not-found": "Not found",
    "method-not-allowed": "This address does not take that method",
    "already-received": "This was received before",
    "step-not-open": "The step is not open now",
    "not-now": "It cannot be done as things stand",
    "version-stale": "The referral changed since it was read",
    "too-large": "The body is too large",
    "type-not-taken": "This type of body is not taken",
    "key-reused": "The Idempotency-Key was used for another request",
    "busy": "Somebody else is at the same record",
    "unavailable": "Not able to serve just now",
    "rate-limited": "Too many requests in this minute",
    "error": "Something went wrong here",
}


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field: of the body unless `where` says query or header."""

    field: str
    code: str
    detail: str
    where: str = "body"

    def shown(self) -> dict[str, str]:
        pointer = {"pointer": f"#/{self.field}"} if self.where == "body" and self.field else {}
        return {"field": self.field, **pointer, "code": self.code, "detail": self.detail}


@dataclass(eq=False)
class Problem(Exception):
    """A refusal on its way out. `kind` is a key of TITLES; `noted` goes to the audit and not to the partner."""

    status: int
    kind: str
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    noted: Mapping[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """The problem as an object (RFC 9457)."""
        body: dict[str, Any] = {
            "type": f"/api/docs#{self.kind}",
            "title": TITLES[self.kind],
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return body | ({"errors": [error.shown() for error in self.errors]} if self.errors else {})

    def response(self) -> HttpResponse:
        response = HttpResponse(
            strict_json.render(self.shown()),
            status=self.status,
            content_type=CONTENT_TYPE,
            headers=dict(self.headers),
        )
        response.refusal_details = dict(self.noted)
        return response


def refused_fields(errors: Sequence[FieldError], noted: Mapping[str, Any] | None = None) -> Problem:
    """400 that names every bad field at once, up to a number that no honest body reaches."""
    imagery = any(error.code == "imagery_refused" for error in errors)
    if len(errors) > MOST_ERRORS:
        left_out = FieldError("", "too_many", f"And {len(errors) - MOST_ERRORS:,} more.")
        errors = [*errors[:MOST_ERRORS], left_out]
    names = ", ".join(dict.fromkeys(error.field or "the body" for error in errors))
    return Problem(
        400,
        "imagery-refused" if imagery else "invalid-request",
        f"Not taken. To correct: {names}.",
        errors=errors,
        noted=noted or {},
    )


def not_found() -> Problem:
    """The same for an unknown address, an absent record and one that is not this agency's to see."""
    return Problem(404, "not-found", "There is nothing here that you may see.")


def method_not_allowed(methods: Iterable[str]) -> Problem:
    allowed = ", ".join(methods)
    return Problem(405, "method-not-allowed", f"Here you may use: {allowed}.", headers={"Allow": allowed})


def busy(detail: str) -> Problem:
    return Problem(409, "busy", detail, headers={"Retry-After": "2"})


def unavailable() -> Problem:
    return Problem(
        503, "unavailable", "Nothing was changed. Send the request again.", headers={"Retry-After": "2"}
    )


SIMULTANEOUS = {
    "external_ref_once_per_source": Problem(
        409,
        "already-received",
        "Already received: a referral with this external_ref came at the same moment.",
    ),
    "document_once_per_source": busy("The same document is being imported at this moment. Send it again."),
}


def without_its_event(error: Exception | None) -> bool:
    """Was the event of the audit refused, without which nothing is shown or done?"""
    return isinstance(error, DatabaseError) and refused_by(error, "audit_event")


def of_database(error: DatabaseError) -> Problem | None:
    """What the database's refusal means to the partner; None where it can only be our own mistake."""
    if without_its_event(error):
        return unavailable()
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None) or ""
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    if constraint in SIMULTANEOUS:
        return SIMULTANEOUS[constraint]
    if state == "55P03":
        return busy("Somebody else is changing the same record. Send the request again.")
    if state in ("23505", "23P01", "23514", "P0001"):
        return busy("The record was changed at the same moment. Read it and try again.")
    # Deadlocks, time-outs, and a server that goes, is gone or is full.
    if state[:2] in ("40", "53", "57", "08") or (not state and type(error).__name__ == "OperationalError"):
        return unavailable()
    if state.startswith("22"):
        return Problem(400, "invalid-request", "A value is out of the range that can be kept.")
    return None


def answer_to(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The REST framework's exception handler: whatever was raised leaves as problem details."""
    if isinstance(error, Problem):
        return error.response()
    if isinstance(error, Http404 | PermissionDenied):
        return not_found().response()
    if isinstance(error, MethodNotAllowed):  # of an address that is open; PartnerView says so itself
        return method_not_allowed(context["view"].allowed_methods).response()
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "invalid-request", "The request cannot be read.").response()
    if isinstance(error, DatabaseError) and (problem := of_database(error)):
        log.warning("database refused: %s", getattr(error.__cause__, "sqlstate", "connection"))
        return problem.response()
    request = context["request"]._request
    got_request_exception.send(sender=None, request=request)
    log.error("unexpected error", exc_info=error)
    return Problem(500, "error", "The error was logged. Nothing was changed.").response()
