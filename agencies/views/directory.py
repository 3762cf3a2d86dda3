"""The directory of agencies: the list, one agency's page, and the form by which its administrator keeps it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies import actions
from agencies.access import visible_people
from agencies.agency_page import open_agency
from agencies.directory import open_directory
from agencies.forms_directory import DeskForm, FilterForm
from agencies.models import Agency


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Everybody who takes part, or those who do what is asked for."""
    form = FilterForm(request.GET)
    context = {
        "lines": open_directory(request.actor, form.wanted, at=timezone.now()),
        "form": form,
        "chips": form.chips(request.GET),
        "shows_map": request.actor.is_centre,
    }
    return render(request, "agencies/directory.html", context)


@require_safe
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom to ring and when, what it can do, what was agreed with us."""
    try:
        page = open_agency(slug, request.actor, at=timezone.now(), today=timezone.localdate())
    except Agency.DoesNotExist:
        raise Http404 from None
    return render(request, "agencies/agency.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """An administrator keeps their own agency's line. Nobody else's form is there."""
    actor = request.actor
    try:
        kept = actions.agency_kept_by(actor, slug)
    except Agency.DoesNotExist:
        raise Http404 from None
    people = list(visible_people(actor).filter(agency=kept, is_active=True).order_by("name"))
    form = DeskForm(kept, people, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        changed = actions.change_desk(slug, form.facts, by=actor, at=at)
        officer = actions.name_breach_officer(slug, form.officer, by=actor, at=at)
        messages.success(
            request, "The directory says so now." if changed or officer else "Nothing was changed."
        )
        return redirect("agencies-page", slug)
    status = 422 if form.errors else 200
    return render(request, "agencies/desk.html", {"agency": kept, "form": form}, status=status)
