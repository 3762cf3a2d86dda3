"""The inbox: a person's own items, opened or marked as read by a form, never by looking."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agencies.roles import Permission
from notifications import actions, bounces, exporting, inbox
from notifications.models import InboxItem
from ohsc.core.purposes import ExportForm, ask_again
from ohsc.core.spreadsheet import download, is_asked_for_the_first, only_the_first


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    try:
        part = inbox.open_inbox(request.actor, at=timezone.now(), after=after)
    except inbox.NoSuchPart:
        raise Http404 from None
    context = {
        "part": part,
        "after": after,
        "export_form": ExportForm() if request.actor.may(Permission.EXPORT) else None,
        "came_back": bounces.came_back(request.actor),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
def download_all(request: HttpRequest) -> HttpResponse:
    """The inbox as a file."""
    actor, at, form = request.actor, timezone.now(), ExportForm(request.POST)
    if not form.is_valid():
        return ask_again(request, form, back_url=reverse("inbox"))
    if not is_asked_for_the_first(request) and exporting.has_more_than_a_file(actor):
        return only_the_first(request, back_url=reverse("inbox"))
    return download(exporting.export(actor, at=at, purpose=form.said), "inbox", timezone.localdate(at))


@require_POST
def open_item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Mark the item read and go to its record."""
    try:
        path = inbox.page_behind(item_id, request.actor)
    except InboxItem.DoesNotExist:
        raise Http404 from None
    actions.mark_read([item_id], by=request.actor, at=timezone.now())
    return redirect(path)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark the items named as read; others' are passed over in silence, for they are not there."""
    actions.mark_read(_ids(request.POST.getlist("item")), by=request.actor, at=timezone.now())
    return redirect("inbox")


def _ids(values: list[str]) -> list[UUID]:
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise Http404 from None
