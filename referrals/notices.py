"""Who is told of a step, and in what words? References and codes only, never content."""

from uuid import UUID

from ohsc.core.actor import Actor
from referrals.models import Referral, StepTaken
from referrals.transitions import RECEIVE, STEPS, Party, Step


def agencies_told(step: Step, referral: Referral, *, offered_id: UUID | None, centre_id: UUID) -> set[UUID]:
    """The agencies the table says hear of this step; `referral` is already in its new state."""
    who = {
        Party.SOURCE: referral.source_id,
        Party.CUSTODIAN: referral.custodian_id,
        Party.CENTRE: centre_id,
        Party.OFFERED: offered_id,
    }
    return {who[party] for party in step.tells if who[party] is not None}


def sentence(taken: StepTaken, reader: Actor) -> str:
    """One step of history, as a sentence for this reader. Another agency's people are not named, but to the Centre."""
    step = STEPS.get(taken.step, RECEIVE)
    who = taken.agency.name if taken.agency else "the clock"
    if taken.actor_name and taken.agency_id and (reader.is_centre or reader.agency_id == taken.agency_id):
        who = f"{taken.actor_name} ({who})"
    to_whom = f" to {taken.to_agency.name}" if taken.to_agency else ""
    return f"{step.done}{to_whom} by {who} on {taken.at:%-d %B %Y at %H:%M} UTC."
