"""What does every answer carry, and what is noted of it, whoever asks?"""

import ipaddress
import time
import uuid
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_cache_control

from ohsc.core import logs, metrics
from ohsc.core.requests import begin, request_id

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
METHODS_OF_PAGES = {"GET", "HEAD", "POST", "OPTIONS"}
FOR_SYSTEMS = ("/api/", "/oauth/")
FIGURES = "/metrics"
ASKED_FROM_BESIDE = {"/healthz", "/readyz", FIGURES}
NO_ROUTE = "unmatched"
SET_BY_A_PROXY = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP")


class RequestId:
    """A random id for each request, in the log, the audit and `X-Request-ID`. A client's own is not trusted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        begin(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            begin("")


class OnlyEncrypted:
    """A call over plain http is refused and never redirected: what it carried, such as a token, was open already. Only
    the health checks, which come from beside us, are answered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.INSECURE_HTTP or request.is_secure() or request.path in ASKED_FROM_BESIDE:
            return self.get_response(request)
        return HttpResponse(
            "Use https. What was sent here was not encrypted: change any secret in it.\n",
            status=403,
            content_type="text/plain; charset=utf-8",
        )


class KnownMethods:
    """Of the methods of HTTP only those that some address of its kind takes; each address refuses the rest itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        taken = METHODS if request.path.startswith(FOR_SYSTEMS) else METHODS_OF_PAGES
        if request.method not in taken:
            return HttpResponseNotAllowed(sorted(taken))
        return self.get_response(request)


class Watched:
    """One line in the log and one count for each request: the route's name, never the path, which may hold words."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.monotonic()
        response = self.get_response(request)
        seconds = time.monotonic() - began
        match = request.resolver_match
        route = match.view_name if match else NO_ROUTE
        method = request.method if request.method in METHODS else "other"
        metrics.count_request(route, method, response.status_code, seconds)
        logs.of_request(route, method, response.status_code, seconds, getattr(request, "actor", None))
        return response


class FiguresForOperators:
    """`/metrics`, before hosts, sessions and rights are looked at: a collector calls each process by its address.

    It has no route: whoever may not read it is passed on, and told what everybody is told of a page that is not there.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == FIGURES and request.method == "GET" and may_read_figures(request):
            answer = HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
            answer["Cache-Control"] = "no-store"
            return answer
        return self.get_response(request)


def may_read_figures(request: HttpRequest) -> bool:
    """With the operators' token; or directly from one of their networks. What a proxy passed on came from anywhere."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and compare_digest(shown.encode(), settings.METRICS_TOKEN.encode()):
        return True
    if any(name in request.headers for name in SET_BY_A_PROXY):
        return False
    try:
        caller = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a unix socket: something stands before us
        return False
    return any(caller in ipaddress.ip_network(network) for network in settings.METRICS_ALLOW)


class CompressedPages(GZipMiddleware):
    """Pages are sent compressed (with Django's random padding against BREACH); refusals are not, so that an absent
    and a forbidden record answer with the same bytes."""

    def process_response(self, request, response):
        if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class PrivateAnswers:
    """Nothing is kept by a cache, and nothing tells which page led away from here."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            patch_cache_control(response, no_store=True, private=True)  # no Expires: a clock in every 404
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
