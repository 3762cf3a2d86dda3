"""What does this reader see of one referral? Page and interface both read it here, and the reading is recorded.

Each part comes through `access`, so what is not the reader's is simply not in it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from agencies.access import visible_agreements
from agencies.models import SharingAgreement, User
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.one_read import Lists, ReadTogether
from referrals.access import (
    is_closed_to,
    live_openings,
    own_standings,
    receipts_for,
    standing_by,
    visible_factors,
    visible_feedback_owed,
    visible_history,
    visible_holdings,
    visible_narratives,
    visible_offers,
    visible_outcome_details,
    visible_outcomes,
    visible_progress,
    visible_questions,
    visible_referrals,
    visible_segments,
    visible_sightings,
)
from referrals.models import (
    ClockSegment,
    Disclosure,
    EmergencyOpening,
    Factor,
    FeedbackOwed,
    Narrative,
    Offer,
    Outcome,
    Progress,
    Question,
    Referral,
    Sighting,
    StepTaken,
)
from referrals.transitions import Party, Step, facts_of, steps_open

SEE_REFERRALS, READ_NARRATIVES = "referrals.see", "narratives.read"


@dataclass(frozen=True)
class Seen:
    """A referral as one reader sees it."""

    referral: Referral
    standing: frozenset[Party]
    steps: list[Step]
    history: list[StepTaken] = field(default_factory=list)  # newest first
    factors: list[Factor] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)  # newest first
    questions: list[Question] = field(default_factory=list)  # oldest first
    outcomes: list[Outcome] = field(default_factory=list)
    outcome_details: dict[UUID, str] = field(default_factory=dict)
    agreements: dict[UUID, SharingAgreement] = field(
        default_factory=dict
    )  # those of its offers that it may read
    progress: list[Progress] = field(
        default_factory=list
    )  # what the source was told in between, newest first
    owed: FeedbackOwed | None = None  # the word it waits for
    segments: list[ClockSegment] = field(default_factory=list)  # oldest first
    holder: User | None = None
    opening: EmergencyOpening | None = None  # the reader's own, while it lasts

    @property
    def narrative_is_closed(self) -> bool:
        """Marked TLP:RED, in an agency's custody, and the reader of the Centre did not break the glass."""
        return self.opening is None and is_closed_to(self.standing, self.referral)

    @property
    def glass_is_broken(self) -> bool:
        """As closed, and this reader broke the glass."""
        return self.opening is not None and is_closed_to(self.standing, self.referral)

    receipts: dict[UUID, Disclosure] = field(
        default_factory=dict
    )  # of offers that were recalled, by the offer: what had been read

    @property
    def receives(self) -> bool:
        """The Centre, the custodian or an offered agency, as against the source alone."""
        return bool(self.standing & {Party.CENTRE, Party.CUSTODIAN, Party.OFFERED})

    @property
    def only_offered(self) -> bool:
        """Asked to take it, nothing else yet: how the source calls it, and whom it wished for, is not its matter."""
        return self.standing == {Party.OFFERED}

    def reason_of(self, taken: StepTaken) -> str:
        """The words beside a reason are for those who receive the referral; its source reads codes."""
        return taken.reason if self.receives else ""

    @property
    def open_offer(self) -> Offer | None:
        return next((offer for offer in self.offers if offer.state == Offer.State.OPEN), None)


def referral_of(referral_id: UUID, actor: Actor) -> Referral:
    """The referral alone. Raises Referral.DoesNotExist, the same for absent and forbidden."""
    return (
        visible_referrals(actor)
        .select_related("source", "custodian", "harm_type", "wished_agency")
        .get(pk=referral_id)
    )


def referral_of_question(question_id: UUID, actor: Actor) -> UUID:
    """Of which referral a question is. Raises Question.DoesNotExist, the same for absent and forbidden."""
    return visible_questions(actor).values_list("referral_id", flat=True).get(pk=question_id)


def open_record(referral_id: UUID, actor: Actor, *, at: datetime, purpose: str = "") -> Seen:
    """Everything the actor may see of one referral but the narrative; the consultation is recorded."""
    if not actor.may(SEE_REFERRALS):
        raise PermissionDenied
    seen = look(referral_of(referral_id, actor), actor)
    consulted("referral.opened", [referral_id], actor, at=at, purpose=purpose or why(seen.standing))
    return seen


