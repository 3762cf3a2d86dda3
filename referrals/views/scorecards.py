"""The scorecards: of every source and agency for the Centre, an agency's own for itself; and as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agencies.roles import Permission
from ohsc.core.purposes import ExportForm, ask_again
from ohsc.core.spreadsheet import download
from referrals import scorecards as cards
from referrals.models.scorecard import PERIODS


@require_safe
def scorecards(request: HttpRequest) -> HttpResponse:
    """One period, chosen in the address."""
    days = _days(request.GET.get("days", ""))
    shown = cards.open_scorecards(request.actor, days, at=timezone.now())
    may_export = request.actor.may(Permission.EXPORT) and (shown.sources or shown.receivers)
    context = {
        "cards": shown,
        "periods": PERIODS,
        "is_centre": request.actor.is_centre,
        "export_form": ExportForm() if may_export else None,
    }
    return render(request, "referrals/scorecards.html", context)


@require_POST
def scorecards_csv(request: HttpRequest) -> HttpResponse:
    """One side of a period; small numbers are suppressed."""
    days, at = _days(request.POST.get("days", "")), timezone.now()
    side = cards.RECEIVER if request.POST.get("side") == cards.RECEIVER else cards.SOURCE
    why = ExportForm(request.POST)
    if not why.is_valid():
        return ask_again(request, why, f"{reverse('scorecards')}?days={days}")
    content = cards.export(request.actor, days, side, at=at, purpose=why.said)
    return download(content, f"scorecards-{side}-{days}-days", timezone.localdate(at))


def _days(text: str) -> int:
    return int(text) if text in map(str, PERIODS) else PERIODS[1]
