"""Who may see a referral, and how much of it? No other module answers that question.

The same rule stands in PostgreSQL as policies (migrations 0002, 0008 and 0013), so that either lock alone would hold.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from agencies.agreements import not_in_force
from ohsc.core.actor import Actor
from ohsc.core.words import Tlp
from referrals.models import (
    Alarm,
    AlarmCall,
    ClockSegment,
    Decision,
    Disclosure,
    EmergencyOpening,
    Factor,
    FeedbackOwed,
    Holding,
    Narrative,
    Offer,
    Outcome,
    OutcomeDetail,
    PartyRow,
    Plan,
    PlanLine,
    Progress,
    Question,
    Reckoning,
    Referral,
    Rehearsal,
    Report,
    Rulebook,
    SavedFilter,
    Scorecard,
    Sighting,
    Snapshot,
    StepTaken,
)
from referrals.transitions import Party

RECEIVERS = (Party.CUSTODIAN, Party.OFFERED)
NARRATIVE_READERS = FEEDBACK_READERS = (Party.CUSTODIAN, Party.SOURCE)


def visible_referrals(actor: Actor, capacities: Iterable[Party] = ()) -> QuerySet[Referral]:
    """Referrals the actor's agency stands to now, in one of the capacities if some are named.

    The Centre sees all of them; asked with capacities, those it holds that standing to.
    """
    if actor.is_centre and not capacities:
        return Referral.objects.all()
    return Referral.objects.filter(_stands_to(actor, "pk", capacities))


def listed_parties(actor: Actor, capacity: Party) -> QuerySet[PartyRow]:
    """The standings of the actor's agency in this capacity, one a referral: for its queues, which they give in order.

    What else of the referral is shown is read through `visible_referrals`.
    """
    return PartyRow.objects.filter(agency=actor.agency_id, until=None, capacity=capacity)


def listed_referrals(
    actor: Actor, capacities: Iterable[Party] = (), statuses: Iterable[str] = ()
) -> QuerySet[Referral]:
    """The rows of `visible_referrals` for a list, of these statuses if some are named: order it by `-arrived_at, -id`.

    A join on the agency's party rows, which repeat the referral's `received_at`, so that their index gives the list
    in its order: a page is read, and not all that the agency has. An agency stands to a referral in one capacity at
    a time (`why_no_offer` keeps it so); the Centre may in two, and walks the referrals' own index.
    """
    if actor.is_centre:
        rows = visible_referrals(actor, capacities).annotate(arrived_at=F("received_at"))
        return rows.filter(status__in=list(statuses)) if statuses else rows
    mine: dict[str, object] = {"party__agency": actor.agency_id, "party__until": None}
    if capacities:
        mine["party__capacity__in"] = list(capacities)
    if statuses:
        mine["party__status__in"] = list(statuses)
    return Referral.objects.filter(**mine).annotate(arrived_at=F("party__received_at"))


def sent_before(actor: Actor, references: Iterable[str]) -> QuerySet[Referral]:
    """What the actor's own agency sent under these references of its own; a source sees what it sent, for ever."""
    return Referral.objects.filter(source=actor.agency_id, external_ref__in=list(references))


def called_by_its_sender(external_ref: str, actor: Actor) -> Q:
    """The condition that a referral has this reference of its sender's, and the actor is shown it.

    An agency that is only asked to take it is not (`representation.line`), so it does not find by it either.
    """
    called = Q(external_ref=external_ref)
    if actor.is_centre:
        return called
    return called & (Q(source=actor.agency_id) | Q(custodian=actor.agency_id))


def standing(referral: Referral, actor: Actor) -> frozenset[Party]:
    """In which capacities the actor stands to this referral now."""
    return standing_by(own_standings(actor).filter(referral=referral.pk), actor)


def own_standings(actor: Actor) -> QuerySet[PartyRow]:
    """What the actor's agency is to referrals now."""
    return PartyRow.objects.filter(agency=actor.agency_id, until=None)


def standing_by(rows: Iterable[PartyRow], actor: Actor) -> frozenset[Party]:
    """The capacities that these rows of one referral give the actor, and those it has without any."""
    found = {Party(row.capacity) for row in rows}
    if actor.kind == "clock":
        found.add(Party.CLOCK)
    elif actor.is_centre:
        found.add(Party.CENTRE)
    return frozenset(found)