@ReadTogether
def _parts_of(actor: Actor, referral_id: UUID, history: bool) -> Lists:
    """What hangs on a referral, as this reader may see it.

    Agreements are a list of their own: joined, one that the reader is no party to would take its offer out of sight.
    """
    offers = visible_offers(actor).filter(referral=referral_id)
    questions = visible_questions(actor).filter(referral=referral_id)
    openings = live_openings(actor) if actor.is_centre else EmergencyOpening.objects.none()
    return Lists(
        visible_referrals(actor).filter(pk=referral_id),
        [
            own_standings(actor).filter(referral=referral_id),
            offers.select_related("to_agency").order_by("-made_at"),
            visible_agreements(actor).filter(pk__in=offers.values("agreement")),
            visible_outcomes(actor)
            .filter(referral=referral_id)
            .select_related("agency")
            .order_by("at", "id"),
            visible_outcome_details(actor).filter(referral=referral_id),
            questions.select_related("from_agency", "to_agency").order_by("asked_at", "id"),
            visible_factors(actor)
            .filter(referral=referral_id)
            .select_related("agency")
            .order_by("at", "key"),
            visible_sightings(actor).filter(referral=referral_id).order_by("kind", "value"),
            visible_holdings(actor).filter(referral=referral_id).select_related("person"),
            openings.filter(referral=referral_id),
            history_of(referral_id, actor) if history else StepTaken.objects.none(),
            receipts_for(actor).filter(subject_id=referral_id),
            visible_progress(actor)
            .filter(referral=referral_id)
            .select_related("agency")
            .order_by("-at", "-id"),
            visible_feedback_owed(actor).filter(referral=referral_id, ended_at=None),
            visible_segments(actor)
            .filter(referral=referral_id)
            .select_related("agency")
            .order_by("began_at", "id"),
        ],
    )


def look(referral: Referral, actor: Actor, *, history: bool = True) -> Seen:
    """The parts of a referral already fetched, in one statement. Does not record; for use after a step that was
    recorded. Raises Referral.DoesNotExist where it came out of the reader's sight in the meantime."""
    (
        standings,
        offered,
        agreements,
        outcomes,
        details,
        questions,
        factors,
        sightings,
        holdings,
        openings,
        taken,
        receipts,
        progress,
        owed,
        segments,
    ) = _parts_of(actor, referral.pk, history)
    stands = standing_by(standings, actor)
    return Seen(
        referral=referral,
        standing=stands,
        steps=_steps(referral, stands, actor, offered, questions),
        history=taken,
        factors=factors,
        sightings=sightings,
        offers=offered,
        questions=questions,
        outcomes=outcomes,
        outcome_details={detail.outcome_id: detail.text for detail in details},
        agreements={agreement.pk: agreement for agreement in agreements},
        progress=progress,
        owed=owed[0] if owed else None,
        holder=next((holding.person for holding in holdings), None),
        opening=openings[0] if openings else None,
        segments=segments,
        receipts={receipt.offer_id: receipt for receipt in receipts if receipt.offer_id},
    )


def _steps(
    referral: Referral,
    stands: frozenset[Party],
    actor: Actor,
    offers: list[Offer],
    questions: list[Question],
) -> list[Step]:
    offer = next((offer for offer in offers if offer.state == Offer.State.OPEN), None)
    facts = facts_of(
        offered=offer is not None,
        acknowledged=offer is not None and offer.acknowledged_at is not None,
        asked=any(question.is_open and question.to_agency_id == actor.agency_id for question in questions),
    )
    return steps_open(status=referral.status, standing=stands, permissions=actor.permissions, facts=facts)


def history_of(referral: Referral | UUID, actor: Actor) -> QuerySet[StepTaken]:
    """The steps this reader may see, newest first."""
    rows = visible_history(actor).filter(referral=referral)
    return rows.select_related("agency", "to_agency", "custodian").order_by("-version")


def open_narrative(referral_id: UUID, actor: Actor, *, at: datetime, purpose: str) -> str:
    """The narrative's words; the opening is recorded, with why (`referrals.caseload`).

    Raises Narrative.DoesNotExist where there is none to see.
    """
    if not purpose:
        raise ValueError("A narrative is opened for a purpose.")
    if not actor.may(READ_NARRATIVES):
        raise Narrative.DoesNotExist
    narrative = visible_narratives(actor).get(referral=referral_id)
    consulted("narrative.opened", [referral_id], actor, at=at, purpose=purpose)
    return narrative.text


def consulted(
    action: str, ids: list[UUID], actor: Actor, *, at: datetime, purpose: str = "", **details
) -> None:
    """One event for one look, whether at a record or at a list of them."""
    audit.record(
        audit.Kind.CONSULTATION,
        action,
        by=actor,
        at=at,
        subject_type="referral",
        subject_ids=ids,
        purpose=purpose,
        details=details,
    )


def why(stands: frozenset[Party]) -> str:
    """The purpose of a look, from the work at hand: what the reader's agency is to the referral."""
    return ", ".join(sorted(party.label for party in stands)) or "no standing"
