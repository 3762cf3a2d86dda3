"""A custodian, or the Centre, passes a referral on: it sees what the other side will see, and then sends it."""

from dataclasses import replace
from itertools import chain
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agencies.access import visible_agreements
from agencies.agreements import covering
from agencies.directory import agency_called
from ohsc.core.templatetags.ohsc import when_in_full
from referrals import record
from referrals.actions import StepRefused, VersionStale, perform
from referrals.actions.offering import disclosure_of
from referrals.answering import answer_by
from referrals.forms_steps import Known, StepForm
from referrals.models import Referral
from referrals.transitions import STEPS
from referrals.views.previewing import preview

PASS_ON = STEPS["pass-on"]


@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, referral_id: UUID, agency: str) -> HttpResponse:
    """What this agency would see, and on what the disclosure rests; POST makes the offer."""
    to_agency = agency_called(agency, request.actor)
    try:
        if to_agency is None:
            raise Referral.DoesNotExist
        if request.method == "POST":
            return _send(request, referral_id, to_agency)
        return _show(request, referral_id, to_agency)
    except Referral.DoesNotExist:
        raise Http404 from None


def _show(request, referral_id, agency, *, form: StepForm | None = None, problem: str = "") -> HttpResponse:
    at = timezone.now()
    seen = record.open_record(referral_id, request.actor, at=at, purpose="before passing it on")
    if PASS_ON not in seen.steps:
        raise Referral.DoesNotExist
    agreements = list(
        visible_agreements(request.actor).filter(discloser=request.actor.agency_id, recipient=agency)
    )
    shown, why_not = preview("pass-on", seen.referral, agency, request.actor, at=at)
    context = {
        "referral": seen.referral,
        "agency": agency,
        "problem": problem,
        "why_not": why_not,
        "agreement": covering(agreements, disclosure_of(seen.referral, at)),
        "preview": shown,
        "answer_by": answer_by(seen.referral.band, agency, at),
        "form": form or StepForm(PASS_ON, Known(seen.referral)),
    }
    return render(request, "referrals/pass_on.html", context)


def _send(request, referral_id, agency) -> HttpResponse:
    """The offer rests on the agreement that was shown, and on the version that was looked at."""
    referral = record.referral_of(referral_id, request.actor)
    form = StepForm(PASS_ON, Known(referral), request.POST)
    if not form.is_valid():
        return _show(
            request,
            referral_id,
            agency,
            form=form,
            problem=" ".join(chain.from_iterable(form.errors.values())),
        )
    given = replace(form.given, to_agency=agency, agreement=request.POST.get("agreement", ""))
    at = timezone.now()
    try:
        perform("pass-on", referral_id=referral_id, by=request.actor, at=at, given=given)
    except VersionStale:
        form.hold_to(referral.version)
        return _show(
            request,
            referral_id,
            agency,
            form=form,
            problem="It was changed since you looked. Look at it again.",
        )
    except StepRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("referral", referral_id)
    until = when_in_full(answer_by(referral.band, agency, at))
    messages.success(
        request,
        f"{referral.reference} is offered to {agency}, who can answer until {until}. You have it until they accept.",
    )
    return redirect("referral", referral_id)
