"""What exactly would an agency see, if this were offered to it? Shown to the coordinator before it is sent.

The same parts as `referrals.record` gives to an offered agency (`referrals.access` says which): everything but
the narrative and the document as it arrived. A test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agencies.access import actor_for_agency
from agencies.models import Agency
from ohsc.core.templatetags.ohsc import when, when_in_full
from referrals import notices
from referrals.forms_steps import ANSWER_LABELS, FACTOR_QUESTIONS
from referrals.models import Factor, Referral, Sighting
from referrals.record import Seen
from referrals.transitions import RECALL_CODES, REJECT_CODES, RETURN_CODES, WITHDRAW_CODES

CODES = RETURN_CODES | REJECT_CODES | WITHDRAW_CODES | RECALL_CODES


@dataclass(frozen=True)
class Line:
    """One step of the history as the other side reads it."""

    sentence: str
    code: str
    reason: str


@dataclass(frozen=True)
class Preview:
    facts: list[dict[str, str]]
    markings: list[dict[str, str]]
    factors: list[dict[str, str]]
    sightings: list[Sighting]
    history: list[Line]


def preview(seen: Seen, agency: Agency) -> Preview:
    """`seen` is the referral as the Centre sees it; what the agency would not see is left out."""
    reader = actor_for_agency(agency)
    return Preview(
        facts=_rows(_facts(seen.referral)),
        markings=_rows(_markings(seen.referral)),
        factors=[_answer(factor) for factor in seen.factors],
        sightings=seen.sightings,
        history=[
            Line(notices.sentence(step, reader), CODES.get(step.reason_code, ""), step.reason)
            for step in seen.history
        ],
    )


def _answer(factor: Factor) -> dict[str, str]:
    return {
        "key": FACTOR_QUESTIONS[factor.key],
        "value": ANSWER_LABELS.get(factor.value, factor.value.replace("-", " to ")),
        "note": f"from {factor.agency.name}, {when(factor.at)}",
    }


def _facts(referral: Referral) -> Iterator[tuple[str, object]]:
    yield "Kind of harm", referral.harm_type.label if referral.harm_type_id else ""
    yield "Where", referral.jurisdiction
    yield "Happened", when_in_full(referral.occurred_at) if referral.occurred_at else ""
    yield "Received", when_in_full(referral.received_at)
    yield "Sent by", referral.source.name
    yield "Band they asked for", referral.get_source_priority_display()
    yield "Why they escalate it", referral.escalate_reason
    yield "Their declaration", referral.declaration
    yield "Why the band is suggested", " ".join(referral.suggested_because)
    yield "What is missing", "; ".join(referral.missing)


def _markings(referral: Referral) -> Iterator[tuple[str, object]]:
    yield "Classification", referral.get_classification_display()
    yield "Sharing", referral.get_tlp_display()
    yield "Permitted action", referral.get_pap_display()
    yield "Source grade", referral.get_source_grade_display()
    yield "Information grade", referral.get_information_grade_display()
    yield "Handling", referral.get_handling_code_display()
    yield "Conditions", referral.handling_conditions


def _rows(pairs: Iterator[tuple[str, object]]) -> list[dict[str, str]]:
    """What is given; an empty line would tell the other side nothing."""
    return [{"key": key, "value": str(value)} for key, value in pairs if value]
