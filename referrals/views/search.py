"""Find a referral: asked and answered by POST, so that what was asked stands in no address and no log."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agencies.directory import visible_agencies
from agencies.roles import Permission
from ohsc.core.purposes import ExportForm, ask_again
from ohsc.core.spreadsheet import MOST_ROWS, download, is_asked_for_the_first, only_the_first
from referrals import handling, searching
from referrals.exporting import export
from referrals.forms_finding import SearchForm
from referrals.harms import harm_types
from referrals.narrowing import Narrowing
from referrals.queues import Position
from referrals.transitions import OPEN
from referrals.views.leaving import say_left_out


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The box; with a question, its answer under it."""
    agencies, form = _form(request)
    context: dict[str, Any] = {"form": form, "found": None}
    if form.is_bound and form.is_valid():
        after = Position.read(request.POST.get("after", ""))
        text, narrowing = _asked(form, request, agencies)
        found = searching.search(text, narrowing, request.actor, agencies, at=timezone.now(), after=after)
        context |= {
            "found": found,
            "items": [_item(row) for row in found.rows],
            "asked": list({"text": text, **narrowing.chosen()}.items()),
            "text": text,
            "is_first": after is None,
            "most": searching.MOST,
            "export_form": ExportForm() if request.actor.may(Permission.EXPORT) else None,
        }
    return render(request, "referrals/search.html", context)


@require_POST
def search_csv(request: HttpRequest) -> HttpResponse:
    """What a search finds, as a file."""
    agencies, form = _form(request)
    if not form.is_valid():
        return render(request, "referrals/search.html", {"form": form, "found": None})
    why = ExportForm(request.POST)
    if not why.is_valid():
        return ask_again(request, why)
    text, narrowing = _asked(form, request, agencies)
    found = searching.find(text, narrowing, request.actor, agencies, limit=MOST_ROWS)
    if (found.next or found.is_cut) and not is_asked_for_the_first(request):
        return only_the_first(request)
    ids: list[UUID] = [row["pk"] for row in found.rows]
    at = timezone.now()
    said = searching.said_of(text, narrowing)
    content, left_out = export(ids, request.actor, at=at, of="a search", purpose=why.said, **said)
    say_left_out(request, left_out)
    return download(content, "search", timezone.localdate(at))


def _form(request: HttpRequest) -> tuple[list, SearchForm]:
    agencies = list(visible_agencies(request.actor).order_by("name"))
    data = request.POST if request.method == "POST" else None
    return agencies, SearchForm(request.actor, agencies, harm_types(), data)


def _asked(form: SearchForm, request: HttpRequest, agencies: list) -> tuple[str, Narrowing]:
    given = {name: str(value) for name, value in form.cleaned_data.items() if value}
    return given.get("text", ""), Narrowing.read(given, request.actor, agencies)


def _item(row: dict[str, Any]) -> dict[str, Any]:
    """What `components/queue_item.html` takes."""
    ways = ", ".join(row.get("ways", ()))
    return {
        "reference": row["reference"],
        "url": reverse("referral", args=[row["pk"]]),
        "band": row["band"],
        "environment": row["environment"],
        "summary": row["summary"],
        "marking": handling.marking(row),
        "status": row["status"],
        "due_at": row["due_at"] if row["status"] in OPEN else None,
        "received_at": row["received_at"],
        "source": row["source__name"],
        "holder": row["custodian__name"],
        "found_by": ways[:1].lower() + ways[1:],
    }