def told_of(actor: Actor, happened: Iterable[tuple[UUID, datetime]]) -> set[tuple[UUID, datetime]]:
    """Of what happened to these referrals at those moments, what may the actor's agency hear now?

    Of a referral it stands to, everything; of one it left, once more the very step that ended its standing. Of one it
    was only offered, nothing while the agreement under the offer is not in force.
    """
    happened = set(happened)
    ids = {referral_id for referral_id, _ in happened}
    if actor.is_centre:
        there = set(Referral.objects.filter(pk__in=ids).values_list("pk", flat=True))
        return {one for one in happened if one[0] in there}
    rows = PartyRow.objects.filter(referral__in=ids, agency=actor.agency_id)
    ends = Q(until=None) | Q(until__in={at for _, at in happened})
    standing = list(rows.filter(ends).values_list("referral_id", "until", "capacity"))
    offered = {
        referral for referral, until, capacity in standing if until is None and capacity == Party.OFFERED
    }
    withheld = {offer.referral_id for offer, _ in offers_without_force(actor, offered)}
    standing_until = {
        (referral, until) for referral, until, _ in standing if until or referral not in withheld
    }
    return {one for one in happened if one in standing_until or (one[0], None) in standing_until}


def offers_without_force(actor: Actor, referral_ids: Collection[UUID]) -> list[tuple[Offer, str]]:
    """The open offers of these referrals to the actor's agency whose agreement is not in force now, each with why."""
    if not referral_ids:
        return []
    rows = Offer.objects.filter(
        referral__in=referral_ids, to_agency=actor.agency_id, state=Offer.State.OPEN
    ).select_related("agreement")
    today = timezone.now().date()
    found = [(offer, not_in_force(offer.agreement, today)) for offer in rows]
    return [(offer, why) for offer, why in found if why]


def why_withheld(actor: Actor, referral_ids: Collection[UUID]) -> dict[UUID, str]:
    """Why the actor's agency is not told of those of these referrals that it was offered."""
    return {offer.referral_id: why for offer, why in offers_without_force(actor, referral_ids)}


def visible_history(actor: Actor) -> QuerySet[StepTaken]:
    """The custodian and an offered agency see every step; the source those that the table shows it."""
    return _visible_parts(StepTaken, actor, Q(source_sees=True))


def visible_factors(actor: Actor) -> QuerySet[Factor]:
    """The custodian and an offered agency see every answer; the source those it gave."""
    return _visible_parts(Factor, actor, Q(agency=actor.agency_id))


def visible_sightings(actor: Actor) -> QuerySet[Sighting]:
    """As factors: the source sees those it sent."""
    return _visible_parts(Sighting, actor, Q(agency=actor.agency_id))


def visible_offers(actor: Actor) -> QuerySet[Offer]:
    """Not the source: whom the Centre asks is not its matter."""
    return _visible_parts(Offer, actor, None)


def visible_questions(actor: Actor) -> QuerySet[Question]:
    """The custodian sees every question; any other party those it put and those put to it."""
    if actor.is_centre:
        return Question.objects.all()
    mine = Q(from_agency=actor.agency_id) | Q(to_agency=actor.agency_id)
    return Question.objects.filter(
        Q(_stands_to(actor, "referral_id", (Party.CUSTODIAN,))) | Q(_stands_to(actor, "referral_id")) & mine
    )


def visible_segments(actor: Actor) -> QuerySet[ClockSegment]:
    """Where the time went: all of it to those who received it; to the source what was its own time."""
    return _visible_parts(ClockSegment, actor, Q(agency=actor.agency_id))


def visible_outcomes(actor: Actor) -> QuerySet[Outcome]:
    """Every party: codes, counts and dates are owed to the source."""
    return _visible_parts(Outcome, actor, Q())


def visible_outcome_details(actor: Actor) -> QuerySet[OutcomeDetail]:
    """The source reads those that the concluding agency let it."""
    return _visible_parts(OutcomeDetail, actor, Q(for_source=True))


