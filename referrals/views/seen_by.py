"""Who has seen this record? The answer is the audit's; that there is such a record, and for whom, is said here."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.access import sees_every_event
from audit.forms import RecordForm
from audit.pages import chips, narrowed, next_part, place_in
from audit.reading import Part, who_saw
from referrals.models import Referral
from referrals.record import referral_of


@require_safe
def seen_by(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    try:
        referral = referral_of(referral_id, request.actor)
    except Referral.DoesNotExist:
        raise Http404 from None
    form = narrowed(RecordForm(request.GET or None, auto_id="filter_%s"))
    part = (
        Part()
        if form.errors
        else who_saw(referral.pk, form.wish(), request.actor, at=timezone.now(), start=place_in(request))
    )
    url = reverse("referral-seen-by", args=[referral.pk])
    context = {
        "referral": referral,
        "form": form,
        "chips": chips(form, url),
        "page_url": url,
        "part": part,
        "next_url": next_part(form, url, part),
        "everybody": sees_every_event(request.actor),
    }
    return render(request, "audit/record.html", context)
