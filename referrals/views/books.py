"""Do the books balance? The Centre's page: the last reckonings, and what did not hold."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import actions as audit
from referrals.access import visible_reckonings
from referrals.transitions import Status

SHOWN = 30


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    if not request.actor.is_centre:
        raise Http404
    found = list(visible_reckonings(request.actor).order_by("-at")[:SHOWN])
    audit.record(
        audit.Kind.CONSULTATION,
        "books.opened",
        by=request.actor,
        at=timezone.now(),
        subject_type="reckoning",
        subject_ids=[reckoning.pk for reckoning in found],
    )
    latest = found[0] if found else None
    counts = [(status.label, latest.counts.get(status.value, 0)) for status in Status] if latest else []
    context = {
        "latest": latest,
        "counts": counts,
        "received": latest and latest.counts.get("received in all"),
    }
    return render(request, "referrals/books.html", context | {"reckonings": found})
