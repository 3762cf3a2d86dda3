"""What there is to see: three referrals with everything that hangs on them, and what each agency has of its own."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.utils import timezone

from agencies import actions as agencies
from agencies.models import Absence, CapabilityProposal, Invitation, WorkWeight
from audit import actions as audit
from cases import actions as cases
from exchange.actions import stage
from exchange.formats import NAMED
from exchange.importing import plan
from notifications import actions as notifications
from notifications import sending
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import break_glass, count_scorecards, reckon, take, tell_source
from referrals.actions.saved import save_filter
from referrals.drafts import Handling, OutcomeDraft, SelectorDraft
from referrals.models import Alarm, AlarmCall, Plan, PlanLine, Referral, Rehearsal, Rulebook
from tests.cast import Cast

AGENCIES = ("centre", "lumen", "police", "eastmoor", "harbour")


@dataclass(frozen=True)
class World:
    """`names` says aloud whose an id is: a referral's, an agency's, a person's."""

    concluded: Referral
    offered: Referral
    received: Referral
    names: dict


def make_world(cast: Cast) -> World:
    """One referral concluded by the police, one offered to them, one nobody looked at; all from Lumen Social.

    The first is marked TLP:RED, and Cora broke the glass over its narrative.
    """
    for attribute in AGENCIES:
        _things_of_its_own(cast, getattr(cast, attribute))
    concluded = _concluded(cast)
    offered = cast.referral("offered", selectors=(SelectorDraft("account", "@egret", "lumen"),))
    cast.step("ask", offered, cast.ben, to_agency=cast.centre, question="Whose device?")
    cast.step("ask", offered, cast.anil, to_agency=cast.lumen, question="When was it made?")
    received = cast.referral("received", selectors=(SelectorDraft("account", "@stork", "lumen"),))
    _a_shared_case(cast)
    for person in (cast.asha, cast.ben, cast.cora):
        actor = cast.actor(person)
        with acting_as(actor):
            save_filter("triage", f"{person.name.split()[0]}'s", "", by=actor, at=timezone.now())
    for person in (cast.asha, cast.ben, cast.bea, cast.anil, cast.cora):
        _a_document_that_waits(cast.actor(person))
    for agency in (cast.lumen, cast.police, cast.centre):
        _somebody_invited(agency)
    with acting_as(CLOCK):
        reckon(by=CLOCK, at=timezone.now())
        count_scorecards(by=CLOCK, at=timezone.now())
    _somebody_called(cast, offered)
    _a_plan(cast.cora, offered)
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        break_glass(
            concluded.pk, why="child_at_risk", reason="A meeting is planned.", by=cora, at=timezone.now()
        )
    otis = cast.actor(cast.otis)
    with acting_as(otis):
        audit.look_into(
            "many_records", cast.ben.pk, timezone.now(), "A hand-over.", by=otis, at=timezone.now()
        )
    notifications.spread_waiting(at=timezone.now())
    _one_attempt_at_each_delivery()
    names = {concluded.pk: "concluded", offered.pk: "offered", received.pk: "received"}
    names |= {getattr(cast, attribute).pk: attribute for attribute in AGENCIES}
    return World(concluded, offered, received, names)


def _things_of_its_own(cast, agency) -> None:
    clock = {"by": CLOCK, "at": timezone.now()}
    actor = cast.actor(getattr(cast, f"{_attribute(cast, agency)}_client"))
    with acting_as(CLOCK):
        agencies.add_capability(
            agency=agency,
            environment="dark_web",
            skill="triage",
            jurisdiction=f"GB {timezone.now().timestamp()}",
            weekly_capacity=10,
            **clock,
        )
    with acting_as(CLOCK), writing():
        at, today = timezone.now(), timezone.localdate()
        WorkWeight.objects.create(agency=agency, band="P1", weight=3)
        Absence.objects.create(
            agency=agency, starts_on=today, ends_on=today, share=50, made_by=CLOCK.id, made_at=at
        )
        CapabilityProposal.objects.create(agency=agency, lines=[], proposed_by=CLOCK.id, proposed_at=at)
    with acting_as(actor):
        notifications.add_endpoint("https://127.0.0.1/hook", by=actor, at=timezone.now())


