"""The pages on which an agency's administrator keeps what it can do: lines, weights, absences, bank holidays."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import actions
from agencies.actions import CapabilitiesRefused, ChangedMeanwhile
from agencies.capabilities import OwnPage, open_own
from agencies.changing import Change, changes
from agencies.forms_capability import (
    AbsenceForm,
    CalendarForm,
    WeightForm,
    WhyForm,
    lines_form,
    lines_sent,
    with_more_lines,
)
from agencies.models import Absence, CapabilityProposal, WorkWeight


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What the agency can do, what it proposed, and how much it has this week."""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: HttpRequest) -> HttpResponse:
    """All lines in one form. What may be is made at once; else it is proposed. What was typed stays until then."""
    page = open_own(request.actor, at=timezone.now(), today=timezone.localdate())
    if request.method != "POST":
        return _lines_page(request, page, lines_form(page.lines), WhyForm(), seen=page.seen)
    seen = request.POST.get("seen", "")
    if "more" in request.POST:
        why = WhyForm(initial=request.POST.dict())
        return _lines_page(request, page, with_more_lines(request.POST), why, seen=seen)
    form, why = lines_sent(request.POST), WhyForm(request.POST)
    if not (form.is_valid() and why.is_valid()):
        return _lines_page(request, page, form, why, seen=seen)
    written, reason = [line.as_json() for line in form.lines], why.cleaned_data["why"]
    try:
        found, proposal = actions.change_capabilities(
            written, reason, seen, by=request.actor, at=timezone.now()
        )
    except ChangedMeanwhile as refusal:
        why.add_error(None, str(refusal))
        would = changes(page.lines, form.lines)
        return _lines_page(request, page, form, why, seen=page.seen, would=would)
    except CapabilitiesRefused as refusal:
        why.add_error(refusal.field, str(refusal))
        return _lines_page(request, page, form, why, seen=seen)
    messages.success(request, _said(bool(found), proposal))
    return redirect("capabilities")


def _said(changed: bool, proposal: CapabilityProposal | None) -> str:
    if proposal is not None:
        return "Your proposal waits for the Centre. Until it decides, what you can do stays as it is."
    return "It is so from now on." if changed else "Nothing was changed."


@require_POST
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    try:
        actions.withdraw_proposal(proposal_id, by=request.actor, at=timezone.now())
    except CapabilityProposal.DoesNotExist:
        raise Http404 from None
    except CapabilitiesRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "The proposal is withdrawn. What you can do stays as it is.")
    return redirect("capabilities")


@require_POST
def weight(request: HttpRequest) -> HttpResponse:
    form = WeightForm(request.POST)
    if form.is_valid():
        points = form.cleaned_data["weight"]
        try:
            actions.set_weight(*form.kind, points, by=request.actor, at=timezone.now())
        except CapabilitiesRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"A referral of this kind counts as {points} from now on.")
            return redirect("capabilities")
    return _page(request, weight_form=form)


@require_POST
def remove_weight(request: HttpRequest, weight_id: UUID) -> HttpResponse:
    try:
        actions.remove_weight(weight_id, by=request.actor, at=timezone.now())
    except WorkWeight.DoesNotExist:
        raise Http404 from None
    messages.success(request, "The weight is removed.")
    return redirect("capabilities")


@require_POST
def absence(request: HttpRequest) -> HttpResponse:
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            actions.plan_absence(form.away, by=request.actor, at=timezone.now())
        except CapabilitiesRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The absence is planned.")
            return redirect("capabilities")
    return _page(request, absence_form=form)


@require_POST
def cancel_absence(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    try:
        actions.cancel_absence(absence_id, by=request.actor, at=timezone.now())
    except Absence.DoesNotExist:
        raise Http404 from None
    messages.success(request, "The absence is cancelled.")
    return redirect("capabilities")


@require_POST
def calendar(request: HttpRequest) -> HttpResponse:
    form = CalendarForm("", request.POST)
    if form.is_valid():
        changed = actions.choose_calendar(form.cleaned_data["calendar"], by=request.actor, at=timezone.now())
        messages.success(request, "The bank holidays are chosen." if changed else "Nothing was changed.")
        return redirect("capabilities")
    return _page(request, calendar_form=form)


def _page(request: HttpRequest, **wrong: Any) -> HttpResponse:
    """200 also with errors: an answer of 400 would take back the record of what this page shows."""
    page = open_own(request.actor, at=timezone.now(), today=timezone.localdate())
    context = {
        "page": page,
        "form": next(iter(wrong.values()), None),
        "weight_form": WeightForm(),
        "absence_form": AbsenceForm(),
        "calendar_form": CalendarForm(page.agency.calendar),
        **wrong,
    }
    return render(request, "capabilities/own.html", context)


def _lines_page(
    request: HttpRequest,
    page: OwnPage,
    form: BaseFormSet,
    why: WhyForm,
    *,
    seen: str,
    would: Sequence[Change] = (),
) -> HttpResponse:
    """`seen` marks the lines that the reader has looked at; `would`: what sending would change of those of now."""
    context = {"page": page, "lines_form": form, "form": why, "seen": seen, "would": would}
    return render(request, "capabilities/lines.html", context)
