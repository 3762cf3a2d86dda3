"""Is opening this narrative the reader's work now, and if not, why is it opened? A purpose for every reading.

Opening a record asks nothing: its purpose follows from the reader's standing. The narrative is what can hurt, so
whoever opens one that is not in front of their agency now says why, once in half an hour for each referral.
Partners' systems read by standing agreement and are not asked; their purpose is derived.
"""

from datetime import timedelta

from ohsc.core.actor import Actor
from referrals.models import Offer
from referrals.record import Seen, why
from referrals.transitions import Party

REMEMBERED = timedelta(minutes=30)  # a reason given holds for this person and this referral
REASONS = {
    "quality": "Quality of work",
    "complaint": "A complaint or a challenge",
    "linked": "A linked matter",
    "feedback": "Feedback to the source",
    "legal": "Court, disclosure or another legal duty",
}


def is_in_caseload(seen: Seen, actor: Actor) -> bool:
    """Of an open referral: for its custodian and its source, and for the Centre where an offer of its own or a
    question to it waits. What is over is in nobody's caseload."""
    if not seen.referral.is_open:
        return False
    if seen.standing & {Party.CUSTODIAN, Party.SOURCE}:
        return True
    offered = any(o.state == Offer.State.OPEN and o.from_agency_id == actor.agency_id for o in seen.offers)
    asked = any(q.is_open and q.to_agency_id == actor.agency_id for q in seen.questions)
    return actor.is_centre and (offered or asked)


def derived_purpose(seen: Seen, actor: Actor) -> str:
    """The purpose that follows from the work; "" where a person has to say one.

    A system is not asked: it reads on for its source to hear, or keeps its agency's own record.
    """
    if seen.opening is not None and seen.glass_is_broken:
        return f"break-glass: {seen.opening.get_why_display().lower()}"
    if is_in_caseload(seen, actor):
        return why(seen.standing)
    if actor.kind == "person":
        return ""
    if Party.SOURCE in seen.standing:
        return "feedback"
    return "own record" if Party.CUSTODIAN in seen.standing else "oversight by the Centre"
