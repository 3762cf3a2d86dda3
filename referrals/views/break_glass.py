"""Break the glass over a narrative that is closed to the Centre, end that, and review it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.roles import Permission
from ohsc.core.templatetags.ohsc import when_in_full
from referrals import actions
from referrals.actions import StepRefused
from referrals.emergencies import open_desk
from referrals.forms_emergency import BreakGlassForm, ReviewForm
from referrals.models import EmergencyOpening, Referral
from referrals.models.emergency import LASTS, REVIEW_WITHIN
from referrals.record import open_record


@require_http_methods(["GET", "HEAD", "POST"])
def break_glass(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """What it means and who is told; POST opens the narrative to this person for an hour."""
    at = timezone.now()
    try:
        seen = open_record(referral_id, request.actor, at=at, purpose="before breaking the glass")
    except Referral.DoesNotExist:
        raise Http404 from None
    if not seen.narrative_is_closed:
        messages.info(request, f"The narrative of {seen.referral.reference} is not closed to you.")
        return redirect("referral", referral_id)
    form = BreakGlassForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            opening = actions.break_glass(referral_id, by=request.actor, at=at, **form.cleaned_data)
        except StepRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, f"The narrative is open to you until {when_in_full(opening.until)}.")
        return redirect("referral", referral_id)
    context = {"seen": seen, "form": form, "minutes": minutes(LASTS), "review_hours": hours(REVIEW_WITHIN)}
    return render(request, "referrals/break_glass.html", context, status=422 if form.is_bound else 200)


@require_POST
def end(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Close it again before its time."""
    try:
        referral = actions.end_opening(referral_id, by=request.actor, at=timezone.now())
    except Referral.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"The narrative of {referral.reference} is closed to you again.")
    return redirect("referral", referral_id)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what was found before."""
    return _desk(request)


@require_POST
def review(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    form = ReviewForm(request.POST, auto_id=f"{opening_id}_%s")
    if not form.is_valid():
        return _desk(request, tried=(opening_id, form))
    try:
        opening = actions.review_opening(
            opening_id,
            was_justified=form.cleaned_data["verdict"] == "yes",
            note=form.cleaned_data["note"],
            by=request.actor,
            at=timezone.now(),
        )
    except EmergencyOpening.DoesNotExist:
        raise Http404 from None
    except StepRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("break-glass")
    found = "justified" if opening.was_justified else "not justified"
    messages.success(request, f"Found {found}. The custodian, the source and the person are told.")
    return redirect("break-glass")


def _desk(request: HttpRequest, *, tried: tuple[UUID, ReviewForm] | None = None) -> HttpResponse:
    at = timezone.now()
    found = open_desk(request.actor, at=at)
    tried_id, form = tried or (None, None)
    may_review = request.actor.may(Permission.REVIEW_BREAK_GLASS)

    def card(opening: EmergencyOpening) -> dict[str, Any]:
        own = opening.person_id == request.actor.id
        review_form = form if opening.pk == tried_id else ReviewForm(auto_id=f"{opening.pk}_%s")
        return {
            "opening": opening,
            "is_open": opening.ended_at is None and opening.until > at,
            "is_own": own,
            "form": review_form if may_review and not own else None,
        }

    context = {
        "overdue": [card(opening) for opening in found.overdue],
        "waiting": [card(opening) for opening in found.waiting],
        "past": found.past,
        "form": form,
        "review_hours": hours(REVIEW_WITHIN),
    }
    response = render(request, "referrals/broken_glass.html", context, status=422 if form else 200)
    if form:
        response.refusal_details = {"shown": "broken glass"}  # type: ignore[attr-defined]
    return response


def minutes(span) -> int:
    return int(span.total_seconds() // 60)


def hours(span) -> int:
    return minutes(span) // 60
