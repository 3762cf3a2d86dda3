"""What sources are told: what an agency owes, what came of what it sent, and the telling."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.roles import Permission
from ohsc.core.pagination import read_cursor
from ohsc.core.purposes import ExportForm, ask_again
from ohsc.core.spreadsheet import MOST_ROWS, download, is_asked_for_the_first, only_the_first
from referrals import actions, feedback_lists
from referrals.actions import GivenRefused, StepRefused
from referrals.actions.feedback import why_not
from referrals.feedback_lists import CUSTODIAN, SHOWN, SOURCE, FirstDue, Row
from referrals.forms_feedback import FeedbackForm, ProgressForm
from referrals.models import Referral
from referrals.record import open_record


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Tell the source how it stands: the form with what it was told before; POST tells it."""
    at = timezone.now()
    form = ProgressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            referral, _ = actions.tell_source(referral_id, by=request.actor, at=at, **form.cleaned_data)
        except Referral.DoesNotExist:
            raise Http404 from None
        except GivenRefused as refusal:
            for name, said in refusal.errors.items():
                form.add_error(name, said)
        except StepRefused as refusal:
            messages.warning(request, str(refusal))
            return redirect("referral", referral_id)
        else:
            messages.success(request, f"{referral.source.name} is told how {referral.reference} stands.")
            return redirect("feedback") if request.POST.get("back") else redirect("referral", referral_id)
    try:
        seen = open_record(referral_id, request.actor, at=at, purpose="before telling the source")
    except Referral.DoesNotExist:
        raise Http404 from None
    if problem := why_not(seen.referral, seen.standing, request.actor):
        messages.warning(request, problem)
        return redirect("referral", referral_id)
    context = {"seen": seen, "form": form, "back": request.POST.get("back", "")}
    return render(request, "referrals/progress.html", context, status=422 if form.is_bound else 200)


@require_safe
def feedback(request: HttpRequest) -> HttpResponse:
    """What we owe, due first; or what came of ours, newest first. For the Centre, everybody's."""
    actor, at = request.actor, timezone.now()
    form = _form(request, request.GET.dict())
    wanted, place = form.wanted, request.GET.get("after", "")
    following: Any
    if wanted.role == CUSTODIAN:
        listed, following = feedback_lists.owed_first(actor, wanted, FirstDue.read(place), at=at)
    else:
        listed, following = feedback_lists.newest_first(actor, wanted, read_cursor(place), SHOWN, at=at)
    context = {
        "wanted": wanted,
        "rows": [_card(request, row, wanted.role) for row in listed],
        "counts": feedback_lists.how_many(actor, wanted, at=at),
        "by_status": feedback_lists.by_status(actor, wanted, at=at) if wanted.role == SOURCE else [],
        "form": form,
        "chips": [chip | {"remove_url": _address(form, without=chip["name"])} for chip in form.chips()],
        "clear_url": f"{reverse('feedback')}?role={wanted.role}",
        "fields": form.narrowing.items(),
        "next_url": f"?{urlencode(form.narrowing | {'after': following.written()})}" if following else "",
        "export_form": ExportForm() if actor.may(Permission.EXPORT) else None,
        "is_centre": actor.is_centre,
    }
    return render(request, "referrals/feedback.html", context)


@require_POST
def feedback_csv(request: HttpRequest) -> HttpResponse:
    """The rows of the page with its filters, newest first."""
    form, at = _form(request, request.POST.dict()), timezone.now()
    back_url, why = _address(form), ExportForm(request.POST)
    if not why.is_valid():
        return ask_again(request, why, back_url)
    too_many = feedback_lists.count_for_file(request.actor, form.wanted, at=at) > MOST_ROWS
    if too_many and not is_asked_for_the_first(request):
        return only_the_first(request, back_url)
    content = feedback_lists.export(request.actor, form.wanted, at=at, purpose=why.said)
    return download(content, "feedback", timezone.localdate(at))


def _form(request: HttpRequest, asked: dict[str, str]) -> FeedbackForm:
    """On the side that is asked for; else where the agency owes anything, that first."""
    role = asked.get("role", "")
    if role not in (CUSTODIAN, SOURCE):
        role = CUSTODIAN if feedback_lists.owes_anything(request.actor) else SOURCE
    return FeedbackForm(asked, role=role)


def _card(request: HttpRequest, row: Row, role: str) -> dict[str, Any]:
    """A row of the list, and how its source is told where this reader may tell it."""
    may_tell = (
        role == CUSTODIAN
        and row.referral.custodian_id == request.actor.agency_id
        and request.actor.may(Permission.ACT)
    )
    return {"row": row, "form": ProgressForm(auto_id=f"{row.referral.pk}_%s") if may_tell else None}


def _address(form: FeedbackForm, *, without: str = "") -> str:
    kept = {name: value for name, value in form.narrowing.items() if name != without}
    return f"{reverse('feedback')}?{urlencode(kept)}"
