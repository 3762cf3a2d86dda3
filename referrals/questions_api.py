"""The interface for a question that waits: press for its answer. It is put and answered by steps of the referral."""

from uuid import UUID

from django.utils import timezone

from ohsc.core.api import ACT, PartnerView, answer
from ohsc.core.openapi import described
from ohsc.core.problems import Problem, not_found
from ohsc.core.shapes import Shape
from referrals.actions import StepRefused, chase_question
from referrals.answer_shapes import QuestionAnswer
from referrals.models import Question
from referrals.representation import question_shown


class PressShape(Shape):
    """Nothing is to be said."""


class PressForAnswer(PartnerView):
    scopes = {"POST": ACT}
    body_optional = True
    http_method_names = ["post"]

    @described(
        "Press for the answer to a question",
        answers=QuestionAnswer,
        takes=PressShape,
        tag="Referrals",
        finds=True,
        operation="press_for_answer",
    )
    def post(self, request, question_id: UUID):
        """For whoever asked, while nobody answered. Whom you asked is told that an answer is waited for. At most once
        an hour, whether your agency pressed or the clock chased; 409 says from when again. `answer_by` stays as it
        is."""
        self.given(PressShape)
        try:
            question = chase_question(question_id, by=self.actor, at=timezone.now())
        except Question.DoesNotExist:
            raise not_found() from None
        except StepRefused as refused:
            raise Problem(409, "step-not-open", str(refused)) from None
        return answer(question_shown(question, question.referral, self.actor))
