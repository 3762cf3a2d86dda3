"""Take one step of the table: check, change, record, tell, in one transaction."""

from datetime import datetime
from uuid import UUID

from agencies.models import Agency
from audit import actions as audit
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.words import Environment
from referrals import notices
from referrals.access import standing, visible_history, visible_referrals
from referrals.actions.effects import EFFECTS, Changed, EffectRefused
from referrals.actions.receive import history_row
from referrals.drafts import Given
from referrals.models import Holding, Referral
from referrals.priority import BANDS, why_not_a_factor
from referrals.transitions import OUTCOMES, STEPS, Status, Step, why_not

DISCLOSES = {"offer", "accept", "conclude"}  # another organisation sees more than before


class StepRefused(Exception):
    """This step is not open now. The message is written for the person who tried."""


class VersionStale(Exception):
    """Somebody changed the referral since the caller read it."""


class GivenRefused(Exception):
    """What was given does not fit the step: `errors` maps a field's name to a sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


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
    if problem := why_not(
        step, status=referral.status, standing=standing(referral, by), permissions=by.permissions
    ):
        raise StepRefused(f"{problem}{_what_came_first(step, referral, by)}")

    with writing():
        centre = Agency.objects.get(is_centre=True)
        before = referral.status
        try:
            changed = EFFECTS[name](referral, given, by=by, at=at, centre=centre)
        except EffectRefused as refusal:
            raise StepRefused(str(refusal)) from None
        _move(referral, step, at)
        history = history_row(
            step,
            referral,
            by=by,
            at=at,
            from_status=before,
            to_agency_id=changed.offered_id if step.name == "offer" else None,
            reason_code=given.reason_code,
            reason=given.reason,
            missing=referral.missing if step.name == "reject" else [],
        )
        history.save(force_insert=True)
        _record(step, referral, given, changed, by=by, at=at)
        _tell(step, referral, changed, centre, by=by, at=at)
    return referral


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
    for name in ("priority", "factors", "environment", "harm_type", "to_agency", "agreement", "outcomes"):
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


def _what_came_first(step: Step, referral: Referral, by: Actor) -> str:
    """Who was first, for the one who came second; from the history the actor may see."""
    if referral.status in step.sources:
        return ""
    last = (
        visible_history(by)
        .filter(referral=referral)
        .select_related("agency", "to_agency")
        .order_by("-version")
        .first()
    )
    return f" {notices.sentence(last, by)}" if last else ""


def _move(referral: Referral, step: Step, at: datetime) -> None:
    referral.status = step.target
    referral.version += 1
    referral.updated_at = at
    referral.closed_at = at if step.target in (Status.CONCLUDED, Status.REJECTED, Status.WITHDRAWN) else None
    referral.save(force_update=True)


def _record(
    step: Step, referral: Referral, given: Given, changed: Changed, *, by: Actor, at: datetime
) -> None:
    discloses = step.name in DISCLOSES
    seen_by = {"offer": changed.offered_id, "accept": by.agency_id, "conclude": referral.source_id}
    recipient = seen_by.get(step.name)
    audit.record(
        audit.Kind.DISCLOSURE if discloses else audit.Kind.ALTERATION,
        step.topic,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[referral.pk],
        recipient_ids=[recipient] if recipient else [],
        purpose=changed.rests_on,
        details={"version": referral.version, "reason_code": given.reason_code, "priority": given.priority},
    )


def _tell(
    step: Step, referral: Referral, changed: Changed, centre: Agency, *, by: Actor, at: datetime
) -> None:
    told = notices.agencies_told(step, referral, offered_id=changed.offered_id, centre_id=centre.pk)
    told.discard(by.agency_id)
    holders = dict(
        Holding.objects.filter(referral=referral, agency__in=told).values_list("agency_id", "person_id")
    )
    if changed.left_id is not None:
        Holding.objects.filter(referral=referral, agency=changed.left_id).delete()
    notifications.tell(
        sorted(told),
        topic=step.topic,
        subject=("referral", referral.pk, referral.reference, referral.version),
        says=step.done,
        at=at,
        first_to=holders,
    )
