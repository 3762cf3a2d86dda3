"""Press for the answer to a question of one's own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from referrals.actions import StepRefused, chase_question
from referrals.models import Question
from referrals.record import referral_of_question


@require_POST
def chase(request: HttpRequest, question_id: UUID) -> HttpResponse:
    at = timezone.now()
    try:
        question = chase_question(question_id, by=request.actor, at=at)
    except Question.DoesNotExist:
        raise Http404 from None
    except StepRefused as refused:
        messages.warning(request, str(refused))
        return redirect("referral", referral_of_question(question_id, request.actor))
    messages.success(request, f"{question.to_agency.name} is told that you wait for the answer.")
    return redirect("referral", question.referral_id)
