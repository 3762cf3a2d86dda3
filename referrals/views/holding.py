"""Who in my agency has it on their desk: take it, hand it over, put it down."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ohsc.core.actor import Actor
from referrals.actions import StepRefused, hand_over, put_down, take
from referrals.models import Referral
from referrals.record import referral_of
from referrals.views.queue import came_from
from referrals.views.record_page import colleagues_of
from referrals.views.referral import back_to_queue
from referrals.views.steps import answer


def _hold(request: HttpRequest, referral_id: UUID, do, said: str, **more) -> HttpResponse:
    try:
        referral = do(referral_id, by=request.actor, at=timezone.now(), **more)
    except Referral.DoesNotExist:
        raise Http404 from None
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said.format(referral.reference))
    return _back(request, referral_id)


def _back(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """To the list or the record, wherever the button was."""
    following = request.POST.get("next", "")
    if following and url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        return redirect(following)
    if request.POST.get("back") == "list" and not request.htmx:
        return redirect(back_to_queue(came_from(request)))
    return answer(request, referral_id)


@require_POST
def take_it(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    return _hold(request, referral_id, take, "{}: you have it.")


@require_POST
def hand_it_over(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    chosen = request.POST.get("to_person", "")
    person = next((one for one in colleagues_of(request.actor) if str(one.pk) == chosen), None)
    if person is None:
        return _hold(request, referral_id, _nobody_chosen, "")
    return _hold(request, referral_id, hand_over, f"{{}}: {person.name} has it.", to_person=person.pk)


def _nobody_chosen(referral_id: UUID, *, by: Actor, at: datetime) -> Referral:
    """Whoever may not see the referral hears nothing of people either."""
    referral_of(referral_id, by)
    raise StepRefused("Choose a colleague to hand it to.")


@require_POST
def put_it_down(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Passing it on asks for no reason."""
    return _hold(request, referral_id, put_down, "{}: you put it down. Nobody in your agency has it now.")
