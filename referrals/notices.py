"""Who is told of a step, and in what words? References and codes only, never content."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.timezone import localtime

from ohsc.core.actor import Actor
from referrals.models import Question, Referral, StepTaken
from referrals.transitions import RECEIVE, STEPS, Party, Step

# To an agency whose offer ended without its answer: what it read, it may not go on using.
TAKEN_BACK = "Offer recalled: do not keep or use what you read of it"


def agencies_told(
    step: Step, referral: Referral, offered_id: UUID | None, question: Question | None, *, centre_id: UUID
) -> set[UUID]:
    """The agencies the table says hear of this step; `referral` is already in its new state."""
    who = {
        Party.SOURCE: referral.source_id,
        Party.CUSTODIAN: referral.custodian_id,
        Party.CENTRE: centre_id,
        Party.OFFERED: offered_id,
        Party.ASKED: question and question.to_agency_id,
        Party.ASKER: question and question.from_agency_id,
    }
    return {who[party] for party in step.tells if who[party] is not None}


def agencies_that_find(
    taken: StepTaken, parties: Iterable[tuple[UUID, str]], *, centre_id: UUID
) -> set[UUID]:
    """The agencies that find this step in the referral's history, and so in their events feed, told of it or not.

    `parties` are those that stood to the referral until this step, with their capacity.
    """
    found = {agency for agency, capacity in parties if taken.source_sees or capacity != Party.SOURCE}
    return found | {centre_id} | ({taken.agency_id} if taken.agency_id else set())


def sentence(taken: StepTaken, reader: Actor) -> str:
    """One step of history, as a sentence for this reader."""
    when = localtime(taken.at)
    return f"{what(taken)} by {who(taken, reader)} on {when:%-d %B %Y at %H:%M} {when:%Z}."


def what(taken: StepTaken) -> str:
    """What was done, and towards whom."""
    if taken.proposes:
        return f"Lowering to {taken.proposes} asked for"
    done = STEPS.get(taken.step, RECEIVE).done
    if taken.to_agency is None:
        return done
    return (
        f"{done} {taken.to_agency.name}"
        if taken.step in ("ask", "answer")
        else f"{done} to {taken.to_agency.name}"
    )


def who(taken: StepTaken, reader: Actor) -> str:
    """Who took a step. People are named to their own agency and to the Centre; to others, the agency is."""
    if taken.agency is None:
        return "the clock"
    ours = reader.is_centre or reader.agency_id == taken.agency_id
    return f"{taken.actor_name} ({taken.agency.name})" if ours and taken.actor_name else taken.agency.name
