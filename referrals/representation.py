"""What does a referral look like to a partner's system? Plain dictionaries, no look-ups.

A reader's part decides what is in it. The source hears the state and the band, not what others answered about
risk; an offered agency reads all but the narrative and the source's own reference.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ohsc.core.actor import Actor
from ohsc.core.shapes import shown_moment
from referrals.facts import effective_factors
from referrals.models import Offer, Question, Referral, StepTaken
from referrals.record import Seen


def etag(referral: Referral) -> str:
    return f'"v{referral.version}"'


# What a line says, as columns: a list fetches these and makes no objects of them.
LINE = (
    "pk", "reference", "external_ref", "source_id", "source__slug", "custodian_id", "custodian__slug", "status",
    "version", "environment", "harm_type_id", "summary", "priority", "suggested_priority", "suggested_because",
    "actionability", "missing", "received_at", "updated_at", "due_at",
)  # fmt: skip


def row_of(referral: Referral) -> dict[str, Any]:
    """The columns of a line, of a referral whose source and custodian have been fetched with it."""
    row = {name: getattr(referral, name) for name in LINE if "__" not in name}
    return row | {"source__slug": referral.source.slug, "custodian__slug": referral.custodian.slug}


def line(row: Mapping[str, Any], reader: Actor, root: str) -> dict[str, Any]:
    """A referral in a list, of its columns `LINE`. `root` is where the site is."""
    address = f"{root}/api/v1/referrals/{row['pk']}"
    is_source = row["source_id"] == reader.agency_id
    has_custody = row["custodian_id"] == reader.agency_id or reader.is_centre
    return {
        "id": str(row["pk"]),
        "reference": row["reference"],
        "external_ref": (row["external_ref"] or None) if is_source or has_custody else None,
        "status": row["status"],
        "environment": row["environment"] or None,
        "harm_type": row["harm_type_id"],
        "priority": row["priority"] or None,
        "suggested_priority": _suggestion(row, is_source and not has_custody),
        "actionability": {"score": row["actionability"], "missing": row["missing"]},
        "custodian": row["custodian__slug"],
        "source": row["source__slug"],
        "summary": row["summary"],
        "received_at": shown_moment(row["received_at"]),
        "updated_at": shown_moment(row["updated_at"]),
        "due_at": shown_moment(row["due_at"]),
        "version": row["version"],
        "links": {"self": address, "history": f"{address}/history"},
    }


def _suggestion(row: Mapping[str, Any], to_source_alone: bool) -> dict[str, Any] | None:
    """The source sees what its own answers suggested, while they are the only ones: later reasons quote others'."""
    if to_source_alone and row["version"] > 1:
        return None
    return {"band": row["suggested_priority"], "because": row["suggested_because"]}


def full(seen: Seen, reader: Actor, root: str) -> dict[str, Any]:
    """All this reader may see of it but the narrative, which is opened on purpose."""
    referral, offer = seen.referral, seen.open_offer
    agreement = seen.agreements.get(offer.agreement_id) if offer else None
    wished = referral.wished_agency.slug if referral.wished_agency else None
    return line(row_of(referral), reader, root) | {
        "occurred_at": shown_moment(referral.occurred_at),
        "jurisdiction": referral.jurisdiction or None,
        "source_priority": referral.source_priority or None,
        "escalate_reason": referral.escalate_reason or None,
        "declaration": referral.declaration or None,
        "to_agency": None if seen.only_offered else wished,
        "handling": _handling(referral),
        "factors": effective_factors(seen.factors),
        "factors_given": [
            {
                "key": factor.key,
                "value": factor.value,
                "agency": factor.agency.slug,
                "at": shown_moment(factor.at),
            }
            for factor in seen.factors
        ],
        "selectors": [
            {
                "kind": sighting.kind,
                "value": sighting.value,
                "platform": sighting.platform or None,
                "seen_at": shown_moment(sighting.seen_at),
                "port": sighting.port,
            }
            for sighting in seen.sightings
        ],
        "offer": {
            "to_agency": offer.to_agency.slug,
            "made_at": shown_moment(offer.made_at),
            "answer_by": shown_moment(offer.answer_by),
            "agreement": agreement.reference if agreement else None,
            "acknowledged_at": shown_moment(offer.acknowledged_at),
        }
        if offer
        else None,
        "receipts": [_receipt(seen, offer) for offer in seen.offers if offer.pk in seen.receipts],
        "questions": [_question(question) for question in seen.questions],
        "clock_paused_since": shown_moment(referral.paused_at) if seen.receives else None,
        "lowering_to": (referral.lowering_to or None) if seen.receives else None,
        "outcomes": [_outcome(outcome, seen) for outcome in seen.outcomes],
        "steps": [step.name for step in seen.steps],
    }


def _handling(referral: Referral) -> dict[str, Any]:
    return {
        "classification": referral.classification,
        "tlp": referral.tlp,
        "pap": referral.pap or None,
        "source_grade": referral.source_grade or None,
        "information_grade": referral.information_grade or None,
        "code": referral.handling_code or None,
        "conditions": referral.handling_conditions or None,
    }


def _receipt(seen: Seen, offer: Offer) -> dict[str, Any]:
    """What an agency had read when its offer was recalled; for whoever disclosed, and the Centre."""
    receipt = seen.receipts[offer.pk]
    return {
        "to_agency": offer.to_agency.slug,
        "offered_at": shown_moment(offer.made_at),
        "recalled_at": shown_moment(receipt.recalled_at),
        "read": [
            {
                "part": line["part"],
                "through": line["through"],
                "first_at": shown_moment(datetime.fromisoformat(line["first"])),
                "last_at": shown_moment(datetime.fromisoformat(line["last"])),
            }
            for line in receipt.read_before or ()
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": str(question.pk),
        "from": question.from_agency.slug,
        "to": question.to_agency.slug,
        "question": question.text,
        "asked_at": shown_moment(question.asked_at),
        "answer": question.answer or None,
        "answered_at": shown_moment(question.answered_at),
        "lapsed_at": shown_moment(question.lapsed_at),
    }


def _outcome(outcome, seen: Seen) -> dict[str, Any]:
    return {
        "code": outcome.code,
        "count": outcome.count,
        "at": shown_moment(outcome.happened_at),
        "agency": outcome.agency.slug,
        "recorded_at": shown_moment(outcome.at),
        "detail": seen.outcome_details.get(outcome.pk),
    }


def history_line(taken: StepTaken, *, receives: bool) -> dict[str, Any]:
    """One step of the history. Agencies are named, people never; the words beside a reason are for receivers."""
    return {
        "step": taken.step,
        "at": shown_moment(taken.at),
        "by": taken.agency.slug if taken.agency else "clock",
        "from_status": taken.from_status or None,
        "to_status": taken.to_status,
        "version": taken.version,
        "custodian": taken.custodian.slug,
        "to_agency": taken.to_agency.slug if taken.to_agency else None,
        "priority": taken.priority or None,
        "proposes": (taken.proposes or None) if receives else None,
        "question_id": str(taken.question_id) if taken.question_id else None,
        "reason_code": taken.reason_code or None,
        "reason": (taken.reason or None) if receives else None,
        "missing": taken.missing,
    }
