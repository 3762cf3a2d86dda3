"""The coordinator's board: see what is unassigned, choose who could take it, look at what they would see, offer.

The page is the Centre's. Its coordinators act; its other people may look. To anyone else it is not there.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from itertools import chain
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.agreements import not_in_force
from agencies.roles import Permission
from ohsc.core.templatetags.ohsc import when_in_full
from ohsc.core.words import Band
from referrals import board as boards
from referrals import record
from referrals.actions import StepRefused, VersionStale, perform
from referrals.answering import answer_by
from referrals.candidates import Candidate, candidates
from referrals.forms_plans import BecauseForm
from referrals.forms_steps import Known, StepForm, form_for
from referrals.models import Referral
from referrals.transitions import STEPS, Fact, Party, why_not
from referrals.views.previewing import preview

OFFER, RECALL = STEPS["offer"], STEPS["recall"]


def for_the_centre(view: Callable) -> Callable:
    """The board is not there for other agencies."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.actor.is_centre:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except Referral.DoesNotExist:
            raise Http404 from None

    return guarded


@for_the_centre
@require_safe
def board(request: HttpRequest, referral_id: UUID | None = None) -> HttpResponse:
    """The board; with a referral chosen, its agencies in the order of who can take it."""
    if referral_id is not None and request.htmx:
        return _agencies_alone(request, referral_id)
    return _page(request, referral_id)


@for_the_centre
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, referral_id: UUID, agency: str) -> HttpResponse:
    """What this agency would see, and on what the disclosure rests; POST makes the offer."""
    if request.method == "POST":
        return _make_offer(request, referral_id, agency)
    return _offer_page(request, referral_id, agency, BecauseForm())


def _offer_page(request: HttpRequest, referral_id: UUID, agency: str, why: BecauseForm) -> HttpResponse:
    """`why` asks for a reason where the ranking would be set aside."""
    at = timezone.now()
    seen = record.open_record(referral_id, request.actor, at=at, purpose="before an offer")
    candidate = _candidate(request, seen.referral, agency)
    shown, problem = preview("offer", seen.referral, candidate.load.agency, request.actor, at=at)
    context = {
        "referral": seen.referral,
        "candidate": candidate,
        "why_not": candidate.blocker or problem,
        "preview": shown,
        "answer_by": answer_by(seen.referral.band, candidate.load.agency, at),
        "form": StepForm(OFFER, Known(seen.referral)),
        "why": why if candidate.sets_aside else None,
    }
    return render(request, "referrals/offer.html", context)


def _make_offer(request: HttpRequest, referral_id: UUID, slug: str) -> HttpResponse:
    """The offer rests on the agreement that was shown, and on the version that was looked at."""
    referral = record.referral_of(referral_id, request.actor)
    form = StepForm(OFFER, Known(referral), request.POST)
    candidate = _candidate(request, referral, slug)
    if not form.is_valid():
        return _refused(request, referral, " ".join(chain.from_iterable(form.errors.values())))
    why = BecauseForm(request.POST)
    is_open = not _why_no_offer(request, referral) and form.given.version in (None, referral.version)
    if candidate.sets_aside and is_open and not why.is_valid():
        return _offer_page(request, referral_id, slug, why)
    agency, at = candidate.load.agency, timezone.now()
    because = why.cleaned_data["because"] if candidate.sets_aside and why.is_valid() else ""
    given = replace(
        form.given, to_agency=agency, agreement=request.POST.get("agreement", ""), because=because
    )
    try:
        perform("offer", referral_id=referral_id, by=request.actor, at=at, given=given)
    except StepRefused as refusal:
        return _refused(request, referral, str(refusal))
    except VersionStale:
        return _refused(
            request, referral, "It was changed since you looked. Look at it again before you offer it."
        )
    until = when_in_full(answer_by(referral.band, agency, at))
    messages.success(request, f"{referral.reference} is offered to {agency}, who can answer until {until}.")
    return redirect("board")


