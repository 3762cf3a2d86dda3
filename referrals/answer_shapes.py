"""What the interface answers about referrals, for the OpenAPI document. `representation` writes the answers."""

from rest_framework import serializers

from ohsc.core.openapi import AnyOf, ProblemAnswer
from ohsc.core.words import (
    Classification,
    Environment,
    HandlingCode,
    InformationGrade,
    Pap,
    SelectorKind,
    SourceGrade,
    Tlp,
)
from referrals import receipts
from referrals.priority import BANDS
from referrals.transitions import OUTCOMES, STEPS, Status


class Suggestion(serializers.Serializer):
    band = serializers.ChoiceField(choices=BANDS)
    because = serializers.ListField(child=serializers.CharField())


class ActionabilityAnswer(serializers.Serializer):
    """How complete it is, 0 to 100. It says nothing about risk."""

    score = serializers.IntegerField(min_value=0, max_value=100)
    missing = serializers.ListField(child=serializers.CharField())


class Links(serializers.Serializer):
    self = serializers.URLField()
    history = serializers.URLField()


class HandlingAnswer(serializers.Serializer):
    classification = serializers.ChoiceField(choices=Classification.choices)
    tlp = serializers.ChoiceField(choices=Tlp.choices)
    pap = serializers.ChoiceField(choices=Pap.choices, allow_null=True)
    source_grade = serializers.ChoiceField(choices=SourceGrade.choices, allow_null=True)
    information_grade = serializers.ChoiceField(choices=InformationGrade.choices, allow_null=True)
    code = serializers.ChoiceField(choices=HandlingCode.choices, allow_null=True)
    conditions = serializers.CharField(allow_null=True)


class ReferralLine(serializers.Serializer):
    """A referral in a list, and the receipt for one that was sent."""

    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="To say aloud, such as R-7F3K9-2QDXV.")
    external_ref = serializers.CharField(
        allow_null=True, help_text="The source's own; for the source, the custodian and the Centre."
    )
    status = serializers.ChoiceField(choices=Status.choices)
    environment = serializers.ChoiceField(choices=Environment.choices, allow_null=True)
    harm_type = serializers.CharField(allow_null=True)
    priority = serializers.ChoiceField(choices=BANDS, allow_null=True, help_text="Null until it is set.")
    suggested_priority = Suggestion(
        allow_null=True, help_text="Null for the source once the Centre has looked."
    )
    actionability = ActionabilityAnswer()
    custodian = serializers.CharField(help_text="The slug of the one agency accountable for it now.")
    source = serializers.CharField()
    summary = serializers.CharField(allow_null=True, help_text="Null where it is withheld.")
    received_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    version = serializers.IntegerField(min_value=1)
    handling = HandlingAnswer()
    withheld = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Only where TLP:RED keeps content from leaving by the interface: the fields that are null or empty"
        " for it, whether or not there is anything in them. Read them on the page. A source reads back what it sent.",
    )
    links = Links()


class FactorAnswer(serializers.Serializer):
    key = serializers.CharField()
    value = serializers.CharField()
    agency = serializers.CharField()
    at = serializers.DateTimeField()


class SelectorAnswer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=SelectorKind.choices)
    value = serializers.CharField()
    platform = serializers.CharField(allow_null=True)
    seen_at = serializers.DateTimeField(allow_null=True)
    port = serializers.IntegerField(allow_null=True)


class BulkResult(serializers.Serializer):
    """What became of one line sent: a referral, or why not."""

    line = serializers.IntegerField(help_text="Counted from 1, blank lines too; a blank line has no result.")
    status = serializers.IntegerField(
        help_text="As if the line had been sent by itself: 201, 400, 409, 422, 503."
    )
    referral = ReferralLine(required=False)
    replayed = serializers.BooleanField(
        required=False, help_text="It was made by an earlier try of this request."
    )
    problem = ProblemAnswer(required=False)


class OfferAnswer(serializers.Serializer):
    to_agency = serializers.CharField()
    made_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField()
    agreement = serializers.CharField(
        allow_null=True, help_text="The agreement the disclosure rests on; null to who is no party to it."
    )
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class ReadAnswer(serializers.Serializer):
    """A part that had been read: through what, when first and when last. Never who read it."""

    part = serializers.ChoiceField(choices=list(receipts.PARTS))
    through = serializers.ChoiceField(choices=list(receipts.THROUGH))
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()


class ReceiptAnswer(serializers.Serializer):
    """An offer that was taken back, and what that agency had read of it by then."""

    to_agency = serializers.CharField()
    offered_at = serializers.DateTimeField()
    recalled_at = serializers.DateTimeField()
    read = ReadAnswer(many=True)


