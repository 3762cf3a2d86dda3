"""Take one step of the table: check, change, record, tell, in one transaction."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db.models import Q

from agencies.models import Agency
from audit import actions as audit
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.words import Environment
from referrals import notices
from referrals.access import standing, visible_history, visible_offers, visible_questions, visible_referrals
from referrals.actions import alarms, feedback, register
from referrals.actions.effects import EFFECTS, Changed, Taking
from referrals.actions.receive import history_row
from referrals.actions.refused import GivenRefused, StepRefused, VersionStale
from referrals.drafts import Given
from referrals.models import Holding, Offer, PartyRow, Referral, StepTaken
from referrals.priority import BANDS, why_not_a_factor
from referrals.transitions import OPEN, OUTCOMES, STEPS, Fact, Step, facts_of, why_not

# Another organisation sees more than before.
DISCLOSES = {"offer", "pass-on", "accept", "conclude", "ask", "answer"}


# What a step may be given besides its reason, each only where the table says so.
OTHERS = (
    "priority", "factors", "environment", "harm_type", "to_agency", "agreement", "because", "outcomes", "question",
    "answer", "question_id",
)  # fmt: skip


def perform(name: str, *, referral_id: UUID, by: Actor, at: datetime, given: Given | None = None) -> Referral:
    """Take the step `name` on a referral, and return the referral after it.

    Raises GivenRefused (shape), Referral.DoesNotExist (absent, or not the actor's to see), VersionStale, and
    StepRefused (not open to this actor now), in that order. Nothing is changed then.
    """
    step, given = STEPS[name], given or Given()
    check_given(step, given)
    referral = _locked(referral_id, by)
    if given.version is not None and given.version != referral.version:
        raise VersionStale(f"The referral is at version {referral.version}, not {given.version}.")
    stands, known = standing(referral, by), facts(referral, by) if step.requires else frozenset()
    if problem := why_not(
        step, status=referral.status, standing=stands, permissions=by.permissions, facts=known
    ):
        second = referral.status not in step.sources or (step.requires and step.requires not in known)
        raise StepRefused(f"{problem}{_what_came_first(referral, by) if second else ''}")

    with writing():
        centre = Agency.objects.get(is_centre=True)
        before, band = referral.status, referral.band
        changed = EFFECTS[name](referral, given, Taking(by, at, centre))
        _move(referral, step, at)
        feedback.follow(step, referral, at=at)
        taken = _history(step, referral, given, changed, before, by=by, at=at)
        taken.save(force_insert=True)
        _record(step, referral, given, changed, by=by, at=at)
        if "P1" in (band, referral.band):
            alarms.after_step(name, referral, became=band != referral.band, by=by, at=at)
        register.keep_step(
            step,
            referral,
            offer=changed.offer,
            question=changed.question,
            recalled=changed.recalled,
            by=by,
            at=at,
        )
        _tell(step, referral, changed, centre, taken, by=by, at=at)
    return referral


def facts(referral: Referral, by: Actor) -> frozenset[Fact]:
    """What besides its status this referral's steps depend on, as the actor may see it."""
    offer = visible_offers(by).filter(referral=referral, state=Offer.State.OPEN).first()
    asked = visible_questions(by).filter(
        referral=referral, to_agency=by.agency_id, answered_at=None, lapsed_at=None
    )
    return facts_of(
        offered=offer is not None,
        acknowledged=offer is not None and offer.acknowledged_at is not None,
        asked=asked.exists(),
    )


def check_given(step: Step, given: Given) -> None:
    """Does what is given fit the step? Asked before anything is looked up."""
    errors = {}
    for need in step.needs:
        if not getattr(given, need):
            errors[need] = f"{step.label} needs {need}."
    if given.reason_code and given.reason_code not in dict(step.codes):
        known = ", ".join(dict(step.codes)) or "none"
        errors["reason_code"] = f"Not a reason for this step. Use one of: {known}."
    if given.priority and given.priority not in BANDS:
        errors["priority"] = f"Use one of: {', '.join(BANDS)}."
    if unknown := [outcome.code for outcome in given.outcomes if outcome.code not in OUTCOMES]:
        errors["outcomes"] = f"Not an outcome: {', '.join(unknown)}. Use: {', '.join(OUTCOMES)}."
    if given.environment and given.environment not in Environment.values:
        errors["environment"] = f"Use one of: {', '.join(Environment.values)}."
    for key, answer in given.factors.items():
        if problem := why_not_a_factor(key, answer):
            errors[f"factors/{key}"] = problem
    for name in OTHERS:
        if getattr(given, name) and name not in (*step.needs, *step.takes):
            errors[name] = f"{step.label} does not take {name}."
    if errors:
        raise GivenRefused(errors)


def _locked(referral_id: UUID, by: Actor) -> Referral:
    """The row, locked by the writing role, and then seen again by the actor: a waiter on a row lock gets the row
    even when its right to it ended meanwhile. Whoever may not see it never reaches the lock."""
    seen = visible_referrals(by).filter(pk=referral_id)
    seen.only("pk").get()
    with writing():
        list(Referral.objects.filter(pk=referral_id).select_for_update().values_list("pk"))
    return seen.select_related("source", "custodian", "harm_type").get()


def _what_came_first(referral: Referral, by: Actor) -> str:
    """Who was first, for the one who came second; from the history the actor may see."""
    last = (
        visible_history(by)
        .filter(referral=referral)
        .select_related("agency", "to_agency")
        .order_by("-version")
        .first()
    )
    return f" {notices.sentence(last, by)}" if last else ""


def _move(referral: Referral, step: Step, at: datetime) -> None:
    referral.status = step.target(referral.status)
    referral.version += 1
    referral.updated_at = at
    if referral.status in OPEN:
        referral.closed_at = None
    else:
        referral.closed_at = referral.closed_at or at
    referral.save(force_update=True)


def _history(
    step: Step, referral: Referral, given: Given, changed: Changed, before: str, *, by: Actor, at: datetime
) -> StepTaken:
    """The step's line; the source sees its own questions and those put to it, and no proposal."""
    question = changed.question
    row = history_row(
        step,
        referral,
        by=by,
        at=at,
        from_status=before,
        to_agency_id=given.to_agency.pk if given.to_agency and "to_agency" in step.needs else None,
        reason_code=given.reason_code,
        reason=given.reason,
        missing=referral.missing if step.name == "reject" else [],
        question=question,
        proposes=changed.proposes,
    )
    if question is not None:
        row.source_sees = referral.source_id in (question.from_agency_id, question.to_agency_id)
        row.to_agency_id = question.to_agency_id if step.name == "ask" else question.from_agency_id
    if changed.proposes:
        row.source_sees = False
    return row


def _record(
    step: Step, referral: Referral, given: Given, changed: Changed, *, by: Actor, at: datetime
) -> None:
    question = changed.question
    seen_by = {
        "offer": changed.offered_id,
        "pass-on": changed.offered_id,
        "accept": by.agency_id,
        "conclude": referral.source_id,
        "ask": question and question.to_agency_id,
        "answer": question and question.from_agency_id,
    }
    recipient = seen_by.get(step.name)
    audit.record(
        audit.Kind.DISCLOSURE if step.name in DISCLOSES else audit.Kind.ALTERATION,
        step.topic,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[referral.pk],
        recipient_ids=[recipient] if recipient else [],
        purpose=_rests_on(changed) if step.name in ("offer", "pass-on") else "",
        details={
            "version": referral.version,
            "reason_code": given.reason_code,
            "priority": given.priority,
            **({"proposes": changed.proposes} if changed.proposes else {}),
            **({"question": str(question.pk)} if question else {}),
            **({"confirms": "conditions"} if step.name == "accept" and referral.handling_conditions else {}),
        },
    )


def _rests_on(changed: Changed) -> str:
    """The agreement and the law under an offer."""
    agreement = changed.offer.agreement if changed.offer else None
    return f"{agreement.reference}: {agreement.get_gateway_display()}" if agreement else ""


def _tell(
    step: Step,
    referral: Referral,
    changed: Changed,
    centre: Agency,
    taken: StepTaken,
    *,
    by: Actor,
    at: datetime,
) -> None:
    if changed.proposes:  # nothing has changed yet, and a colleague may be the second person
        told = {referral.custodian_id, centre.pk}
    else:
        told = notices.agencies_told(
            step, referral, changed.offered_id, changed.question, centre_id=centre.pk
        )
        told |= changed.left
        told.discard(by.agency_id)
    holders = dict(
        Holding.objects.filter(referral=referral, agency__in=told).values_list("agency_id", "person_id")
    )
    if changed.left:
        Holding.objects.filter(referral=referral, agency__in=changed.left).delete()
    what: _Told = {
        "topic": step.topic,
        "subject": ("referral", referral.pk, referral.reference, referral.version),
        "says": f"A second person is to confirm {changed.proposes}" if changed.proposes else step.done,
        "at": at,
    }
    notifications.tell(
        sorted(told),
        first_to=holders,
        otherwise={changed.offered_id: notices.TAKEN_BACK} if changed.recalled and changed.offered_id else {},
        urgent=referral.band == "P1" and step.name in ("offer", "pass-on", "ask"),
        **what,
    )
    parties = PartyRow.objects.filter(referral=referral).filter(Q(until=None) | Q(until=at))
    find_it = notices.agencies_that_find(
        taken, parties.values_list("agency_id", "capacity"), centre_id=centre.pk
    )
    notifications.tell(sorted(find_it - told), feed_only=True, **what)


class _Told(TypedDict):
    topic: str
    subject: tuple[str, UUID, str, int]
    says: str
    at: datetime