def visible_progress(actor: Actor) -> QuerySet[Progress]:
    """What the source was told in between: the source's, the custodian's and the Centre's, not an offered agency's."""
    rows = Progress.objects.all()
    return rows if actor.is_centre else rows.filter(_stands_to(actor, "referral_id", FEEDBACK_READERS))


def visible_feedback_owed(actor: Actor) -> QuerySet[FeedbackOwed]:
    """Which word is owed, since when: as what the source was told."""
    rows = FeedbackOwed.objects.all()
    return rows if actor.is_centre else rows.filter(_stands_to(actor, "referral_id", FEEDBACK_READERS))


def visible_scorecards(actor: Actor) -> QuerySet[Scorecard]:
    """An agency's own figures, and where the middle half of all lies; the Centre's, everybody's."""
    rows = Scorecard.objects.all()
    return rows if actor.is_centre else rows.filter(Q(agency=actor.agency_id) | Q(agency=None))


def visible_narratives(actor: Actor) -> QuerySet[Narrative]:
    """The custodian and the source; an offered agency not until it accepts.

    The Centre reads all that are not TLP:RED. Those are their source's and their custodian's alone, so of one that
    an agency has accepted it reads nothing, but for the person who broke the glass, while that lasts.
    """
    standing = _stands_to(actor, "referral_id", NARRATIVE_READERS)
    if not actor.is_centre:
        return Narrative.objects.filter(standing)
    opened = Exists(live_openings(actor).filter(referral=OuterRef("referral_id")))
    return Narrative.objects.filter(~Q(referral__tlp=Tlp.RED) | Q(standing) | Q(opened))


def is_closed_to(standing: Iterable[Party], referral: Referral) -> bool:
    """Is its narrative closed to one who stands so to it, though they are of the Centre, for its marking alone?"""
    return referral.tlp == Tlp.RED and Party.CENTRE in standing and not set(NARRATIVE_READERS) & set(standing)


def visible_emergency_openings(actor: Actor) -> QuerySet[EmergencyOpening]:
    """The Centre's; whose narrative it was is told of it, and reads no list."""
    return EmergencyOpening.objects.all() if actor.is_centre else EmergencyOpening.objects.none()


def visible_alarms(actor: Actor) -> QuerySet[Alarm]:
    """An agency sees those that are its own to answer, while the referral is its own or offered to it."""
    if actor.is_centre:
        return Alarm.objects.all()
    return Alarm.objects.filter(_stands_to(actor, "referral_id", RECEIVERS), agency=actor.agency_id)


def visible_alarm_calls(actor: Actor) -> QuerySet[AlarmCall]:
    """Whom else's people were called, an agency does not see."""
    if actor.is_centre:
        return AlarmCall.objects.all()
    return AlarmCall.objects.filter(agency=actor.agency_id, alarm__in=visible_alarms(actor))


def told_of_alarms(actor: Actor, happened: Iterable[tuple[UUID, datetime]]) -> set[tuple[UUID, datetime]]:
    """Nobody is called any more for one that somebody took meanwhile, or that ended otherwise."""
    happened = set(happened)
    live = visible_alarms(actor).filter(pk__in={alarm_id for alarm_id, _ in happened}, ended_at=None)
    known = set(live.values_list("pk", flat=True))
    return {one for one in happened if one[0] in known}


def live_openings(actor: Actor) -> QuerySet[EmergencyOpening]:
    """The actor's own that last now, by the clock of the database."""
    return EmergencyOpening.objects.filter(person=actor.id, ended_at=None, until__gt=Now())


def visible_reports(actor: Actor) -> QuerySet[Report]:
    """What arrived: its source; the custodian where nothing else came in the same document; the Centre, unless a
    narrative in it is closed to it."""
    if actor.is_centre:
        opened = Exists(live_openings(actor).filter(referral=OuterRef("pk")))
        red = Referral.objects.filter(report=OuterRef("pk"), tlp=Tlp.RED)
        closed = red.exclude(_stands_to(actor, "pk", NARRATIVE_READERS)).exclude(opened)
        return Report.objects.filter(Q(source=actor.agency_id) | ~Exists(closed))
    in_custody = Referral.objects.filter(_stands_to(actor, "pk", (Party.CUSTODIAN,)), report=OuterRef("pk"))
    return Report.objects.filter(Q(source=actor.agency_id) | Q(Exists(in_custody), referral_count=1))


