"""Keep why a referral was offered where it was: what was known, what the rules made of it, and what a person set aside.

Kept for every offer that the Centre makes, by hand, by a plan or by rule. What another agency has is not known to a
custodian that passes on, so of those nothing is ranked.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from ohsc.core.actor import Actor
from referrals.models import Decision, Offer, Plan, Referral, Snapshot
from referrals.routing.facts import Receiver, Task, kept_receivers, written
from referrals.routing.gathering import Known, gather, rules_now
from referrals.routing.matching import Match, ranked, what_is_set_aside
from referrals.rules import Rules


def matches_of(referral: Referral, by: Actor, *, at: datetime) -> tuple[Known, Task, Rules, list[Match]]:
    """Every agency for this referral as it is now, with what that rests on."""
    known, rules = gather([referral.pk], by, at=at), rules_now(by)
    (task,) = known.tasks
    between = {one.id: known.between(task, one) for one in known.receivers}
    return known, task, rules, ranked(task, known.receivers, between, rules, at=at)


def keep_ranking(
    referral: Referral,
    known: Known,
    task: Task,
    rules: Rules,
    every: list[Match],
    *,
    by: Actor,
    at: datetime,
    offer: Offer | None = None,
    because: str = "",
    plan: Plan | None = None,
) -> Decision:
    """A ranking, as it was. Without an offer: there was nobody to ask."""
    to = str(offer.to_agency_id) if offer else ""
    place = next((number for number, one in enumerate(every, 1) if one.receiver.id == to), None)
    chosen = every[place - 1] if place else None
    return Decision.objects.create(
        referral=referral,
        referral_version=referral.version,
        offer=offer,
        at=at,
        by_kind=by.kind,
        by_id=by.id,
        rules_version=rules.version,
        snapshot=snapshot_of(known.receivers, at=at),
        task=written(task),
        between={one.receiver.id: _said(one) for one in every},
        ranked=[_kept(one) for one in every],
        place=place,
        is_override=chosen is not None and bool(what_is_set_aside(chosen, every)),
        because=because,
        plan=plan,
    )


def snapshot_of(receivers: list[Receiver], *, at: datetime) -> Snapshot:
    """What is known of the agencies, kept once for as long as it stays the same."""
    body = kept_receivers(receivers)
    digest = sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).digest()
    found = Snapshot.objects.filter(sha256=digest).first()
    if found is None:
        Snapshot.objects.bulk_create([Snapshot(sha256=digest, receivers=body, at=at)], ignore_conflicts=True)
        found = Snapshot.objects.get(sha256=digest)
    return found


def _said(one: Match) -> dict[str, Any]:
    between = one.between
    return {
        "barred": between.barred,
        "agreement": between.agreement,
        "weight": between.weight,
        "past": [{"step": past.step, "code": past.code, "says": past.says} for past in between.past],
    }


def _kept(one: Match) -> dict[str, Any]:
    return {
        "agency": one.receiver.id,
        "points": one.points,
        "blockers": [blocker.code for blocker in one.blockers],
        "is_late": one.is_late,
    }
