"""The interface for feedback: what is owed and what came of it, and telling the source how it stands."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from ohsc.core.api import ACT, READ, OnceView, PartnerView, items
from ohsc.core.openapi import created_once, described, list_of
from ohsc.core.pagination import DEFAULT_LIMIT, next_url
from ohsc.core.problems import FieldError, Problem, not_found
from referrals import feedback_lists
from referrals.actions import GivenRefused, StepRefused, tell_source
from referrals.api import root_of
from referrals.feedback_lists import SOURCE, Wanted
from referrals.feedback_shapes import (
    FeedbackAnswer,
    FeedbackQuery,
    ProgressAnswer,
    ProgressShape,
    feedback_shown,
    progress_shown,
)
from referrals.models import Referral
from referrals.record import consulted


class Feedback(PartnerView):
    scopes = {"GET": READ}
    query = FeedbackQuery

    @described(
        "What sources were told, and are owed",
        answers=list_of(FeedbackAnswer),
        query=FeedbackQuery,
        tag="Feedback",
        operation="list_feedback",
    )
    def get(self, request):
        """Of what your agency sent, or has in custody; newest first. A custodian owes the source word 3 days after it
        accepts a P1, 14 after a P2, 28 after a P3, 60 after others; again after each word; an outcome at the end."""
        limit = self.asked.get("limit", DEFAULT_LIMIT)
        wanted = Wanted(
            self.asked.get("role", SOURCE), self.asked.get("status", ""), self.asked.get("due", "")
        )
        rows, following = feedback_lists.newest_first(
            self.actor, wanted, self.asked.get("cursor"), limit, at=timezone.now()
        )
        root = root_of(request._request)
        shown = [feedback_shown(row, self.actor, root) for row in rows]
        return items(shown, next_url(request._request, following) if following else None)


class TellSource(OnceView):
    scopes = {"POST": ACT}
    http_method_names = ["post"]

    @created_once(
        "Tell the source how it stands",
        ProgressShape,
        ProgressAnswer,
        tag="Feedback",
        operation="tell_source",
        finds=True,
    )
    def post(self, request, referral_id: UUID):
        """For the custodian of an accepted referral. It is no step: status and version stay as they are. The next word
        is owed from then on. 409 says why not."""
        return super().post(request, referral_id=referral_id)

    def prepare(self, wrong: list[FieldError]):
        return self.given(ProgressShape, also=wrong)

    def work(self, prepared: dict[str, Any], request: HttpRequest):
        try:
            referral, told = tell_source(
                self.kwargs["referral_id"], **prepared, by=self.actor, at=timezone.now()
            )
        except GivenRefused as refusal:
            errors = [FieldError(name, "invalid", said) for name, said in refusal.errors.items()]
            raise Problem(400, "invalid-request", str(refusal), errors=errors) from None
        except Referral.DoesNotExist:
            raise not_found() from None
        except StepRefused as refusal:
            raise Problem(409, "step-not-open", str(refusal)) from None
        return 201, progress_shown(referral, told, self.actor)

    def given_again(self, body):
        consulted("referral.answer_replayed", [UUID(body["id"])], self.actor, at=timezone.now())
