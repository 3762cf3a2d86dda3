"""Has whoever asks proved enough for this address? Asked once, for every address, by the need declared with it.

A session without a second factor is led to where it is proved or made; one that proved it too long ago for what it
asks (`Need.fresh`), to where it is proved again. Nothing typed is lost by that: what was sent goes to the browser and
back in a sealed field, never through the database.
"""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from agencies.proof import is_fresh, is_proved
from ohsc.core.routes import Need

SALT = "agencies.gate.held"
PARTS_GO = "HX-Redirect"
MOST_HELD = 200_000  # characters of a form
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  (the field's name)
HELD_FOR = 3600


def why_aside(request: HttpRequest, need: Need | None) -> str:
    """What stands in the way of this request: "proof", "fresh", or nothing."""
    if need is not None and need.public:
        return ""
    person = request.user
    if not is_proved(request.session, person):
        return "" if need is not None and need.own == "unproven" else "proof"
    fresh = need is not None and request.method in need.fresh
    return "fresh" if fresh and not is_fresh(request.session, person, timezone.now()) else ""


def aside(request: HttpRequest) -> HttpResponse:
    """To where it is proved, with the way back. Of a part of a page, the whole page goes there."""
    there = f"{reverse('account_prove')}?{urlencode({'next': way_back(request)})}"
    return HttpResponse(headers={PARTS_GO: there}) if is_part(request) else redirect(there)


def is_part(request: HttpRequest) -> bool:
    """Asked by htmx, for a part of the page it stands on?"""
    return request.headers.get("HX-Request") == "true"


def way_back(request: HttpRequest) -> str:
    """The page that was asked for; of a part, or of something sent, the page it stands on."""
    if request.method in ("GET", "HEAD") and not is_part(request):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    ours = urlsplit(settings.BASE_URL)
    same = came_from.netloc in (request.get_host(), ours.netloc)
    return came_from._replace(scheme="", netloc="", fragment="").geturl() if same else "/"


def held(request: HttpRequest) -> str:
    """What was sent, sealed for the browser to keep; "" where there is nothing that may be kept, or too much."""
    if request.method != "POST" or is_part(request) or request.FILES:
        return ""
    if any(word in name.lower() for name in request.POST for word in ("password", "credential")):
        return ""
    fields = [[n, v] for n, values in request.POST.lists() for v in values if n != TOKEN]
    if sum(len(name) + len(value) for name, value in fields) > MOST_HELD:
        return ""
    what = {"person": str(request.user.pk), "path": request.get_full_path(), "fields": fields}
    return signing.dumps(what, salt=SALT, compress=True)


def opened(sealed: str, request: HttpRequest) -> dict | None:
    """What this person sent before, to be sent again by a press of theirs; None for what we did not seal for them."""
    try:
        what = signing.loads(sealed, salt=SALT, max_age=HELD_FOR)
    except signing.BadSignature:
        return None
    return what if what["person"] == str(request.user.pk) else None
