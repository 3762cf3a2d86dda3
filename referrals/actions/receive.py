"""Take in what a source sends: the report as it came, and a referral for each draft in it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Model, Q

from agencies.models import Agency
from audit import actions as audit
from cases.actions import fingerprint, held_before, hold_selectors
from cases.selectors import Normal, SelectorRefused, normalise
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.references import new_reference
from ohsc.core.together import insert, together
from referrals import priority
from referrals.access import sent_before, visible_referrals, visible_reports
from referrals.actions import alarms, custody, segments
from referrals.drafts import Arrival, Draft, Handling, SelectorDraft
from referrals.handling import problems
from referrals.models import Factor, Narrative, Referral, Report, Sighting, StepTaken
from referrals.transitions import RECEIVE, Party, Status, Step

MAKE_REFERRALS = "referrals.make"


class AlreadyReceived(Exception):
    """The source sent this before; `referrals` are those it made then, as far as the actor may see them."""

    def __init__(self, sentence: str, referrals: Sequence[Referral]):
        super().__init__(sentence)
        self.referrals = list(referrals)


# What else is written in the same statement: the answers that are kept, made of the referrals and their places among
# what was sent.
WrittenWith = Callable[[Sequence[tuple[int, Referral]]], Sequence[Model]]


def _nothing_else(made: Sequence[tuple[int, Referral]]) -> Sequence[Model]:
    return []


def receive(
    drafts: Sequence[Draft],
    *,
    arrival: Arrival,
    by: Actor,
    at: datetime,
    written_with: WrittenWith = _nothing_else,
) -> list[Referral]:
    """A report and its referrals, in the custody of the Centre, sent by the actor's agency.

    Raises AlreadyReceived when the same document came before (source and hash), or a referral with the same
    external_ref; nothing is made then. The caller has checked the drafts' shape.
    """
    _require(by)
    _refuse_a_second_time(drafts, arrival, by)
    try:
        with writing():
            return _take_in([(arrival, drafts)], by, at, written_with)
    except IntegrityError:
        # The same came at the same moment. It is committed by now, or the database would not have refused.
        _refuse_a_second_time(drafts, arrival, by)
        raise


def receive_each(
    sent: Sequence[tuple[Arrival, Draft]],
    *,
    by: Actor,
    at: datetime,
    written_with: WrittenWith = _nothing_else,
) -> list[Referral | AlreadyReceived]:
    """As `receive`, for many arrivals of one draft each, in a number of statements that does not grow with them.

    In the order sent: the referral made, or why none was. Raises IntegrityError, with nothing made, where the same
    came at the same moment; tried again, it says so in its place.
    """
    _require(by)
    known = _earlier_by_reference([draft.external_ref for _, draft in sent if draft.external_ref], by)
    results: list[Referral | AlreadyReceived | None] = []
    to_make: list[tuple[Arrival, Sequence[Draft]]] = []
    places: list[int] = []
    for place, (arrival, draft) in enumerate(sent):
        if draft.external_ref in known:
            earlier = known[draft.external_ref]
            results.append(_already([earlier]) if earlier else _twice([draft.external_ref]))
            continue
        if draft.external_ref:
            known[draft.external_ref] = None  # a second one in the same breath is refused
        results.append(None)
        to_make.append((arrival, [draft]))
        places.append(place)
    made: Iterator[Referral] = iter([])
    if to_make:
        with writing():
            made = iter(_take_in(to_make, by, at, written_with, places))
    return [next(made) if result is None else result for result in results]


def _require(by: Actor) -> None:
    if not by.may(MAKE_REFERRALS):
        raise PermissionDenied("This role, or this token, does not send referrals.")


def _take_in(
    sent: Sequence[tuple[Arrival, Sequence[Draft]]],
    by: Actor,
    at: datetime,
    written_with: WrittenWith,
    places: Sequence[int] | None = None,
) -> list[Referral]:
    """Everything arrivals make, by the writing role, in one statement."""
    home, centre = _home_and_centre(by)
    reports = [_report(arrival, len(drafts), by, at) for arrival, drafts in sent]
    pairs = [
        (_referral(draft, report, home, centre, by, at), draft)
        for report, (_, drafts) in zip(reports, sent, strict=True)
        for draft in drafts
    ]
    referrals = [referral for referral, _ in pairs]
    with together():
        insert(reports)
        sightings = _write(pairs, by, at)
        audit.record(
            audit.Kind.COLLECTION,
            RECEIVE.topic,
            by=by,
            at=at,
            subject_type="referral",
            subject_ids=[referral.pk for referral in referrals],
            recipient_ids=[centre.pk],
            details={"reports": [str(report.pk) for report in reports], "kind": sent[0][0].kind},
        )
        _tell_the_centre(referrals, centre, by, at)
        insert(written_with(list(zip(places or range(len(referrals)), referrals, strict=True))))
    _record_what_was_joined(sightings, by, at)
    return referrals


def _record_what_was_joined(sightings: Sequence[Sighting], by: Actor, at: datetime) -> None:
    """A selector that the agency held already is one with its earlier sightings: records were combined.

    Asked once all is written, so that of two arrivals at one moment the second sees what the first brought.
    """
    seen_in: dict[UUID, set[UUID]] = {}
    for sighting in sightings:
        if sighting.selector_id is not None:
            seen_in.setdefault(sighting.selector_id, set()).add(sighting.referral_id)
    joined = {
        key for key, referrals in seen_in.items() if len(referrals) > 1
    }  # of one document, or one request
    joined |= held_before(seen_in, at=at) if seen_in else set()
    if joined:
        audit.record(
            audit.Kind.COMBINATION,
            "referral.matched",
            by=by,
            at=at,
            subject_type="referral",
            subject_ids=dict.fromkeys(each.referral_id for each in sightings if each.selector_id in joined),
            details={"selectors": sorted(map(str, joined))},
        )


def _home_and_centre(by: Actor) -> tuple[Agency, Agency]:
    """The agency that sends, and the Centre that takes it into custody."""
    agencies = Agency.objects.filter(Q(pk=by.home_id) | Q(is_centre=True)).only("slug", "name", "is_centre")
    found = {agency.pk: agency for agency in agencies}
    return found[by.home_id], next(agency for agency in found.values() if agency.is_centre)


def _report(arrival: Arrival, referral_count: int, by: Actor, at: datetime) -> Report:
    return Report(
        source_id=by.home_id,
        kind=arrival.kind,
        content_type=arrival.content_type,
        sha256=_hash(arrival),
        raw=arrival.raw,
        wire=arrival.wire,
        # A custodian reads a document that brought one referral: not one that holds others' matters besides.
        referral_count=max(referral_count, arrival.holds),
        received_at=at,
    )


def _tell_the_centre(referrals: Sequence[Referral], centre: Agency, by: Actor, at: datetime) -> None:
    for referral in referrals:
        notifications.tell(
            [centre.pk] if centre.pk != by.agency_id else [],
            topic=RECEIVE.topic,
            subject=("referral", referral.pk, referral.reference, referral.version),
            says="New referral, suggested P1: human eyes within the hour",
            at=at,
            to_people=referral.band == "P1",
        )


def _hash(arrival: Arrival) -> bytes:
    return hashlib.sha256(arrival.raw).digest()


def _refuse_a_second_time(drafts: Sequence[Draft], arrival: Arrival, by: Actor) -> None:
    if arrival.kind == Report.Kind.DOCUMENT:
        same = visible_reports(by).filter(source=by.agency_id, sha256=_hash(arrival), kind=arrival.kind)
        earlier = same.first()
        if earlier is not None:
            made = visible_referrals(by).filter(report=earlier).order_by("received_at", "id")
            raise AlreadyReceived("This document was imported before.", list(made))
    references = [draft.external_ref for draft in drafts if draft.external_ref]
    if twice := sorted({reference for reference in references if references.count(reference) > 1}):
        raise _twice(twice)
    if known := _earlier_by_reference(references, by):
        raise _already([earlier for earlier in known.values() if earlier])


def _earlier_by_reference(references: Sequence[str], by: Actor) -> dict[str, Referral | None]:
    """What this source sent before under these references of its own."""
    if not references:
        return {}
    known = list(sent_before(by, references).values_list("pk", flat=True))
    if not known:
        return {}
    same = visible_referrals(by).filter(pk__in=known).select_related("source", "custodian", "harm_type")
    return {row.external_ref: row for row in same}


def _already(known: Sequence[Referral]) -> AlreadyReceived:
    again = ", ".join(f"{referral.external_ref} is {referral.reference}" for referral in known)
    return AlreadyReceived(f"Already received: {again}.", known)


def _twice(references: Sequence[str]) -> AlreadyReceived:
    return AlreadyReceived(f"In this document more than once: {', '.join(references)}.", [])


def judged(draft: Draft) -> tuple[priority.Suggestion, priority.Actionability]:
    """The band its answers suggest and how complete it is: as they will be kept, to show before anything is."""
    suggestion = priority.suggest_band(
        draft.factors, source_priority=draft.source_priority or None, escalate_reason=draft.escalate_reason
    )
    return suggestion, priority.actionability(draft.body())


def _referral(
    draft: Draft, report: Report, home: Agency, centre: Agency, by: Actor, at: datetime
) -> Referral:
    suggestion, complete = judged(draft)
    handling = draft.handling or Handling()
    if wrong := problems(vars(handling)):  # every entrance refuses this, each in its own way
        raise ValueError(" ".join(wrong.values()))
    return Referral(
        reference=new_reference("R"),
        external_ref=draft.external_ref,
        source=home,
        custodian=centre,
        report=report,
        status=Status.RECEIVED,
        environment=draft.environment,
        harm_type_id=draft.harm_type or None,
        summary=draft.summary,
        jurisdiction=draft.jurisdiction,
        occurred_at=draft.occurred_at,
        declaration=draft.declaration,
        source_priority=draft.source_priority,
        escalate_reason=draft.escalate_reason,
        suggested_priority=suggestion.band,
        suggested_because=list(suggestion.because),
        band=suggestion.band,
        actionability=complete.score,
        missing=list(complete.missing),
        classification=handling.classification,
        tlp=handling.tlp,
        pap=handling.pap,
        source_grade=handling.source_grade,
        information_grade=handling.information_grade,
        handling_code=handling.code,
        handling_conditions=handling.conditions,
        wished_agency=draft.to_agency,
        received_at=at,
        updated_at=at,
        clock_from=at,
        due_at=priority.eyes_due(suggestion.band, at),
    )


def _write(pairs: Sequence[tuple[Referral, Draft]], by: Actor, at: datetime) -> list[Sighting]:
    """The parties first, for the database looks for the custodian when the referral comes. Gives the sightings."""
    insert(
        [
            custody.party_row(referral, agency, capacity, at)
            for referral, _ in pairs
            for agency, capacity in (
                (referral.source_id, Party.SOURCE),
                (referral.custodian_id, Party.CUSTODIAN),
            )
        ]
    )
    insert([referral for referral, _ in pairs])
    alarms.raise_on_arrival([referral for referral, _ in pairs], by=by, at=at)
    insert(
        [Narrative(referral=referral, text=draft.narrative) for referral, draft in pairs if draft.narrative]
    )
    insert(
        list(chain.from_iterable(factor_rows(referral, draft.factors, by, at) for referral, draft in pairs))
    )
    sightings = _write_sightings(pairs, by, at)
    insert([segments.first_segment(referral, referral.custodian_id, at=at) for referral, _ in pairs])
    insert([history_row(RECEIVE, referral, by=by, at=at) for referral, _ in pairs])
    return sightings


def _write_sightings(pairs: Sequence[tuple[Referral, Draft]], by: Actor, at: datetime) -> list[Sighting]:
    given = [(referral, draft, _normal(draft)) for referral, body in pairs for draft in body.selectors]
    held = hold_selectors({normal for *_, normal in given if normal is not None}, agency_id=by.home_id, at=at)
    sightings = [
        Sighting(
            referral=referral,
            agency_id=by.home_id,
            selector_id=held[normal] if normal else None,
            fingerprint=fingerprint(normal) if normal else None,
            fingerprint_anywhere=fingerprint(replace(normal, platform="")) if normal else None,
            kind=draft.kind,
            value=draft.value,
            platform=draft.platform,
            seen_at=draft.seen_at,
            port=draft.port,
            at=at,
        )
        for referral, draft, normal in given
    ]
    insert(sightings)
    return sightings


def _normal(draft: SelectorDraft) -> Normal | None:
    """A selector without a normal form is kept as it was given: a mistyped number may still be the only lead."""
    try:
        return normalise(draft.kind, draft.value, platform=draft.platform)
    except SelectorRefused:
        return None


def factor_rows(referral: Referral, factors: Mapping[str, str], by: Actor, at: datetime) -> list[Factor]:
    return [
        Factor(referral=referral, key=key, value=value, agency_id=by.home_id, at=at)
        for key, value in factors.items()
    ]


def history_row(
    step: Step, referral: Referral, *, by: Actor, at: datetime, from_status: str = "", **more: Any
) -> StepTaken:
    """A line of history for a referral already in its new state."""
    return StepTaken(
        referral=referral,
        step=step.name,
        from_status=from_status,
        to_status=referral.status,
        version=referral.version,
        at=at,
        agency_id=by.agency_id,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        custodian_id=referral.custodian_id,
        priority=referral.priority,
        source_sees=step.source_sees,
        **more,
    )
