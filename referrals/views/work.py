"""My work: what is there for this person to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from referrals.transitions import ACT
from referrals.work import open_work


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    context = {"work": open_work(actor, at=timezone.now()), "may_act": actor.may(ACT)}
    return render(request, "referrals/work.html", context)
