"""The pages of sharing agreements: the list, one of them, and at the Centre a new one and the end of one.

They are among the referrals' pages because an agreement's page says what rests on it.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import actions
from agencies.agreed import STATES, agreement_called, open_agreement, open_agreements, parties_of
from agencies.directory import visible_agencies
from agencies.forms_agreement import AgreementForm, EndForm, ListForm
from agencies.models import SharingAgreement
from agencies.roles import Permission
from ohsc.core.actor import Actor
from referrals.actions.agreements import end_agreement
from referrals.record import consulted
from referrals.resting import SHOWN, resting_on


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Those of the reader's agency; for the Centre, all."""
    actor = request.actor
    form = ListForm(parties_of(actor), request.GET)
    agency, state = form.narrowing.get("agency", ""), form.narrowing.get("state", "")
    part = open_agreements(
        actor,
        at=timezone.now(),
        today=timezone.localdate(),
        agency=form.agencies[agency].pk if agency else None,
        state=state,
        after=request.GET.get("after", ""),
    )
    context = {
        "part": part,
        "form": form,
        "chips": _chips(form),
        "next_url": f"?{urlencode(form.narrowing | {'after': part.following})}" if part.following else "",
        "may_record": _may_keep(actor),
    }
    return render(request, "agreements/list.html", context)


@require_safe
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, reference, EndForm())


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record what two agencies signed. `like` names an agreement whose terms the form begins with."""
    actor = request.actor
    like = _like(request.GET.get("like", ""), actor)
    form = AgreementForm(
        visible_agencies(actor).order_by("name"),
        request.POST if request.method == "POST" else None,
        like=like,
    )
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        try:
            actions.record_agreement(reference, form.terms, by=actor, at=timezone.now())
        except actions.AgreementRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{reference} is recorded.")
            return redirect("agreements-one", reference)
    status = 422 if form.errors else 200
    return render(request, "agreements/new.html", {"form": form, "like": like}, status=status)


@require_POST
def end(request: HttpRequest, reference: str) -> HttpResponse:
    """The second time of asking stands on the page that says what would stop."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form)
    try:
        found = agreement_called(reference, request.actor)
        ended, resting = end_agreement(found.pk, by=request.actor, at=timezone.now())
    except SharingAgreement.DoesNotExist:
        raise Http404 from None
    except actions.AgreementRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("agreements-one", reference)
    waits = f" Recall what is open under it: {resting.offers_count}." if resting.offers_count else ""
    messages.success(request, f"{ended.reference} is ended: nothing more is disclosed under it.{waits}")
    return redirect("agreements-one", reference)


def _page(request: HttpRequest, reference: str, form: EndForm) -> HttpResponse:
    """200 also with errors: an answer of 400 would take back the record of what this page shows."""
    actor, at = request.actor, timezone.now()
    try:
        agreed = open_agreement(reference, actor, at=at, today=timezone.localdate())
    except SharingAgreement.DoesNotExist:
        raise Http404 from None
    resting = resting_on(agreed.agreement, actor)
    if resting.ids:
        consulted("agreement.rests_on_it", resting.ids, actor, at=at, purpose="what an agreement carries")
    context = {
        "agreed": agreed,
        "agreement": agreed.agreement,
        "resting": resting,
        "most": SHOWN,
        "form": form,
        "may_record": _may_keep(actor),
        "may_end": _may_keep(actor) and agreed.state != "over",
    }
    return render(request, "agreements/one.html", context)


def _may_keep(actor: Actor) -> bool:
    return actor.is_centre and actor.may(Permission.MANAGE_AGREEMENTS)


def _like(reference: str, actor: Actor) -> SharingAgreement | None:
    try:
        return agreement_called(reference, actor) if reference else None
    except SharingAgreement.DoesNotExist:
        return None


def _chips(form: ListForm) -> list[dict[str, str]]:
    words = {"agency": lambda slug: form.agencies[slug].name, "state": STATES.__getitem__}
    return [
        {"label": words[name](value), "remove_url": _address(form.narrowing, without=name)}
        for name, value in form.narrowing.items()
    ]


def _address(narrowing: dict[str, str], *, without: str) -> str:
    kept = {name: value for name, value in narrowing.items() if name != without}
    return reverse("agreements") + (f"?{urlencode(kept)}" if kept else "")
