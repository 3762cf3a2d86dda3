"""What will be late next: whose clock, what is left of it, and what to do."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.directory import visible_agencies
from referrals.feedback_lists import FirstDue
from referrals.forms_late import LateForm
from referrals.late import late_next


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, timezone.now()
    agencies = list(visible_agencies(actor).order_by("name")) if actor.is_centre else []
    form = LateForm(request.GET.dict(), actor, agencies)
    chosen = next((one.pk for one in agencies if one.slug == form.wanted.agency), None)
    place = FirstDue.read(request.GET.get("after", ""))
    rows, following = late_next(actor, form.wanted, chosen, place, at=at)
    late_ones = [row for row in rows if row.is_late]
    context = {
        "groups": [
            {"title": title, "name": name, "rows": some}
            for title, name, some in (
                ("Late now", "late", late_ones),
                ("Late next", "next", rows[len(late_ones) :]),
            )
            if some
        ],
        "form": form,
        "chips": [chip | {"remove_url": _address(form, without=chip["name"])} for chip in form.chips()],
        "clear_url": reverse("late"),
        "next_url": f"?{urlencode(form.narrowing | {'after': following.written()})}" if following else "",
        "first_url": _address(form) if place else "",
        "shown": f"{len(rows)} shown, what is left least first" if rows else "",
        "is_whole": not (place or following),  # a part of the list knows no count of the whole
        "is_centre": actor.is_centre,
    }
    return render(request, "referrals/late.html", context)


def _address(form: LateForm, *, without: str = "") -> str:
    kept = {name: value for name, value in form.narrowing.items() if name != without}
    return f"{reverse('late')}?{urlencode(kept)}" if kept else reverse("late")
