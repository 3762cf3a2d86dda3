"""Rules of routing: write a draft, switch it on as the second of two people, go back to rules that were in force.

A draft is never changed: another is written. So what was rehearsed is what is switched on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from agencies.access import visible_agreements
from agencies.models import Agency
from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.access import visible_rehearsals, visible_rulebooks
from referrals.actions.refused import GivenRefused, StepRefused, only_coordinators
from referrals.models import Rehearsal, Rulebook
from referrals.routing.gathering import every_standing, rules_now
from referrals.routing.supposing import MOST_POINTS, Supposed, read_supposed, what_is_not_so
from referrals.rules import RulesRefused, read_rules

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('ohsc.rules'))"


def draft_rules(
    body: Mapping[str, Any], supposed: Supposed, *, why: str, by: Actor, at: datetime
) -> Rulebook:
    """Write a draft. Raises GivenRefused, naming each rule that cannot be; StepRefused where nothing differs."""
    only_coordinators(by, "Rules")
    try:
        rules = read_rules(body)
    except RulesRefused as refused:
        raise GivenRefused(refused.errors) from None
    if not why.strip():
        raise GivenRefused({"why": "Say what this is to achieve."})
    _check(supposed, by)
    with writing():
        _alone()
        if rules.written() == rules_now(by).written() and not supposed:
            raise StepRefused("Nothing differs from the rules in force.")
        book = Rulebook.objects.create(
            version=_next(),
            body=rules.written(),
            supposes=supposed.written() if supposed else {},
            why=why.strip(),
            made_by=by.id,
            made_by_name=by.name,
            made_at=at,
        )
        _record("rules.drafted", book, by=by, at=at)
    return book


def switch_on(rulebook_id: UUID, *, by: Actor, at: datetime) -> Rulebook:
    """Put a draft in force, from the next decision on. Raises Rulebook.DoesNotExist, and StepRefused with why not."""
    only_coordinators(by, "Rules")
    with writing():
        _alone()
        book = visible_rulebooks(by).get(pk=rulebook_id)
        if problem := why_not_on(book, by, at=at):
            raise StepRefused(problem)
        Rulebook.objects.filter(in_force_from__isnull=False, in_force_until=None).update(in_force_until=at)
        book.confirmed_by, book.confirmed_by_name, book.in_force_from = by.id, by.name, at
        book.save(update_fields=["confirmed_by", "confirmed_by_name", "in_force_from"])
        _record("rules.switched_on", book, by=by, at=at)
    return book


def roll_back(version: int, *, why: str, by: Actor, at: datetime) -> Rulebook:
    """Bring back rules that were in force; 0: those in the code. One person is enough: two switched them on.

    Raises Rulebook.DoesNotExist, GivenRefused, StepRefused.
    """
    only_coordinators(by, "Rules")
    if not why.strip():
        raise GivenRefused({"why": "Say why, for whoever asks later."})
    with writing():
        _alone()
        body: Mapping[str, Any] = {}
        if version:
            body = visible_rulebooks(by).get(version=version, in_force_from__isnull=False).body
        if read_rules(body).written() == rules_now(by).written():
            raise StepRefused("These rules are in force.")
        Rulebook.objects.filter(in_force_from__isnull=False, in_force_until=None).update(in_force_until=at)
        book = Rulebook.objects.create(
            version=_next(),
            body=dict(body),
            back_to=version,
            why=why.strip(),
            made_by=by.id,
            made_by_name=by.name,
            made_at=at,
            in_force_from=at,
        )
        _record("rules.rolled_back", book, by=by, at=at)
    return book


def why_not_on(book: Rulebook, by: Actor, *, at: datetime) -> str:
    """Why this person cannot switch it on now, as a sentence; "" when they can."""
    if book.in_force_from:
        return "It was switched on before. Go back to it instead."
    if book.made_by == by.id:
        return "You wrote it. A second coordinator switches it on."
    supposed = read_supposed(book.supposes)
    if read_rules(book.body).written() == rules_now(by).written():
        return "Its rules are those in force. What it supposes is for the agencies to do."
    tried = visible_rehearsals(by).filter(rulebook=book, state=Rehearsal.State.DONE)
    if not tried.filter(against=rules_now(by).version).exists():
        return "Rehearse it first, beside the rules that are in force now."
    return next(iter(not_so(supposed, by, at=at)), "")


def not_so(supposed: Supposed, by: Actor, *, at: datetime) -> list[str]:
    """What a draft supposes and is not so, each as a sentence."""
    if not supposed:
        return []
    points = {str(one.agency.pk): one.full_week for one in every_standing(by, at=at)}
    agreements = list(visible_agreements(by).filter(discloser__is_centre=True))
    names = {str(pk): name for pk, name in Agency.objects.values_list("pk", "name")}
    return list(what_is_not_so(supposed, points, agreements, names, timezone.localtime(at).date()))


def _check(supposed: Supposed, by: Actor) -> None:
    agencies = {
        str(pk) for pk in Agency.objects.filter(is_active=True, is_centre=False).values_list("pk", flat=True)
    }
    agreements = {
        str(pk)
        for pk in visible_agreements(by).filter(discloser__is_centre=True).values_list("pk", flat=True)
    }
    errors = {}
    if any(not 0 <= many <= MOST_POINTS for many in supposed.points.values()):
        errors["points"] = f"Points are from 0 to {MOST_POINTS:,}."
    if not {*supposed.points, *(one.agency for one in supposed.like)} <= agencies:
        errors["points"] = "There is no such agency."
    if not {*supposed.ended, *(one.agreement for one in supposed.like)} <= agreements:
        errors["ended"] = "There is no such agreement."
    if errors:
        raise GivenRefused(errors)


def _alone() -> None:
    """Nobody else writes rules until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)


def _next() -> int:
    return (Rulebook.objects.aggregate(last=Max("version"))["last"] or 0) + 1


def _record(action: str, book: Rulebook, *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="rulebook",
        subject_ids=[book.pk],
        details={"version": book.version},
    )
