"""What may be sent about a referral? The create body, the body of each step, and the query of the list.

Nothing is saved here. Words and limits are those of the models, the priorities and the table of steps.
"""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from agencies.serializers import AgencySlug
from cases.selectors import SelectorRefused, normalise
from ohsc.core.pagination import PageQuery
from ohsc.core.shapes import Moment, OneOf, Shape, Text, Whole, YesOrNo
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
from referrals import handling
from referrals.drafts import Draft, Given, Handling, OutcomeDraft, SelectorDraft
from referrals.harms import is_a_harm
from referrals.priority import AGE_BANDS, ANSWERS, BANDS, FACTORS
from referrals.transitions import OUTCOMES, STEPS, Status, Step

SELECTORS = 200
OUTCOMES_AT_ONCE = 50


class HarmCode(Text):
    """A code of the published list of harms."""

    default_error_messages = {
        "unknown": "There is no such harm type. GET /api/v1/harm-types lists them.",
        "blank": "It is empty. Give a harm type's code.",
    }

    def __init__(self, **options):
        super().__init__(**{"max_length": 40, "allow_blank": False, **options})

    def run_validation(self, data=empty):
        code = super().run_validation(data)
        if not is_a_harm(code):
            self.fail("unknown")
        return code


FactorsShape = type(
    "Factors",
    (Shape,),
    {
        "__doc__": "Answers to the questions about risk. What is not said is unknown, and unknown is never no.",
        "__module__": __name__,
        **{
            name: OneOf(choices=AGE_BANDS if name == "child_age_band" else ANSWERS, required=False)
            for name in FACTORS
        },
    },
)


class SelectorShape(Shape):
    """An account, address, number or hash, as it was seen."""

    kind = OneOf(choices=SelectorKind.choices)
    value = Text(max_length=2_000)
    platform = Text(max_length=120, required=False, help_text="The service an account is on.")
    seen_at = Moment(required=False, help_text="When it was seen in use. An IP address needs it.")
    port = Whole(min_value=1, max_value=65_535, required=False, help_text="The source port of an IP address.")

    def validate(self, found):
        if found.get("port") and found["kind"] != SelectorKind.IP:
            raise serializers.ValidationError({"port": "Only an ip has a port of its own."}, "not_taken")
        try:
            normalise(found["kind"], found["value"], platform=found.get("platform", ""))
        except SelectorRefused as refusal:
            raise serializers.ValidationError({"value": str(refusal)}, "no_normal_form") from None
        return found


class ClassificationField(OneOf):
    default_error_messages = {"invalid_choice": handling.CEILING}


class HandlingShape(Shape):
    """How it may be handled. What is left out counts as OFFICIAL-SENSITIVE and TLP AMBER.

    What is higher than OFFICIAL-SENSITIVE is refused. Send a pointer: a `summary` that begins "Held elsewhere", no
    narrative and no selectors, `code` C, and as `conditions` whom to contact.
    """

    classification = ClassificationField(choices=Classification.choices, required=False)
    tlp = OneOf(choices=Tlp.choices, required=False)
    pap = OneOf(choices=Pap.choices, required=False)
    source_grade = OneOf(choices=SourceGrade.choices, required=False)
    information_grade = OneOf(choices=InformationGrade.choices, required=False)
    code = OneOf(choices=HandlingCode.choices, required=False)
    conditions = Text(max_length=500, required=False, help_text="Needed with code C.")

    def validate(self, found):
        if wrong := handling.problems(found):
            raise serializers.ValidationError(wrong, "required")
        return found


class CreateShape(Shape):
    """A referral as its source gives it."""

    environment = OneOf(choices=Environment.choices)
    harm_type = HarmCode(help_text="A code of GET /api/v1/harm-types.")
    summary = Text(
        max_length=300, help_text="One neutral line. Lists show it: nothing that can hurt to read."
    )
    narrative = Text(
        lines=True, max_length=50_000, required=False, help_text="What happened. Opened one at a time."
    )
    occurred_at = Moment(required=False)
    external_ref = Text(max_length=200, required=False, help_text="Your own reference; once only.")
    source_priority = OneOf(choices=BANDS, required=False)
    escalate_reason = Text(
        lines=True, max_length=3_000, required=False, help_text="Why it cannot wait. Given, it escalates."
    )
    jurisdiction = Text(max_length=40, required=False, help_text="ISO 3166, such as GB or GB-SCT.")
    factors = FactorsShape(required=False)
    selectors = SelectorShape(many=True, required=False, max_length=SELECTORS)
    handling = HandlingShape(required=False)
    to_agency = AgencySlug(required=False, help_text="Whom you would have it offered to. The Centre decides.")
    declaration = Text(
        max_length=500, required=False, help_text="That all reasonably available information is included."
    )

    def validate(self, found):
        wrong = handling.pointer_problems(
            found["summary"],
            narrative=found.get("narrative", ""),
            selectors=found.get("selectors", ()),
            handling=found.get("handling", {}),
        )
        if contact := wrong.pop("conditions", ""):
            wrong["handling"] = {"conditions": contact}
        if wrong:
            raise serializers.ValidationError(wrong, "not_a_pointer")
        return found