def _somebody_called(cast, referral) -> None:
    """The police are to answer; Ben was called, and Cora of the Centre."""
    at = timezone.now()
    with acting_as(CLOCK), writing():
        alarm = Alarm.objects.create(
            referral=referral, agency=cast.police, why="offered", raised_at=at, next_at=at + timedelta(days=1)
        )
        for person in (cast.ben, cast.cora):
            AlarmCall.objects.create(
                alarm=alarm,
                rung=0,
                agency=person.agency,
                person=person,
                channel="inbox",
                called_at=at,
                next_at=at,
            )


def _a_plan(coordinator, referral) -> None:
    """A coordinator planned it, by rules that were written down."""
    at, who = timezone.now(), {"asked_by": coordinator.pk, "asked_by_name": coordinator.name}
    with acting_as(CLOCK), writing():
        rules = Rulebook.objects.create(
            version=1, body={}, why="As it was.", made_by=coordinator.pk, made_by_name="C", made_at=at
        )
        Rehearsal.objects.create(rulebook=rules, against=0, days=7, asked_at=at, touched_at=at, **who)
        planned = Plan.objects.create(
            asked_at=at, touched_at=at, asked_for="What is unassigned", referral_ids=[referral.pk], **who
        )
        PlanLine.objects.create(
            plan=planned, referral=referral, position=0, version=referral.version, task={}
        )


def _somebody_invited(agency) -> None:
    at = timezone.now()
    with acting_as(CLOCK), writing():
        Invitation.objects.create(
            agency_id=agency.pk,
            email="guest@guests.example",
            name="Guest",
            role="analyst",
            invited_by=CLOCK.id,
            made_at=at,
            sent_at=at,
        )


def _a_document_that_waits(actor) -> None:
    with acting_as(actor):
        planned = plan(b"<report/>", written_in=NAMED["cybertipline"], by=actor)
        stage(planned, name="", by=actor, at=timezone.now())


def _concluded(cast) -> Referral:
    start = timezone.now() - timedelta(hours=2)
    referral = cast.referral("received", at=start, handling=Handling(tlp="RED"))
    step = partial(cast.step, referral=referral, at=start + timedelta(minutes=5))
    step("triage", who=cast.anil, priority="P2", factors={"coercion": "yes"})
    step("offer", who=cast.cora, to_agency=cast.police)
    step("accept", who=cast.ben)
    step("ask", who=cast.ben, to_agency=cast.lumen, question="Which time zone?")
    step("ask", who=cast.anil, to_agency=cast.police, question="How many accounts?")
    for person in (cast.asha, cast.anil, cast.ben):
        actor = cast.actor(person)
        with acting_as(actor):
            take(referral.pk, by=actor, at=timezone.now())
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        tell_source(referral.pk, code="UNDER_ENQUIRY", by=ben, at=start + timedelta(minutes=6))
    return step(
        "conclude",
        who=cast.ben,
        outcomes=(
            OutcomeDraft("ARREST", 1, detail="Kept within the force."),
            OutcomeDraft("CHILD_SAFEGUARDED", 2, detail="The family is supported.", share_detail=True),
        ),
    )


def _a_shared_case(cast) -> None:
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        case = cases.open_case("Operation with an invented name", by=ben, at=timezone.now())
        cases.share(case.pk, with_agency=cast.eastmoor, by=ben, at=timezone.now())


def _one_attempt_at_each_delivery() -> None:
    while delivery := notifications.lease_next(at=timezone.now()):
        failed = sending.failed(delivery, OSError("nobody is there"), at=timezone.now())
        notifications.settle(delivery, failed, at=timezone.now())


def _attribute(cast, agency) -> str:
    return next(attribute for attribute in AGENCIES if getattr(cast, attribute) == agency)
