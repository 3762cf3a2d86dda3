"""The pages of the log: itself, what one person or system did, what is unusual. Each look is recorded."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit import actions, exporting, reading
from audit import unusual as rules
from audit.access import sees_every_event
from audit.doings import NobodyKnown, what_did
from audit.forms import DaysForm, ExportForm, LogForm, ReviewForm
from audit.pages import chips, narrowed, next_part, parameters, place_in
from audit.reading import Wish
from audit.words import Purpose
from ohsc.core import names
from ohsc.core.actor import Actor
from ohsc.core.spreadsheet import download, is_asked_for_the_first, only_the_first

LAST = timedelta(days=6)  # and today: the last seven days
DAYS = (1, 7, 30)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    return _log_page(request, _log_form(request.actor, request.GET), ExportForm())


def _log_page(request: HttpRequest, form: LogForm, export: ExportForm, status: int = 200) -> HttpResponse:
    part = reading.Part()
    if not form.errors:
        part = reading.log(form.wish(), request.actor, at=timezone.now(), start=place_in(request))
    context = {
        "form": form,
        "export": export,
        "chips": chips(form, reverse("audit")),
        "chosen": parameters(form).items(),
        "part": part,
        "next_url": next_part(form, reverse("audit"), part),
        "everybody": sees_every_event(request.actor),
    }
    return render(request, "audit/log.html", context, status=status)


@require_POST
def log_csv(request: HttpRequest) -> HttpResponse:
    """The log as narrowed, as a file, its newest 1,000 lines; for a purpose that the law names."""
    actor, at = request.actor, timezone.now()
    form, export = _log_form(actor, request.POST), ExportForm(request.POST)
    if not export.is_valid() or form.errors:
        return _log_page(request, form, export, status=422)
    wish = form.wish()
    if exporting.has_more_than_a_file(wish, actor) and not is_asked_for_the_first(request):
        return only_the_first(request, back_url=f"{reverse('audit')}?{urlencode(parameters(form))}")
    content = exporting.take_out(wish, Purpose(export.cleaned_data["why"]), actor, at=at)
    return download(content, "audit", timezone.localdate(at))


def _log_form(actor: Actor, given) -> LogForm:
    agencies = names.all_of("agency", actor) if sees_every_event(actor) else {}
    choices = [(key, each.name) for key, each in agencies.items()]
    return narrowed(LogForm(actor, choices, given, auto_id="filter_%s"))


@require_safe
def doings(request: HttpRequest, who: UUID) -> HttpResponse:
    """What one person or system did; in the last seven days unless others are asked for."""
    today = timezone.localdate()
    asked = {"since": today - LAST, "until": today} | {
        key: value for key, value in request.GET.items() if value
    }
    form = narrowed(DaysForm(asked, auto_id="filter_%s"))
    try:
        wish = form.wish() if not form.errors else Wish(since=today - LAST, until=today)
        done = what_did(who, wish, request.actor, at=timezone.now())
    except NobodyKnown:
        raise Http404 from None
    where = {"agency": done.who.agency_id} if sees_every_event(request.actor) else {}
    log_url = f"{reverse('audit')}?{urlencode(where | {'who': who} | parameters(form))}"
    return render(request, "audit/doings.html", {"done": done, "form": form, "log_url": log_url})


@require_safe
def unusual(request: HttpRequest) -> HttpResponse:
    return _unusual_page(request, ReviewForm())


def _unusual_page(request: HttpRequest, review: ReviewForm, status: int = 200) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in DAYS else 7
    context = {
        "found": rules.unusual(days, request.actor, at=timezone.now()),
        "days": days,
        "choices": DAYS,
        "rules": rules.RULES.values(),
        "review": review,
    }
    return render(request, "audit/unusual.html", context, status=status)


@require_POST
def looked_into(request: HttpRequest) -> HttpResponse:
    """An unusual read was looked into; what was found is kept, and cannot be changed."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _unusual_page(request, form, status=422)
    actions.look_into(
        *form.cleaned_data["which"], form.cleaned_data["note"], by=request.actor, at=timezone.now()
    )
    messages.success(request, "Kept. The note stands beside the line.")
    return redirect("audit-unusual")
