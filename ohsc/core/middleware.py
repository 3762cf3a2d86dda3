"""What does every answer carry, whoever asks?"""

import uuid

from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_cache_control

from ohsc.core.requests import request_id


class RequestId:
    """A random id for each request, in the log, the audit and `X-Request-ID`. A client's own is not trusted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


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
