"""What came to be placed in the last days, and what was known of every agency then? What a rehearsal reads.

Of what was offered, the first offer of each referral, with what was kept with it. Of what is unassigned still, what is
known now, as if it had come to be placed when it was received.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from agencies.access import visible_agreements
from agencies.models import Agency
from ohsc.core.actor import Actor
from referrals.access import visible_decisions, visible_referrals, visible_snapshots
from referrals.actions.offering import why_no_offer
from referrals.models import Referral
from referrals.routing.facts import Between, Receiver, read_between, read_receiver, read_task
from referrals.routing.gathering import gather
from referrals.routing.replaying import Arrival
from referrals.routing.supposing import Supposed, agreements_supposed, with_points
from referrals.transitions import Status

MOST = 10_000  # arrivals; of more, the newest


def arrivals_since(since: datetime, actor: Actor, *, at: datetime) -> list[Arrival]:
    """What came since, in the order in which it came."""
    offered = _offered(since, actor)
    waiting = _waiting(since, {one.task.id for one in offered}, actor, at=at)
    return sorted([*offered, *waiting], key=lambda one: (one.at, one.task.id))[-MOST:]


def supposing(arrivals: Sequence[Arrival], supposed: Supposed, actor: Actor) -> list[Arrival]:
    """The same arrivals, had it been as it is supposed."""
    rows: dict[int, tuple[Receiver, ...]] = {}
    for one in arrivals:
        rows.setdefault(id(one.receivers), tuple(with_points(one.receivers, supposed)))
    found = [replace(one, receivers=rows[id(one.receivers)]) for one in arrivals]
    return _under_other_agreements(found, supposed, actor) if supposed.agreements_change else found


def _offered(since: datetime, actor: Actor) -> list[Arrival]:
    first = (
        visible_decisions(actor)
        .filter(at__gte=since, offer__isnull=False)
        .order_by("referral", "at", "id")
        .distinct("referral")
    )
    rows = list(first.values_list("referral", "at", "snapshot", "task", "between", "offer__to_agency"))
    known = {
        pk: tuple(map(read_receiver, receivers))
        for pk, receivers in visible_snapshots(actor)
        .filter(pk__in={row[2] for row in rows})
        .values_list("pk", "receivers")
    }
    ids = [row[0] for row in rows]
    broke = set(
        visible_referrals(actor).filter(pk__in=ids, breached_at__isnull=False).values_list("pk", flat=True)
    )
    return [
        Arrival(
            moment, read_task(task), known[snapshot], _read(between), str(went_to), broke=referral in broke
        )
        for referral, moment, snapshot, task, between, went_to in rows
    ]


def _waiting(since: datetime, offered: set[str], actor: Actor, *, at: datetime) -> list[Arrival]:
    rows = visible_referrals(actor).filter(status=Status.TRIAGED, clock_from__gte=since)
    ids = list(rows.order_by("-clock_from").values_list("pk", flat=True)[:MOST])
    known = gather([pk for pk in ids if str(pk) not in offered], actor, at=at)
    receivers = tuple(known.receivers)
    return [
        Arrival(
            task.clock_from,
            task,
            receivers,
            {one.id: known.between(task, one) for one in receivers},
            broke=known.referrals[task.id].breached_at is not None,
        )
        for task in known.tasks
    ]


def _under_other_agreements(arrivals: list[Arrival], supposed: Supposed, actor: Actor) -> list[Arrival]:
    """What bars those agencies is asked again, of the referral as the Centre had it."""
    every = visible_agreements(actor).filter(discloser__is_centre=True)
    agreements = agreements_supposed(every, supposed)
    agencies = Agency.objects.in_bulk([UUID(key) for key in agreements])
    centre = Agency.objects.get(is_centre=True)
    ids = [one.task.id for one in arrivals]
    referrals = {
        str(row.pk): _with(row, centre)
        for row in visible_referrals(actor).filter(pk__in=ids).select_related("harm_type")
    }
    return [
        replace(one, between=_asked_again(one, referrals.get(one.task.id), agencies.values(), agreements))
        for one in arrivals
    ]


def _asked_again(
    one: Arrival, referral: Referral | None, agencies: Iterable[Agency], agreements: Mapping[str, list]
) -> Mapping[str, Between]:
    if referral is None:
        return one.between
    found = dict(one.between)
    for agency in agencies:
        key = str(agency.pk)
        barred = why_no_offer(referral, agency, agreements[key], at=one.at)
        found[key] = replace(found.get(key, Between()), barred=barred)
    return found


def _with(referral: Referral, centre: Agency) -> Referral:
    """As it was before it was offered. Never saved."""
    other = copy(referral)
    other.custodian_id = centre.pk
    return other


def _read(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Between]:
    return {
        agency: read_between(one)
        if one["past"]
        else _without_a_past(one["barred"], one["agreement"], one["weight"])
        for agency, one in kept.items()
    }


@lru_cache(maxsize=4096)
def _without_a_past(barred: str, agreement: str, weight: int) -> Between:
    """Most pairs are like many others: one value serves them all."""
    return Between(barred, agreement, weight)