def draft_from(found: dict[str, Any]) -> Draft:
    """The plain data of a new referral, from a checked create body."""
    parts = dict(found)
    selectors = tuple(SelectorDraft(**selector) for selector in parts.pop("selectors", ()))
    handling = parts.pop("handling", None)
    return Draft(**parts, selectors=selectors, handling=Handling(**handling) if handling else None)


class OutcomeShape(Shape):
    """A coded result, owed to the source."""

    code = OneOf(choices=list(OUTCOMES.items()))
    count = Whole(min_value=1, max_value=1_000_000, required=False)
    at = Moment(required=False)
    detail = Text(lines=True, max_length=2_000, required=False)
    share_detail = YesOrNo(required=False, help_text="The source may read `detail`. It may not if not said.")


_STEP_FIELDS = {
    "priority": lambda step, **options: OneOf(choices=BANDS, **options),
    "factors": lambda step, **options: FactorsShape(**options),
    "environment": lambda step, **options: OneOf(choices=Environment.choices, **options),
    "harm_type": lambda step, **options: HarmCode(**options),
    "to_agency": lambda step, **options: AgencySlug(**options),
    "agreement": lambda step, **options: Text(
        max_length=40,
        help_text="The reference of the agreement to rest on; else the newest that covers it.",
        **options,
    ),
    "because": lambda step, **options: Text(
        lines=True,
        max_length=500,
        help_text="Why the ranking, or what keeps it from it, is set aside. For the Centre alone.",
        **options,
    ),
    "question": lambda step, **options: Text(lines=True, max_length=3_000, **options),
    "answer": lambda step, **options: Text(lines=True, max_length=3_000, **options),
    "question_id": lambda step, **options: serializers.UUIDField(
        help_text="Which question is answered. Not needed where only one is open to your agency.", **options
    ),
    "outcomes": lambda step, **options: OutcomeShape(
        many=True, allow_empty=False, max_length=OUTCOMES_AT_ONCE, **options
    ),
    "reason_code": lambda step, **options: OneOf(choices=list(step.codes), **options),
    "reason": lambda step, **options: Text(lines=True, max_length=2_000, **options),
}


def _step_shape(step: Step) -> type[Shape]:
    taken = {
        name: _STEP_FIELDS[name](step, required=name in step.needs) for name in (*step.needs, *step.takes)
    }
    elsewhere = {name: f"{step.label} does not take it." for name in _STEP_FIELDS if name not in taken}
    return type(
        f"{step.name.title().replace('-', '')}Step",
        (Shape,),
        {
            "__doc__": f"What {step.name} needs and takes.",
            "__module__": __name__,
            "known_elsewhere": elsewhere,
            **taken,
        },
    )


STEP_SHAPES = {name: _step_shape(step) for name, step in STEPS.items()}


def given_from(found: dict[str, Any], *, version: int | None) -> Given:
    """What is given with a step, from its checked body and If-Match."""
    parts = dict(found)
    outcomes = tuple(OutcomeDraft(**outcome) for outcome in parts.pop("outcomes", ()))
    return Given(**parts, outcomes=outcomes, version=version)


class ListQuery(PageQuery):
    """The filters of the list; each at most once."""

    status = OneOf(choices=Status.choices, required=False)
    environment = OneOf(choices=Environment.choices, required=False)
    priority = OneOf(
        choices=BANDS, required=False, help_text="The band that was set; see also suggested_priority."
    )
    role = OneOf(
        choices=("source", "custodian", "offered"), required=False, help_text="Your agency's part in it now."
    )
    updated_since = Moment(required=False, help_text="Changed at this moment or later.")
    reference = Text(
        max_length=40,
        required=False,
        help_text="Ours, such as R-7F3K9-2QDXV; case, blanks and dashes do not matter.",
    )
    external_ref = Text(
        max_length=200,
        required=False,
        help_text="The sender's own, exactly. It finds what your agency sent or has in custody.",
    )
