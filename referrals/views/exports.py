"""The triage queue's open tab as a file."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ohsc.core.purposes import ExportForm, ask_again
from ohsc.core.spreadsheet import MOST_ROWS, download, is_asked_for_the_first, only_the_first
from referrals.exporting import export
from referrals.queues import Queue
from referrals.views.leaving import say_left_out
from referrals.views.queue import filters_of


@require_POST
def triage_csv(request: HttpRequest) -> HttpResponse:
    """In the order of the queue, from its beginning."""
    actor, at = request.actor, timezone.now()
    filters = filters_of(request, request.POST.dict())
    back_url, form = f"{reverse('triage')}?{filters.query()}", ExportForm(request.POST)
    if not form.is_valid():
        return ask_again(request, form, back_url)
    ids = Queue(actor, filters).first(MOST_ROWS + 1)
    if len(ids) > MOST_ROWS and not is_asked_for_the_first(request):
        return only_the_first(request, back_url)
    which = {"tab": filters.tab.name, "filters": filters.narrowing()}
    content, left_out = export(ids, actor, at=at, of="the triage queue", purpose=form.said, **which)
    say_left_out(request, left_out)
    return download(content, f"triage-{filters.tab.name}", timezone.localdate(at))