def visible_disclosures(actor: Actor) -> QuerySet[Disclosure]:
    """What the actor's agency showed others, and what it was shown; for the Centre, all."""
    if actor.is_centre:
        return Disclosure.objects.all()
    return Disclosure.objects.filter(Q(from_agency_id=actor.agency_id) | Q(to_agency_id=actor.agency_id))


def receipts_for(actor: Actor) -> QuerySet[Disclosure]:
    """The receipts of recalls that are owed to the actor: to whoever disclosed, and to the Centre."""
    recalled = visible_disclosures(actor).filter(recalled_at__isnull=False, read_before__isnull=False)
    return recalled if actor.is_centre else recalled.filter(from_agency_id=actor.home_id)


def visible_holdings(actor: Actor) -> QuerySet[Holding]:
    """Who in the actor's own agency has it; never another agency's."""
    return Holding.objects.filter(agency=actor.agency_id)


def visible_saved_filters(actor: Actor) -> QuerySet[SavedFilter]:
    """A person's own; nobody else's."""
    return SavedFilter.objects.filter(person=actor.id)


def visible_reckonings(actor: Actor) -> QuerySet[Reckoning]:
    """The Centre's books are the Centre's."""
    return Reckoning.objects.all() if actor.is_centre else Reckoning.objects.none()


def told_of_openings(actor: Actor, happened: Iterable[tuple[UUID, datetime]]) -> set[tuple[UUID, datetime]]:
    """That one waits for its review is the Centre's matter; the other agencies are told of their referral."""
    happened = set(happened)
    there = visible_emergency_openings(actor).filter(pk__in={opening_id for opening_id, _ in happened})
    known = set(there.values_list("pk", flat=True))
    return {one for one in happened if one[0] in known}


def told_of_the_books(actor: Actor, happened: Iterable[tuple[UUID, datetime]]) -> set[tuple[UUID, datetime]]:
    """The alarm over books that do not balance is the Centre's."""
    happened = set(happened)
    there = visible_reckonings(actor).filter(pk__in={reckoning_id for reckoning_id, _ in happened})
    known = set(there.values_list("pk", flat=True))
    return {one for one in happened if one[0] in known}


def _visible_parts(model: type[Model], actor: Actor, to_any_party: Q | None) -> QuerySet:
    """Parts of referrals: all to those who received it, and to any party those that the condition lets through."""
    if actor.is_centre:
        return model._default_manager.all()
    seen = Q(_stands_to(actor, "referral_id", RECEIVERS))
    if to_any_party is not None:
        seen |= Q(_stands_to(actor, "referral_id")) & to_any_party
    return model._default_manager.filter(seen)


def _stands_to(actor: Actor, column: str, capacities: Iterable[Party] = ()) -> Exists:
    rows = PartyRow.objects.filter(referral=OuterRef(column), agency=actor.agency_id, until=None)
    return Exists(rows.filter(capacity__in=list(capacities)) if capacities else rows)


def visible_plans(actor: Actor) -> QuerySet[Plan]:
    """The Centre's alone, as all that follows: they name what every agency has."""
    return Plan.objects.all() if actor.is_centre else Plan.objects.none()


def visible_plan_lines(actor: Actor) -> QuerySet[PlanLine]:
    """The Centre's alone."""
    return PlanLine.objects.all() if actor.is_centre else PlanLine.objects.none()


def visible_decisions(actor: Actor) -> QuerySet[Decision]:
    """The Centre's alone."""
    return Decision.objects.all() if actor.is_centre else Decision.objects.none()


def visible_rulebooks(actor: Actor) -> QuerySet[Rulebook]:
    """The Centre's alone."""
    return Rulebook.objects.all() if actor.is_centre else Rulebook.objects.none()


def visible_rehearsals(actor: Actor) -> QuerySet[Rehearsal]:
    """The Centre's alone."""
    return Rehearsal.objects.all() if actor.is_centre else Rehearsal.objects.none()


def visible_snapshots(actor: Actor) -> QuerySet[Snapshot]:
    """The Centre's alone."""
    return Snapshot.objects.all() if actor.is_centre else Snapshot.objects.none()
