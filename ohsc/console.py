"""Try a call: a page on which whoever keeps an agency's webhooks and systems makes one call as one of its clients.

The browser makes it. The page holds no data, no client's name and no secret, so nothing is recorded when it is
opened; each call is, as done by the client.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/console.html", {"root": request.build_absolute_uri("/").rstrip("/")})
