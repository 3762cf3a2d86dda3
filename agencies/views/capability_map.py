"""The Centre's pages of what agencies can do: the map with its holes, and what agencies propose."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agencies import actions
from agencies.actions import CapabilitiesRefused
from agencies.capabilities import open_one_proposal, open_proposals
from agencies.capability_map import open_map
from agencies.forms_capability import DecisionForm, EnvironmentForm
from agencies.models import CapabilityProposal
from agencies.roles import Permission


@require_safe
def map_(request: HttpRequest) -> HttpResponse:
    """Who can do what where, where nobody can, and each agency's load against this week."""
    form = EnvironmentForm(request.GET)
    found = open_map(request.actor, at=timezone.now(), today=timezone.localdate(), environment=form.chosen)
    return render(request, "capabilities/map.html", {"map": found, "form": form})


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    waiting, decided = open_proposals(request.actor, at=timezone.now())
    return render(request, "capabilities/proposals.html", {"waiting": waiting, "decided": decided})


@require_safe
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """What would change, beside what stands today; for the agency too, of its own."""
    return _page(request, proposal_id)


@require_POST
def approve(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    return _decide(request, proposal_id, approved=True)


@require_POST
def refuse(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    return _decide(request, proposal_id, approved=False)


def _decide(request: HttpRequest, proposal_id: UUID, *, approved: bool) -> HttpResponse:
    form, how = DecisionForm(request.POST), {"by": request.actor, "at": timezone.now()}
    seen = request.POST.get("seen", "")
    if not form.is_valid():
        return _page(request, proposal_id, form)
    note = form.cleaned_data["note"]
    try:
        if approved:
            actions.approve_proposal(proposal_id, note, seen, **how)
        else:
            actions.refuse_proposal(proposal_id, note, **how)
    except CapabilityProposal.DoesNotExist:
        raise Http404 from None
    except CapabilitiesRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, proposal_id, form)
    said = "It is so from now on" if approved else "What the agency can do stays as it is"
    messages.success(request, f"{said}, and the agency is told.")
    return redirect("capability-proposals")


def _page(request: HttpRequest, proposal_id: UUID, form: DecisionForm | None = None) -> HttpResponse:
    """200 also with errors: an answer of 400 would take back the record of what this page shows."""
    actor = request.actor
    try:
        found = open_one_proposal(proposal_id, actor, at=timezone.now(), today=timezone.localdate())
    except CapabilityProposal.DoesNotExist:
        raise Http404 from None
    context = {
        "proposed": found,
        "form": form or DecisionForm(),
        "is_ours": found.proposal.agency_id == actor.agency_id,
        "may_decide": actor.is_centre
        and actor.may(Permission.DECIDE_CAPABILITIES)
        and found.proposal.is_open,
        "may_withdraw": actor.may(Permission.KEEP_CAPABILITIES)
        and found.proposal.agency_id == actor.agency_id
        and found.proposal.is_open,
    }
    return render(request, "capabilities/proposal.html", context)