@for_the_centre
@require_POST
def recall(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    referral = record.referral_of(referral_id, request.actor)
    form = recall_form(referral, request.POST)
    if not form.is_valid():
        # 200, as every form drawn again: an answer of 400 would take back the record of what this page shows.
        return _page(request, recalling=form)
    try:
        perform("recall", referral_id=referral_id, by=request.actor, at=timezone.now(), given=form.given)
    except StepRefused as refusal:
        return _refused(request, referral, str(refusal))
    except VersionStale:
        return _refused(request, referral, "It was changed since you looked at the board.")
    messages.success(request, f"The offer of {referral.reference} is recalled. It is unassigned again.")
    return redirect(f"{reverse('board-chosen', args=[referral_id])}#agencies")


def recall_form(referral: Referral, data=None) -> StepForm:
    """Many stand on one page, so each names its fields after its referral."""
    form = form_for(RECALL, Known(referral), data)
    form.auto_id = f"recall_{referral.pk}_%s"
    return form


def _page(
    request: HttpRequest, referral_id: UUID | None = None, recalling: StepForm | None = None
) -> HttpResponse:
    band = request.GET.get("band", "")
    band = band if band in Band.values else ""
    actor, at = request.actor, timezone.now()
    chosen = record.referral_of(referral_id, actor) if referral_id else None
    found = boards.open_board(actor, at=at, band=band, chosen=[chosen.pk] if chosen else [])
    context = {
        "board": found,
        "form": recalling,
        "band": band,
        "may_plan": actor.may(Permission.COORDINATE),
        "late_within": int(boards.LATE_WITHIN.total_seconds() // 3600),
        "offered": [_offered(offer, request, recalling) for offer in found.offered.rows],
        **_pane(request, chosen, found.loads),
    }
    return render(request, "referrals/board.html", context)


def _agencies_alone(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    chosen, at = record.referral_of(referral_id, request.actor), timezone.now()
    record.consulted("board.opened", [chosen.pk], request.actor, at=at, purpose="coordination")
    context = _pane(request, chosen, boards.agency_loads(request.actor, at=at))
    return render(request, "referrals/board.html#agencies", context)


def _pane(request: HttpRequest, chosen: Referral | None, loads: list) -> dict:
    """The right side: each agency's load, or who could take the chosen referral."""
    if chosen is None:
        return {"chosen": None, "loads": loads}
    ranked = candidates(chosen, loads, request.actor, at=timezone.now())
    return {
        "chosen": chosen,
        "why_not": _why_no_offer(request, chosen),
        "candidates": ranked,
        "nobody": all(candidate.blocker for candidate in ranked),
    }


def _offered(offer, request: HttpRequest, recalling: StepForm | None) -> dict:
    """An offer that waits, why it waits in vain, and its recall for whoever may recall it."""
    referral = offer.referral
    found = {"offer": offer, "without_force": not_in_force(offer.agreement, timezone.now().date())}
    if why_not(
        RECALL,
        status=referral.status,
        standing={Party.CENTRE},
        permissions=request.actor.permissions,
        facts={Fact.OPEN_OFFER},
    ):
        return found
    is_this = recalling is not None and recalling.known.referral.pk == referral.pk
    form = recalling if is_this else recall_form(referral)
    return found | {"form": form}


def _why_no_offer(request: HttpRequest, referral: Referral) -> str:
    return why_not(
        OFFER, status=referral.status, standing={Party.CENTRE}, permissions=request.actor.permissions
    )


def _candidate(request: HttpRequest, referral: Referral, slug: str) -> Candidate:
    at = timezone.now()
    every = candidates(referral, boards.agency_loads(request.actor, at=at), request.actor, at=at)
    found = next((one for one in every if one.load.agency.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _refused(request: HttpRequest, referral: Referral, sentence: str) -> HttpResponse:
    """Somebody was first, or a term is missing: the sentence, and nothing that would have to be recorded as seen."""
    context = {"referral": referral, "sentence": sentence}
    return render(request, "referrals/board_refused.html", context, status=409)
