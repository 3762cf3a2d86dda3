"""A rehearsal's life: asked for, worked out by a worker, or cancelled. What is replayed: `routing.replaying`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import actions as audit
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK, Actor
from referrals.access import visible_rehearsals, visible_rulebooks
from referrals.actions.claiming import claim, goes_on
from referrals.actions.refused import StepRefused, only_coordinators
from referrals.models import Rehearsal
from referrals.routing.gathering import rules_now
from referrals.routing.past import arrivals_since, supposing
from referrals.routing.replaying import Arrival, Course, again, replay
from referrals.routing.supposing import read_supposed
from referrals.rules import read_rules

DAYS = (7, 14, 28)
TIMES = (1, 2, 5)
MOVED = 200  # of those that would have gone elsewhere, so many are kept by name
OFTEN = 20  # lots between two looks at whether it was cancelled
UNDER_WAY = (Rehearsal.State.ASKED, Rehearsal.State.WORKING)
BANDS = ("P1", "P2", "P3", "P4", "INFO")


def ask_for_rehearsal(rulebook_id: UUID, *, days: int, times: int, by: Actor, at: datetime) -> Rehearsal:
    """Try a draft on the last days, each referral coming so many times. Raises Rulebook.DoesNotExist, StepRefused."""
    only_coordinators(by, "Rehearsals")
    book = visible_rulebooks(by).get(pk=rulebook_id)
    if days not in DAYS or times not in TIMES:
        raise StepRefused("Choose how many days, and how much of it, from the lists.")
    with writing():
        rehearsal = Rehearsal.objects.create(
            rulebook=book,
            against=rules_now(by).version,
            days=days,
            times=times,
            asked_by=by.id,
            asked_by_name=by.name,
            asked_at=at,
            touched_at=at,
        )
        _record("rehearsal.asked", rehearsal, by=by, at=at)
        transaction.on_commit(lambda: _ring(rehearsal.pk), robust=True)
    return rehearsal


def cancel_rehearsal(rehearsal_id: UUID, *, by: Actor, at: datetime) -> Rehearsal:
    """It goes no further. Raises Rehearsal.DoesNotExist, StepRefused."""
    only_coordinators(by, "Rehearsals")
    with writing():
        visible_rehearsals(by).only("pk").get(pk=rehearsal_id)
        rehearsal = Rehearsal.objects.select_for_update().get(pk=rehearsal_id)
        if rehearsal.state not in UNDER_WAY:
            raise StepRefused(f"The rehearsal is over: {rehearsal.get_state_display().lower()}.")
        rehearsal.state, rehearsal.ended_at = Rehearsal.State.CANCELLED, at
        rehearsal.save(update_fields=["state", "ended_at"])
        _record("rehearsal.cancelled", rehearsal, by=by, at=at)
    return rehearsal


def rehearse(rehearsal_id: UUID, clock: Callable[[], datetime]) -> bool:
    """Work one out, if it waits and nobody else does. A cancelled one stops."""
    at = clock()
    if claim(Rehearsal, rehearsal_id, UNDER_WAY, Rehearsal.State.WORKING, at=at) is None:
        return False
    with acting_as(CLOCK):
        asked = visible_rehearsals(CLOCK).select_related("rulebook").get(pk=rehearsal_id)
        today = rules_now(CLOCK)
        as_it_was = arrivals_since(asked.asked_at - timedelta(days=asked.days), CLOCK, at=asked.asked_at)
        as_supposed = supposing(as_it_was, read_supposed(asked.rulebook.supposes), CLOCK)
    came = again(as_it_was, asked.times), again(as_supposed, asked.times)
    rules = today, read_rules(asked.rulebook.body, asked.rulebook.version)

    def half(begins: int) -> Callable[[int, int], bool]:
        def still(done: int, of: int) -> bool:
            share = begins + 48 * done // of
            return done % OFTEN != 0 or goes_on(
                Rehearsal, asked.pk, Rehearsal.State.WORKING, share, at=clock()
            )

        return still

    courses = []
    for number, (arrivals, each) in enumerate(zip(came, rules, strict=True)):
        course = replay(arrivals, each, until=asked.asked_at, goes_on=half(2 + 48 * number))
        if course is None:
            return False
        courses.append(course)
    with acting_as(CLOCK), writing():
        rows = Rehearsal.objects.filter(pk=asked.pk, state=Rehearsal.State.WORKING)
        return bool(
            rows.update(
                state=Rehearsal.State.DONE,
                progress=100,
                ended_at=clock(),
                against=today.version,
                figures=_figures(came[0], *courses),
                moved=_moved(came[0], *courses),
            )
        )


def _figures(arrivals: Sequence[Arrival], today: Course, draft: Course) -> dict[str, Any]:
    """How many, by band and by agency, as it was, under today's rules, and under the draft."""
    bands, agencies = {}, {}
    for band in BANDS:
        ids = {one.task.id for one in arrivals if one.task.band == band}
        if ids:
            bands[band] = {
                "count": len(ids),
                "broke": sum(
                    one.broke for one in arrivals if one.task.band == band and "#" not in one.task.id
                ),
                "late": [len(ids & today.late), len(ids & draft.late)],
                "stays": [len(ids - today.went.keys()), len(ids - draft.went.keys())],
            }
    was = [one.went_to for one in arrivals if "#" not in one.task.id]
    went = [list(course.went.values()) for course in (today, draft)]
    for agency in sorted({*was, *went[0], *went[1]} - {""}):
        agencies[agency] = {
            "was": was.count(agency),
            "gets": [one.count(agency) for one in went],
            "fullest": [course.fullest.get(agency, 0) for course in (today, draft)],
        }
    return {
        "count": len(arrivals),
        "moved": sum(_elsewhere(one, today, draft) for one in arrivals),
        "fit": [_mean(course.fit) for course in (today, draft)],
        "bands": bands,
        "agencies": agencies,
    }


def _moved(arrivals: Sequence[Arrival], today: Course, draft: Course) -> list[dict[str, Any]]:
    """Those that would have gone elsewhere, the most pressing first."""
    found = [one for one in arrivals if "#" not in one.task.id and _elsewhere(one, today, draft)]
    found.sort(key=lambda one: (BANDS.index(one.task.band), one.at, one.task.id))
    return [
        {
            "referral": one.task.id,
            "reference": one.task.reference,
            "band": one.task.band,
            "was": one.went_to,
            "goes": [course.went.get(one.task.id, "") for course in (today, draft)],
            "late": [one.task.id in course.late for course in (today, draft)],
        }
        for one in found[:MOVED]
    ]


def _elsewhere(one: Arrival, today: Course, draft: Course) -> bool:
    return today.went.get(one.task.id) != draft.went.get(one.task.id)


def _mean(points: Mapping[str, int]) -> int:
    return round(sum(points.values()) / len(points)) if points else 0


def _ring(rehearsal_id: UUID) -> None:
    """Tell a worker. Where the bell is not heard, the clock finds it."""
    from referrals.tasks import work_on_rehearsal  # the task imports these actions

    work_on_rehearsal.apply_async([str(rehearsal_id)], retry=False, ignore_result=True)


def _record(action: str, rehearsal: Rehearsal, *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="rulebook",
        subject_ids=[rehearsal.rulebook_id],
        details={"rehearsal": str(rehearsal.pk), "days": rehearsal.days, "times": rehearsal.times},
    )
