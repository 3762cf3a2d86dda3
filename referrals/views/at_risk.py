"""A child may be at risk now: who is called, when, by what; and the button that says "I have it"."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from referrals.actions import StepRefused, take_alarm
from referrals.alarms import mark_of, open_alarms
from referrals.models import Alarm

EACH_SECONDS = 15
NOTHING_NEW = 204


@require_safe
def at_risk_now(request: HttpRequest) -> HttpResponse:
    """The live alarms with their ladders. Asked again by the page itself, it answers only where something changed."""
    at = timezone.now()
    if request.htmx and request.GET.get("mark") == mark_of(request.actor, at=at):
        return HttpResponse(status=NOTHING_NEW)
    context = {"desk": open_alarms(request.actor, at=at), "each_seconds": EACH_SECONDS}
    part = "referrals/at_risk_list.html" if request.htmx else "referrals/at_risk.html"
    return render(request, part, context)


@require_POST
def take_it(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    try:
        alarm = take_alarm(alarm_id, by=request.actor, at=timezone.now())
    except Alarm.DoesNotExist:
        raise Http404 from None
    except StepRefused as refused:
        messages.warning(request, str(refused))
        return redirect("at-risk-now")
    messages.success(request, f"You have {alarm.referral.reference}. Nobody else is called.")
    return redirect("referral", alarm.referral_id)
