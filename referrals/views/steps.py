"""A step is taken from a page: what was typed goes to `perform`, and what came of it is said."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from agencies.models import Agency
from referrals import notices
from referrals.actions import GivenRefused, StepRefused, VersionStale, perform
from referrals.form_rows import MORE
from referrals.forms_steps import LOOKED_AT_FIRST, StepForm, form_for
from referrals.models import Referral
from referrals.record import look, referral_of
from referrals.transitions import STEPS, Party, Step
from referrals.views.queue import came_from
from referrals.views.reasons import remembered
from referrals.views.record_page import Attempt, RecordPage, record_page
from referrals.views.referral import back_to_queue, in_pane, page_of, show
from referrals.views.rows import row_of


@require_POST
def step(request: HttpRequest, referral_id: UUID, step: str) -> HttpResponse:
    taken = STEPS.get(step)
    if taken is None or taken.by == {Party.CLOCK}:
        raise Http404
    more = MORE in request.POST
    page = page_of(request, referral_id) if more else _page(request, referral_id)
    form = form_for(taken, page.known_for([taken.name]), request.POST)
    if more:
        form.errors.clear()
        return _again(request, page, Attempt(taken.name, form), HTTPStatus.OK)
    if not form.is_valid():
        return _again(request, page, Attempt(taken.name, form), HTTPStatus.UNPROCESSABLE_ENTITY)
    if taken.name in LOOKED_AT_FIRST:
        return _look_first(request, taken, page, form.agency)
    try:
        perform(taken.name, referral_id=referral_id, by=request.actor, at=timezone.now(), given=form.given)
    except GivenRefused as refused:
        for name, sentence in refused.errors.items():
            form.add_error(name if name in form.fields else None, sentence)
        return _again(request, page, Attempt(taken.name, form), HTTPStatus.UNPROCESSABLE_ENTITY)
    except VersionStale:
        return _refused(request, referral_id, taken, form, "")
    except StepRefused as refused:
        return _refused(request, referral_id, taken, form, str(refused))
    except Referral.DoesNotExist:
        raise Http404 from None
    messages.success(request, _said(taken, form, page))
    return answer(request, referral_id)


def _look_first(request: HttpRequest, taken: Step, page: RecordPage, agency: Agency) -> HttpResponse:
    """What the other side would see comes before the sending of it."""
    route = "board-offer" if taken.name == "offer" else "referral-pass-on"
    where = reverse(route, args=[page.referral.pk, agency.slug])
    return HttpResponseClientRedirect(where) if request.htmx else redirect(where)


def answer(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """After something was done: the record as it is now, or the queue when it is no longer ours to see."""
    try:
        page = page_of(request, referral_id) if request.htmx else _page(request, referral_id)
    except Http404:
        where = back_to_queue(came_from(request))
        return HttpResponseClientRedirect(where) if request.htmx else redirect(where)
    if request.htmx:
        return show(request, page, row=row_of(request, page) if in_pane(request) else None)
    return redirect(page.url)


def _page(request: HttpRequest, referral_id: UUID) -> RecordPage:
    """The record, not recorded as read: only where it is not shown, or shown with a refusal, which is recorded."""
    try:
        seen = look(referral_of(referral_id, request.actor), request.actor)
    except Referral.DoesNotExist:
        raise Http404 from None
    reason = remembered(request, referral_id, at=timezone.now())
    return record_page(seen, request.actor, came_from=came_from(request), reason=reason)


def _again(request: HttpRequest, page: RecordPage, attempt: Attempt, status: int) -> HttpResponse:
    page.attempt = attempt
    response = show(request, page, status=status)
    if status >= HTTPStatus.BAD_REQUEST:
        response.refusal_details = {"shown": "record"}  # the refusal's event is that of the look too
    return response


def _refused(request, referral_id: UUID, taken: Step, form: StepForm, sentence: str) -> HttpResponse:
    """The record as it is now, why the step was not taken, and all that was typed."""
    page = _page(request, referral_id)
    if not sentence:
        last = notices.sentence(page.seen.history[0], request.actor) if page.seen.history else ""
        sentence = f"This changed while you had it open. {last} Look again before you go on.".replace(
            "  ", " "
        )
    form.hold_to(page.referral.version)
    return _again(request, page, Attempt(taken.name, form, sentence), HTTPStatus.CONFLICT)


def _said(taken: Step, form: StepForm, before: RecordPage) -> str:
    """What was done, and who hears of it."""
    referral, offer = before.referral, before.seen.open_offer
    offered = form.given.to_agency or (offer.to_agency if offer else None)
    names = {
        Party.SOURCE: (referral.source_id, referral.source.name),
        Party.CENTRE: (None, "the Centre"),
        Party.OFFERED: (offered.pk, offered.name) if offered else (None, ""),
    }
    told = [
        name
        for party, (key, name) in names.items()
        if party in taken.tells and name and key != before.actor.agency_id
        and not (party is Party.CENTRE and before.actor.is_centre)
    ]  # fmt: skip
    to_whom = f" to {offered.name}" if taken.name == "offer" and offered else ""
    if taken.name == "ask" and form.given.to_agency:
        return f"{referral.reference}: {form.given.to_agency.name} is asked."
    done = f"{referral.reference}: {taken.done[0].lower()}{taken.done[1:]}{to_whom}."
    if not told:
        return done
    verb = "is" if len(told) == 1 else "are"
    listed = " and ".join(told)
    return f"{done} {listed[0].upper()}{listed[1:]} {verb} told."
