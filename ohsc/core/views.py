"""What is said when nothing more particular can be: refusals, failures, health."""

import logging
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ohsc.core import problems
from ohsc.core.health import health

log = logging.getLogger("django.request")

FOR_SYSTEMS = ("/api/", "/oauth/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was sent from another page or after signing out; what was typed is still in the browser."""
    return _refusal(request, 403, {"form_expired": True})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request may be unreadable, so nothing of it is used."""
    return _failure(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refusal(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same bytes for what is absent and for what is not this reader's: the exception is not asked."""
    return _refusal(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The database may be the failure, so the page asks it nothing, not even who is signed in."""
    return _failure(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """What was asked for cannot be recorded, and so is not given. The page asks the database nothing."""
    log.error("an event of the audit could not be written; nothing was shown")
    if request.path.startswith(FOR_SYSTEMS):
        return problems.unavailable().response()
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "2"})


def _refusal(request: HttpRequest, status: int, context: dict | None = None) -> HttpResponse:
    if request.path.startswith(FOR_SYSTEMS):
        return _problem(status)
    return render(request, f"{status}.html", context, status=status)


def _failure(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith(FOR_SYSTEMS):
        return _problem(status)
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def _problem(status: int) -> JsonResponse:
    """What a partner's system gets where no view of the interface answered."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JsonResponse(body, status=status, content_type="application/problem+json")


@login_not_required
@require_safe
def healthz(request):
    """The process answers."""
    return JsonResponse({"status": "alive"})


@login_not_required
@require_safe
def readyz(request):
    """Able to serve, and what is wrong where something is. Named parts, times and migrations; no address, no secret."""
    found = health()
    facts = {
        "status": found.status,
        "database": found.database,
        "migrations": found.migrations,
        "broker": found.broker,
        "clock": found.clock,
    }
    return JsonResponse(facts, status=200 if found.can_serve else 503)
