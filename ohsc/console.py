"""Try a call: a page on which whoever keeps an agency's webhooks and systems makes one call as one of its clients.

The browser makes it. The page holds no data, no client's name and no secret, so nothing is recorded when it is
opened; each call is, as done by the client.
"""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.roles import Permission


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    if not request.actor.may(Permission.MANAGE_WEBHOOKS):
        raise Http404
    return render(request, "api/console.html", {"root": request.build_absolute_uri("/").rstrip("/")})