class QuestionAnswer(serializers.Serializer):
    """A question between parties. Yours to read where your agency put it, is asked, or has custody."""

    id = serializers.UUIDField()
    to = serializers.CharField()
    question = serializers.CharField(allow_null=True, help_text="Null where it is withheld.")
    asked_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField(
        allow_null=True,
        help_text="By when an answer is asked for, while it is open; after that it is chased.",
    )
    answer = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    lapsed_at = serializers.DateTimeField(allow_null=True, help_text="Nobody waits for the answer any more.")

    def get_fields(self):
        return {"from": serializers.CharField()} | super().get_fields()


class OutcomeAnswer(serializers.Serializer):
    code = serializers.ChoiceField(choices=list(OUTCOMES.items()))
    count = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True, help_text="When it happened.")
    agency = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    detail = serializers.CharField(allow_null=True)


class ReferralAfterStep(ReferralLine):
    """A referral as a client with `referrals:read` sees it after a step."""

    occurred_at = serializers.DateTimeField(allow_null=True)
    jurisdiction = serializers.CharField(allow_null=True)
    source_priority = serializers.ChoiceField(choices=BANDS, allow_null=True)
    escalate_reason = serializers.CharField(allow_null=True)
    declaration = serializers.CharField(allow_null=True)
    to_agency = serializers.CharField(allow_null=True, help_text="Whom the source would have it sent to.")
    factors = serializers.DictField(
        child=serializers.CharField(), help_text="The answer that counts for each question."
    )
    factors_given = FactorAnswer(many=True)
    selectors = SelectorAnswer(many=True)
    offer = OfferAnswer(allow_null=True, help_text="The open offer, for those who receive it or made it.")
    receipts = ReceiptAnswer(
        many=True,
        help_text="Offers that were taken back, and what had been read by then; for the discloser and the Centre.",
    )
    questions = QuestionAnswer(many=True)
    clock_paused_since = serializers.DateTimeField(
        allow_null=True, help_text="The custodian waits for an answer; `due_at` moves on by as long."
    )
    lowering_to = serializers.ChoiceField(
        choices=BANDS,
        allow_null=True,
        help_text="A lower band somebody asked for; a second person is to confirm it.",
    )
    outcomes = OutcomeAnswer(many=True)
    steps = serializers.ListField(
        child=serializers.ChoiceField(choices=list(STEPS)), help_text="The steps this client could take now."
    )


class ReferralGone(serializers.Serializer):
    """All that is left to say of a referral that is no longer your agency's to see; from now on it is 404."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)


class StepAnswer(AnyOf):
    """The referral after the step: a line of it to a client without `referrals:read`; its id, reference and status
    where your agency sees it no longer, as after `decline` and `return`."""

    shapes = (ReferralAfterStep, ReferralLine, ReferralGone)


class ReferralAnswer(ReferralAfterStep):
    """All of a referral that your agency may see."""

    narrative = serializers.CharField(
        allow_null=True,
        help_text="For the Centre, the custodian and the source; null where it is not yours to read.",
    )


class HistoryAnswer(serializers.Serializer):
    """A step somebody took."""

    step = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="An agency's slug, or clock.")
    from_status = serializers.ChoiceField(choices=Status.choices, allow_null=True)
    to_status = serializers.ChoiceField(choices=Status.choices)
    version = serializers.IntegerField()
    custodian = serializers.CharField(help_text="After the step.")
    to_agency = serializers.CharField(allow_null=True)
    priority = serializers.ChoiceField(choices=BANDS, allow_null=True)
    proposes = serializers.ChoiceField(
        choices=BANDS, allow_null=True, help_text="A lower band asked for, not yet set."
    )
    question_id = serializers.UUIDField(allow_null=True)
    reason_code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())
    withheld = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="As that of a referral."
    )


class HarmTypeAnswer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    means = serializers.CharField()


class BlockerAnswer(serializers.Serializer):
    """What keeps an agency from it."""

    code = serializers.CharField(
        help_text="agreement, conflict, before, jurisdiction, skill, capacity, full or closed."
    )
    says = serializers.CharField()
    forbids = serializers.BooleanField(help_text="The offer cannot be made; the others may be set aside.")


class MatchAnswer(serializers.Serializer):
    """How well an agency fits a referral."""

    agency = serializers.SlugField()
    points = serializers.IntegerField(min_value=0, help_text="How well it fits; a hundred at most.")
    agreement = serializers.CharField(allow_null=True, help_text="Under which it would be offered.")
    load = serializers.IntegerField(
        min_value=0, help_text="In points of its own week, with what it was asked."
    )
    capacity = serializers.IntegerField(min_value=0, help_text="Points this week; 0: it has not said.")
    weight = serializers.IntegerField(min_value=1, help_text="Points that this referral takes.")
    reasons = serializers.ListField(child=serializers.CharField())
    blockers = BlockerAnswer(many=True)
    cautions = serializers.ListField(child=serializers.CharField())
    late = serializers.BooleanField(help_text="It would be begun after it is due.")
