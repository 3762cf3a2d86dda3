"""A plan's life: asked for, worked out by a worker, changed by people, accepted, and then each of its offers made.

A worker that dies leaves nothing half done: what it had worked out is written at once at the end, and each offer stands
with its line in one transaction, and another takes the plan (`claiming`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agencies.access import actor_for_person
from agencies.models import User
from audit import actions as audit
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK, Actor
from referrals.access import visible_plan_lines, visible_plans, visible_referrals
from referrals.actions.claiming import claim, goes_on
from referrals.actions.deciding import matches_of, snapshot_of
from referrals.actions.perform import perform
from referrals.actions.refused import GivenRefused, StepRefused, VersionStale, only_coordinators
from referrals.drafts import Given
from referrals.models import Offer, Plan, PlanLine, Referral
from referrals.routing.facts import written
from referrals.routing.gathering import gather, rules_now
from referrals.routing.planning import Placed, propose
from referrals.transitions import Status

MOST = 10_000  # referrals in one plan
UNDER_WAY = (Plan.State.ASKED, Plan.State.WORKING, Plan.State.ACCEPTING)
OVER = (Plan.State.DONE, Plan.State.CANCELLED, Plan.State.FAILED)
AT_ONCE = 20  # offers between two looks at whether the plan was cancelled


def ask_for_plan(ids: Sequence[UUID], *, asked_for: str, by: Actor, at: datetime) -> Plan:
    """Of these referrals, those that are unassigned now. A worker works it out. Raises StepRefused."""
    only_coordinators(by, "Plans")
    rows = visible_referrals(by).filter(pk__in=list(ids), status=Status.TRIAGED)
    found = list(rows.order_by("reference").values_list("pk", flat=True)[: MOST + 1])
    if not found:
        raise StepRefused("None of these is unassigned any more. Choose others.")
    if len(found) > MOST:
        raise StepRefused(f"A plan takes up to {MOST:,} referrals. Narrow the list.")
    with writing():
        plan = Plan.objects.create(
            asked_by=by.id,
            asked_by_name=by.name,
            asked_at=at,
            touched_at=at,
            asked_for=asked_for,
            referral_ids=found,
        )
        _record("plan.asked", plan, found, by=by, at=at)
        transaction.on_commit(lambda: _ring(plan.pk), robust=True)
    return plan


def work_out(plan_id: UUID, *, at: datetime) -> bool:
    """Work a plan out, if it waits and nobody else does. In steps, each seen as it ends; a cancelled one stops."""
    if not claim(Plan, plan_id, (Plan.State.ASKED, Plan.State.WORKING), Plan.State.WORKING, at=at):
        return False
    with acting_as(CLOCK):
        plan = visible_plans(CLOCK).get(pk=plan_id)
        known, rules = gather(plan.referral_ids, CLOCK, at=at), rules_now(CLOCK)
    tasks = [task for task in known.tasks if known.referrals[task.id].status == Status.TRIAGED]
    if not goes_on(Plan, plan_id, Plan.State.WORKING, 40, at=at):
        return False
    proposal = propose(tasks, known.receivers, known.between, rules, at=at, kind=known.kind)
    if not goes_on(Plan, plan_id, Plan.State.WORKING, 80, at=at):
        return False
    with acting_as(CLOCK), writing():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        if plan.state != Plan.State.WORKING:
            return False
        PlanLine.objects.bulk_create(
            _line(plan, number, placed, known.referrals[placed.task.id])
            for number, placed in enumerate(proposal.lines)
        )
        plan.snapshot = snapshot_of(known.receivers, at=at)
        plan.rules_version = rules.version
        plan.figures = {
            "worth": proposal.worth,
            "bound": proposal.bound,
            "greedy": proposal.greedy,
            "pairs": proposal.pairs,
        }
        plan.state, plan.progress, plan.proposed_at, plan.touched_at = Plan.State.PROPOSED, 100, at, at
        plan.save()
    return True


def move_line(line_id: UUID, slug: str, *, because: str, by: Actor, at: datetime) -> PlanLine:
    """Put one referral of a plan with another agency, or, with no slug, leave it on the board; with why.

    Raises PlanLine.DoesNotExist, GivenRefused, StepRefused.
    """
    only_coordinators(by, "Plans")
    line = visible_plan_lines(by).select_related("plan", "referral__source").get(pk=line_id)
    if not because.strip():
        raise GivenRefused({"because": "Say why, for whoever asks later."})
    chosen = None
    if slug:
        every = matches_of(line.referral, by, at=at)[3]
        chosen = next((one for one in every if one.receiver.slug == slug), None)
        if chosen is None:
            raise GivenRefused({"agency": "There is no such agency."})
        if chosen.is_forbidden:
            raise StepRefused(next(one.says for one in chosen.blockers if one.forbids))
    with writing():
        plan = Plan.objects.select_for_update().get(pk=line.plan_id)
        if plan.state != Plan.State.PROPOSED:
            raise StepRefused(f"The plan is not open to changes: {plan.get_state_display().lower()}.")
        line.agency_id = UUID(chosen.receiver.id) if chosen else None
        line.points = chosen.points if chosen else 0
        line.weight = chosen.between.weight if chosen else 1
        line.reasons = list(chosen.reasons) if chosen else []
        line.against = list(chosen.against) if chosen else []
        line.is_late = chosen.is_late if chosen else False
        line.stays = "" if chosen else "Left on the board by a person."
        line.because, line.changed_by = because.strip(), by.id
        line.save()
        _record("plan.changed", plan, [line.referral_id], by=by, at=at)
    return line


def accept_plan(plan_id: UUID, *, by: Actor, at: datetime) -> Plan:
    """Have its offers made, each in a transaction of its own. Raises Plan.DoesNotExist, StepRefused."""
    only_coordinators(by, "Plans")
    with writing():
        plan = _held(plan_id, by)
        if plan.state != Plan.State.PROPOSED:
            raise StepRefused(f"The plan cannot be accepted: {plan.get_state_display().lower()}.")
        if not PlanLine.objects.filter(plan=plan, agency__isnull=False).exists():
            raise StepRefused("The plan offers nothing to anybody.")
        plan.state, plan.progress, plan.accepted_by, plan.touched_at = Plan.State.ACCEPTING, 0, by.id, at
        plan.save()
        ids = PlanLine.objects.filter(plan=plan, agency__isnull=False).values_list("referral_id", flat=True)
        _record("plan.accepted", plan, list(ids), by=by, at=at)
        transaction.on_commit(lambda: _ring(plan.pk), robust=True)
    return plan


def cancel_plan(plan_id: UUID, *, by: Actor, at: datetime) -> Plan:
    """It goes no further. Offers that were made stay made. Raises Plan.DoesNotExist, StepRefused."""
    only_coordinators(by, "Plans")
    with writing():
        plan = _held(plan_id, by)
        if plan.state in OVER:
            raise StepRefused(f"The plan is over: {plan.get_state_display().lower()}.")
        plan.state, plan.ended_at = Plan.State.CANCELLED, at
        plan.save()
        _record("plan.cancelled", plan, [], by=by, at=at)
    return plan


def make_offers(plan_id: UUID, clock: Callable[[], datetime]) -> bool:
    """The offers of an accepted plan, by whoever accepted it and with their rights as they are now."""
    if not claim(Plan, plan_id, (Plan.State.ACCEPTING,), Plan.State.ACCEPTING, at=clock()):
        return False
    with acting_as(CLOCK):
        plan = visible_plans(CLOCK).get(pk=plan_id)
        assert plan.accepted_by is not None, "only an accepted plan makes offers"
        person = User.objects.get(pk=plan.accepted_by)
        rows = PlanLine.objects.filter(plan=plan, agency__isnull=False).order_by("position")
        lines = list(rows.values_list("pk", flat=True))
    by = actor_for_person(person)
    for done, line_id in enumerate(lines, 1):
        _offer(line_id, by, may=person.may_sign_in, at=clock())
        share = 100 * done // len(lines)
        if done % AT_ONCE == 0 and not goes_on(Plan, plan_id, Plan.State.ACCEPTING, share, at=clock()):
            return False
    with acting_as(CLOCK), writing():
        Plan.objects.filter(pk=plan_id, state=Plan.State.ACCEPTING).update(
            state=Plan.State.DONE, progress=100, ended_at=clock()
        )
    return True


def _offer(line_id: UUID, by: Actor, *, may: bool, at: datetime) -> None:
    """One line: its offer, or why there is none, with what became of it in the same transaction."""
    with acting_as(by):
        with writing():
            line = (
                PlanLine.objects.select_for_update(of=("self",))
                .select_related("agency", "plan")
                .get(pk=line_id)
            )
        if line.offer_id or line.refused or line.plan.state != Plan.State.ACCEPTING:
            return
        refused = "" if may else "Whoever accepted the plan takes part no more."
        given = Given(to_agency=line.agency, version=line.version, because=line.because, plan=line.plan)
        if not refused:
            try:
                with transaction.atomic():
                    perform("offer", referral_id=line.referral_id, by=by, at=at, given=given)
            except StepRefused as refusal:
                refused = str(refusal)
            except VersionStale:
                refused = "It was changed since it was planned."
            except Referral.DoesNotExist:
                refused = "It is not there any more."
        with writing():
            if not refused:
                line.offer = Offer.objects.filter(referral=line.referral_id, state=Offer.State.OPEN).get()
            line.refused = refused
            line.save(update_fields=["offer", "refused"])


def _line(plan: Plan, number: int, placed: Placed, referral: Referral) -> PlanLine:
    chosen = placed.chosen
    agency = UUID(chosen.receiver.id) if chosen else None
    return PlanLine(
        plan=plan,
        referral=referral,
        position=number,
        version=referral.version,
        task=written(placed.task),
        agency_id=agency,
        proposed_id=agency,
        points=chosen.points if chosen else 0,
        weight=chosen.between.weight if chosen else 1,
        reasons=list(chosen.reasons) if chosen else [],
        against=list(chosen.against) if chosen else [],
        stays=placed.stays,
        is_late=placed.is_late,
        others=[
            {
                "agency": one.receiver.id,
                "name": one.receiver.name,
                "points": one.points,
                "blocker": one.blockers[0].says if one.blockers else "",
            }
            for one in placed.others
        ],
    )


def _held(plan_id: UUID, by: Actor) -> Plan:
    visible_plans(by).only("pk").get(pk=plan_id)
    return Plan.objects.select_for_update().get(pk=plan_id)


def _ring(plan_id: UUID) -> None:
    """Tell a worker. Where the bell is not heard, the clock finds the plan."""
    from referrals.tasks import work_on_plan  # the task imports these actions

    work_on_plan.apply_async([str(plan_id)], retry=False, ignore_result=True)


def _record(action: str, plan: Plan, ids: Sequence[UUID], *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=ids,
        purpose="coordination",
        details={"plan": str(plan.pk)},
    )
