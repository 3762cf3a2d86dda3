"""What does a referral look like to a partner's system? Plain dictionaries, no look-ups.

A reader's part decides what is in it. The source hears the state and the band, not what others answered about
risk; an offered agency reads all but the narrative and the source's own reference. Of what may not leave by the
interface (`referrals.handling`) everybody but who wrote it reads identifiers, state, clocks and handling; `withheld`
names the rest.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ohsc.core.actor import Actor
from ohsc.core.shapes import shown_moment
from referrals import handling
from referrals.facts import effective_factors
from referrals.models import Offer, Outcome, Question, Referral, StepTaken
from referrals.record import Seen
from referrals.routing.matching import Match


def etag(referral: Referral) -> str:
    return f'"v{referral.version}"'


# What a line says, as columns: a list fetches these and makes no objects of them.
LINE = (
    "pk", "reference", "external_ref", "source_id", "source__slug", "custodian_id", "custodian__slug", "status",
    "version", "environment", "harm_type_id", "summary", "priority", "suggested_priority", "suggested_because",
    "actionability", "missing", "received_at", "updated_at", "due_at", *handling.COLUMNS,
)  # fmt: skip
# What stands in the place of what may not leave by the interface.
WITHOUT_CONTENT: dict[str, Any] = {
    "summary": None, "escalate_reason": None, "declaration": None, "factors": {}, "factors_given": [], "selectors": [],
    "narrative": None,
}  # fmt: skip
WORDS_OF_OTHERS = ("questions", "outcomes")  # these stay, without the words that others wrote


def row_of(referral: Referral) -> dict[str, Any]:
    """The columns of a line, of a referral whose source and custodian have been fetched with it."""
    row = {name: getattr(referral, name) for name in LINE if "__" not in name}
    return row | {"source__slug": referral.source.slug, "custodian__slug": referral.custodian.slug}


def line(row: Mapping[str, Any], reader: Actor, root: str) -> dict[str, Any]:
    """A referral in a list, of its columns `LINE`. `root` is where the site is."""
    address = f"{root}/api/v1/referrals/{row['pk']}"
    is_source = row["source_id"] == reader.agency_id
    has_custody = row["custodian_id"] == reader.agency_id or reader.is_centre
    shown = {
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
        "handling": _handling(row),
        "links": {"self": address, "history": f"{address}/history"},
    }
    if handling.may_leave(row["tlp"], is_own=is_source):
        return shown
    if shown["suggested_priority"]:  # its reasons quote the answers about risk
        shown["suggested_priority"] |= {"because": []}
    return _without_content(shown)


def _without_content(shown: dict[str, Any]) -> dict[str, Any]:
    """The same with the content out of it, and the names of what is left out, whether or not there was any."""
    left = {name: nothing for name, nothing in WITHOUT_CONTENT.items() if name in shown}
    return shown | left | {"withheld": [*left, *(name for name in WORDS_OF_OTHERS if name in shown)]}


def _suggestion(row: Mapping[str, Any], to_source_alone: bool) -> dict[str, Any] | None:
    """The source sees what its own answers suggested, while they are the only ones: later reasons quote others'."""
    if to_source_alone and row["version"] > 1:
        return None
    return {"band": row["suggested_priority"], "because": row["suggested_because"]}


def full(seen: Seen, reader: Actor, root: str, **opened: str | None) -> dict[str, Any]:
    """All this reader may see of it, with the narrative where that was opened on purpose."""
    referral = seen.referral
    shown = line(row_of(referral), reader, root) | _more(seen, reader) | opened
    if handling.may_leave(referral.tlp, is_own=False):
        return shown
    if referral.source_id == reader.agency_id:
        return shown | {"withheld": list(WORDS_OF_OTHERS)}
    return _without_content(shown)


def _more(seen: Seen, reader: Actor) -> dict[str, Any]:
    """What a referral says besides its line."""
    referral, offer = seen.referral, seen.open_offer
    agreement = seen.agreements.get(offer.agreement_id) if offer else None
    wished = referral.wished_agency.slug if referral.wished_agency else None
    return {
        "occurred_at": shown_moment(referral.occurred_at),
        "jurisdiction": referral.jurisdiction or None,
        "source_priority": referral.source_priority or None,
        "escalate_reason": referral.escalate_reason or None,
        "declaration": referral.declaration or None,
        "to_agency": None if seen.only_offered else wished,
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
        "questions": [question_shown(question, referral, reader) for question in seen.questions],
        "clock_paused_since": shown_moment(referral.paused_at) if seen.receives else None,
        "lowering_to": (referral.lowering_to or None) if seen.receives else None,
        "outcomes": [_outcome(outcome, seen, reader) for outcome in seen.outcomes],
        "steps": [step.name for step in seen.steps],
    }


def _handling(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "classification": row["classification"],
        "tlp": row["tlp"],
        "pap": row["pap"] or None,
        "source_grade": row["source_grade"] or None,
        "information_grade": row["information_grade"] or None,
        "code": row["handling_code"] or None,
        "conditions": row["handling_conditions"] or None,
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


def question_shown(question: Question, referral: Referral, reader: Actor) -> dict[str, Any]:
    """One question, for a reader who may see it."""
    asked = handling.may_leave(referral.tlp, is_own=question.from_agency_id == reader.agency_id)
    answered = handling.may_leave(referral.tlp, is_own=question.to_agency_id == reader.agency_id)
    return {
        "id": str(question.pk),
        "from": question.from_agency.slug,
        "to": question.to_agency.slug,
        "question": question.text if asked else None,
        "asked_at": shown_moment(question.asked_at),
        "answer_by": shown_moment(question.answer_by) if question.is_open else None,
        "answer": (question.answer or None) if answered else None,
        "answered_at": shown_moment(question.answered_at),
        "lapsed_at": shown_moment(question.lapsed_at),
    }


def _outcome(outcome: Outcome, seen: Seen, reader: Actor) -> dict[str, Any]:
    leaves = handling.may_leave(seen.referral.tlp, is_own=outcome.agency_id == reader.agency_id)
    return {
        "code": outcome.code,
        "count": outcome.count,
        "at": shown_moment(outcome.happened_at),
        "agency": outcome.agency.slug,
        "recorded_at": shown_moment(outcome.at),
        "detail": seen.outcome_details.get(outcome.pk) if leaves else None,
    }


def history_line(taken: StepTaken, tlp: str, reader: Actor, *, receives: bool) -> dict[str, Any]:
    """One step of the history. Agencies are named, people never; the words beside a reason are for receivers."""
    shown = {
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
    if handling.may_leave(tlp, is_own=taken.agency_id == reader.agency_id):
        return shown
    return shown | {"reason": None, "withheld": ["reason"]}


def match(one: Match) -> dict[str, Any]:
    """An agency for a referral, as the Centre's systems read it."""
    return {
        "agency": one.receiver.slug,
        "points": one.points,
        "agreement": one.between.agreement or None,
        "load": one.receiver.load,
        "capacity": one.receiver.points,
        "weight": one.between.weight,
        "reasons": list(one.reasons),
        "blockers": [
            {"code": each.code, "says": each.says, "forbids": each.forbids} for each in one.blockers
        ],
        "cautions": list(one.cautions),
        "late": one.is_late,
    }
