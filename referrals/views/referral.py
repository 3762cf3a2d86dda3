"""One referral: what it is, what may be done next, and its words one at a time."""

from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from referrals.models import Narrative, Referral
from referrals.record import open_narrative, open_record
from referrals.views.narrative_part import asked_why
from referrals.views.queue import came_from
from referrals.views.reasons import remember, remembered
from referrals.views.record_page import RecordPage, record_page


@require_safe
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    return show(request, page_of(request, referral_id))


@require_POST
def narrative(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The words, asked for one at a time, and where they are not the work at hand with a reason; both are recorded."""
    page, at = page_of(request, referral_id), timezone.now()
    part = page.narrative
    if part.words is None:
        raise Http404
    if part.form is not None:
        part.form = asked_why(request.POST)
        if not part.form.is_valid():
            answer = _narrative(request, page, status=422)
            answer.refusal_details = {"shown": "record"}
            return answer
        part.purpose, part.form = part.form.said, None
        remember(request, referral_id, part.purpose, at=at)
    try:
        part.text = open_narrative(referral_id, request.actor, at=at, purpose=part.purpose)
    except Narrative.DoesNotExist:
        raise Http404 from None
    return _narrative(request, page)


def _narrative(request: HttpRequest, page: RecordPage, status: int = 200) -> HttpResponse:
    template = "referrals/detail.html#narrative" if request.htmx else "referrals/detail.html"
    return render(request, template, {"page": page}, status=status)


def page_of(request: HttpRequest, referral_id: UUID) -> RecordPage:
    """The record for this reader, recorded as read. Absent and forbidden are the same 404."""
    at = timezone.now()
    try:
        seen = open_record(referral_id, request.actor, at=at)
    except Referral.DoesNotExist:
        raise Http404 from None
    reason = remembered(request, referral_id, at=at)
    return record_page(seen, request.actor, came_from=came_from(request), reason=reason)


def show(
    request: HttpRequest, page: RecordPage, *, status: int = 200, row: dict | None = None
) -> HttpResponse:
    """The whole page, or for htmx the panel that is its main part: the same template either way."""
    context = {"page": page, "in_pane": in_pane(request), "row": row}
    if not request.htmx:
        return render(request, "referrals/detail.html", context, status=status)
    response = render(request, "referrals/detail.html#swap", context, status=status)
    response["HX-Push-Url"] = _address(request, page)
    return response


def in_pane(request: HttpRequest) -> bool:
    """Does the record stand beside the list?"""
    return _stood_at(request).split("?")[0] == reverse("triage")


def _stood_at(request: HttpRequest) -> str:
    """The address the browser says it shows; "" for what is none, for whoever writes the header may write anything."""
    try:
        return (request.htmx.current_url_abs_path or "") if request.htmx else ""
    except ValueError:
        return ""


def _address(request: HttpRequest, page: RecordPage) -> str:
    """What the browser's address becomes: such that loading it shows the same."""
    if not in_pane(request):
        return page.url
    address = urlsplit(_stood_at(request))
    kept = [(name, value) for name, value in parse_qsl(address.query) if name != "record"]
    return f"{address.path}?{urlencode([*kept, ('record', page.referral.pk)])}"


def back_to_queue(came_from: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(came_from) if name != "at"]
    return f"{reverse('triage')}?{urlencode(kept)}" if kept else reverse("triage")
