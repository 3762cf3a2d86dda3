"""My saved filters: keep one, rename it, delete it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from referrals.actions.saved import NameTaken, TooMany, delete_filter, rename_filter, save_filter
from referrals.forms_saved import NameForm, SaveForm
from referrals.models import SavedFilter
from referrals.saved import MOST, PAGES, saved_for

TAKEN = "You already have a filter of this name for this list. Choose another"


@require_http_methods(["GET", "HEAD", "POST"])
def saved_filters(request: HttpRequest) -> HttpResponse:
    """What I keep, by list. POST keeps one more, from the form beside a list's filters."""
    form = None
    if request.method == "POST":
        form = SaveForm(request.POST)
        if form.is_valid() and _saved(form, request):
            page, query = form.cleaned_data["page"], form.cleaned_data["query"]
            return redirect(f"{reverse(page)}?{query}")
        if not form.cleaned_data.get("page"):
            raise Http404  # no list of ours
    return _page(request, form)


@require_POST
def rename(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    form = NameForm(request.POST, auto_id=f"rename_{filter_id}_%s")
    try:
        if form.is_valid():
            saved = rename_filter(filter_id, form.cleaned_data["name"], by=request.actor, at=timezone.now())
            messages.success(request, f"The filter is now called “{saved.name}”.")
            return redirect("saved-filters")
    except NameTaken:
        form.add_error("name", TAKEN)
    except SavedFilter.DoesNotExist:
        raise Http404 from None
    return _page(request, form, renaming=filter_id)


@require_POST
def delete(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    try:
        saved = delete_filter(filter_id, by=request.actor, at=timezone.now())
    except SavedFilter.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"The filter “{saved.name}” is deleted.")
    return redirect("saved-filters")


def _saved(form: SaveForm, request: HttpRequest) -> bool:
    given = form.cleaned_data
    try:
        saved = save_filter(given["page"], given["name"], given["query"], by=request.actor, at=timezone.now())
    except NameTaken:
        form.add_error("name", TAKEN)
    except TooMany:
        form.add_error("name", f"You keep {MOST} filters, and no more fit. Delete one first")
    else:
        messages.success(request, f"The filters are saved as “{saved.name}”.")
        return True
    return False


def _page(
    request: HttpRequest, form: SaveForm | NameForm | None, renaming: UUID | None = None
) -> HttpResponse:
    """Each with a form of its own to rename it; the one that was sent keeps what was typed."""
    lists = [
        {
            "label": label,
            "url": reverse(page),
            "filters": [
                {
                    "saved": saved,
                    "url": f"{reverse(page)}?{saved.query}",
                    "form": form
                    if saved.pk == renaming
                    else NameForm(initial={"name": saved.name}, auto_id=f"rename_{saved.pk}_%s"),
                    "is_open": saved.pk == renaming,
                }
                for saved in saved_for(request.actor, page)
            ],
        }
        for page, (label, _) in PAGES.items()
    ]
    if renaming and not any(one["is_open"] for each in lists for one in each["filters"]):
        raise Http404
    context = {
        "lists": lists,
        "form": form,
        "is_saving": isinstance(form, SaveForm),
        "is_empty": not any(each["filters"] for each in lists),
    }
    return render(request, "referrals/saved_filters.html", context)
