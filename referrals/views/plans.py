"""Plans: choose what is to be placed, see where it would go and why, change that, and have the offers made."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from referrals import plans as reading
from referrals.actions import GivenRefused, StepRefused
from referrals.actions import plans as actions
from referrals.forms_plans import BecauseForm, ChoosingForm, chosen_ids
from referrals.models import Plan, PlanLine


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose from what is unassigned; POST asks for the plan."""
    form = ChoosingForm(request.GET.dict())
    form.is_valid()  # what is no choice narrows nothing
    problem = ""
    if request.method == "POST":
        try:
            ids = chosen_ids(request.POST.getlist("referral"))
            plan = actions.ask_for_plan(ids, asked_for=form.words, by=request.actor, at=timezone.now())
            return redirect("plan", plan.pk)
        except StepRefused as refusal:
            problem = str(refusal)
    most = form.cleaned_data.get("most") or 200
    found = reading.choose(request.actor, form.narrows, most, at=timezone.now())
    context = {
        "form": form,
        "found": found,
        "problem": problem,
        "recent": reading.recent_plans(request.actor),
    }
    return render(request, "referrals/plan_new.html", context)


@require_safe
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The plan; while a worker has it, how far it is."""
    try:
        if request.htmx:
            found = reading.progress_of(plan_id, request.actor)
            if found.state in actions.UNDER_WAY:
                return render(request, "referrals/plan.html#progress", {"plan": found})
            return HttpResponse(headers={"HX-Refresh": "true"})
        shown = reading.open_plan(
            plan_id, request.actor, at=timezone.now(), whole=request.GET.get("whole", "")
        )
    except Plan.DoesNotExist:
        raise Http404 from None
    return render(request, "referrals/plan.html", {"shown": shown, "plan": shown.plan})


@require_POST
def accept(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    return _then_the_plan(request, plan_id, actions.accept_plan, "")


@require_POST
def cancel(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    return _then_the_plan(
        request, plan_id, actions.cancel_plan, "The plan is cancelled. Nothing more is offered by it."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """One referral of a plan: every agency for it, why it goes where it goes, and to put it elsewhere."""
    form, problem = BecauseForm(request.POST if request.method == "POST" else None), ""
    try:
        if request.method == "POST" and form.is_valid():
            slug = request.POST.get("agency", "")
            try:
                moved = actions.move_line(
                    line_id, slug, because=form.cleaned_data["because"], by=request.actor, at=timezone.now()
                )
            except (StepRefused, GivenRefused) as refusal:
                problem = str(refusal)
            else:
                where = f"goes to {moved.agency}" if moved.agency_id else "stays on the board"
                messages.success(request, f"{moved.referral.reference} {where} in this plan.")
                return redirect("plan", moved.plan_id)
        found, matches = reading.open_line(line_id, request.actor, at=timezone.now())
    except PlanLine.DoesNotExist:
        raise Http404 from None
    to = request.GET.get("to", "")  # where it was dragged: that agency comes first
    matches = sorted(matches, key=lambda match: match.receiver.slug != to)
    context = {"line": found, "matches": matches, "form": form, "problem": problem, "to": to}
    return render(request, "referrals/plan_line.html", context)


def _then_the_plan(request: HttpRequest, plan_id: UUID, act, says: str) -> HttpResponse:
    try:
        act(plan_id, by=request.actor, at=timezone.now())
    except Plan.DoesNotExist:
        raise Http404 from None
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if says:
            messages.success(request, says)
    return redirect("plan", plan_id)
