"""Take in what a source sends: the report as it came, and a referral for each draft in it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from agencies.models import Agency
from audit import actions as audit
from cases.actions import fingerprint, hold_selectors
from cases.selectors import Normal, SelectorRefused, normalise
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.references import new_reference
from referrals import priority
from referrals.access import visible_referrals, visible_reports
from referrals.drafts import Arrival, Draft, Handling, SelectorDraft
from referrals.models import Factor, Narrative, PartyRow, Referral, Report, Sighting, StepTaken
from referrals.transitions import RECEIVE, Party, Status, Step

MAKE_REFERRALS = "referrals.make"


class AlreadyReceived(Exception):
    """The source sent this before; `referrals` are those it made then, as far as the actor may see them."""

    def __init__(self, sentence: str, referrals: Sequence[Referral]):
        super().__init__(sentence)
        self.referrals = list(referrals)


def receive(drafts: Sequence[Draft], *, arrival: Arrival, by: Actor, at: datetime) -> list[Referral]:
    """A report and its referrals, in the custody of the Centre, sent by the actor's agency.

    Raises AlreadyReceived when the same document came before (source and hash), or a referral with the same
    external_ref; nothing is made then. The caller has checked the drafts' shape.
    """
    if not by.may(MAKE_REFERRALS):
        raise PermissionDenied("This role, or this token, does not send referrals.")
    sha256 = hashlib.sha256(arrival.raw).digest()
    _refuse_a_second_time(drafts, arrival, sha256, by)
    try:
        with writing():
            return _take_in(drafts, arrival, sha256, by, at)
    except IntegrityError:
        # The same came at the same moment. It is committed by now, or the database would not have refused.
        _refuse_a_second_time(drafts, arrival, sha256, by)
        raise


def _take_in(
    drafts: Sequence[Draft], arrival: Arrival, sha256: bytes, by: Actor, at: datetime
) -> list[Referral]:
    """Everything an arrival makes, by the writing role."""
    centre = Agency.objects.get(is_centre=True)
    report = Report.objects.create(
        source_id=by.home_id,
        kind=arrival.kind,
        content_type=arrival.content_type,
        sha256=sha256,
        raw=arrival.raw,
        wire=arrival.wire,
        # A custodian reads a document that brought one referral: not one that holds others' matters besides.
        referral_count=max(len(drafts), arrival.holds),
        received_at=at,
    )
    referrals = [_referral(draft, report, centre, by, at) for draft in drafts]
    _write(referrals, drafts, by, at)
    audit.record(
        audit.Kind.COLLECTION,
        RECEIVE.topic,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[referral.pk for referral in referrals],
        recipient_ids=[centre.pk],
        details={"report": str(report.pk), "kind": arrival.kind},
    )
    for referral in referrals:
        notifications.tell(
            [centre.pk] if centre.pk != by.agency_id else [],
            topic=RECEIVE.topic,
            subject=("referral", referral.pk, referral.reference, referral.version),
            says="New referral, suggested P1: human eyes within the hour",
            at=at,
            to_people=referral.band == "P1",
        )
    return referrals


def _refuse_a_second_time(drafts: Sequence[Draft], arrival: Arrival, sha256: bytes, by: Actor) -> None:
    if arrival.kind == Report.Kind.DOCUMENT:
        earlier = visible_reports(by).filter(source=by.agency_id, sha256=sha256, kind=arrival.kind).first()
        if earlier is not None:
            made = visible_referrals(by).filter(report=earlier).order_by("received_at", "id")
            raise AlreadyReceived("This document was imported before.", list(made))
    references = [draft.external_ref for draft in drafts if draft.external_ref]
    if twice := sorted({reference for reference in references if references.count(reference) > 1}):
        raise AlreadyReceived(f"In this document more than once: {', '.join(twice)}.", [])
    if references:
        same = visible_referrals(by).filter(source=by.agency_id, external_ref__in=references)
        if known := list(same.select_related("source", "custodian", "harm_type")):
            again = ", ".join(f"{referral.external_ref} is {referral.reference}" for referral in known)
            raise AlreadyReceived(f"Already received: {again}.", known)


def judged(draft: Draft) -> tuple[priority.Suggestion, priority.Actionability]:
    """The band its answers suggest and how complete it is: as they will be kept, to show before anything is."""
    suggestion = priority.suggest_band(
        draft.factors, source_priority=draft.source_priority or None, escalate_reason=draft.escalate_reason
    )
    return suggestion, priority.actionability(asdict(draft))


def _referral(draft: Draft, report: Report, centre: Agency, by: Actor, at: datetime) -> Referral:
    suggestion, complete = judged(draft)
    handling = draft.handling or Handling()
    return Referral(
        reference=new_reference("R"),
        external_ref=draft.external_ref,
        source_id=by.home_id,
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


def _write(referrals: Sequence[Referral], drafts: Sequence[Draft], by: Actor, at: datetime) -> None:
    """The parties first, for the database looks for the custodian when the referral comes."""
    pairs = list(zip(referrals, drafts, strict=True))
    PartyRow.objects.bulk_create(
        PartyRow(referral=referral, agency_id=agency, capacity=capacity, since=at, received_at=at)
        for referral in referrals
        for agency, capacity in (
            (referral.source_id, Party.SOURCE),
            (referral.custodian_id, Party.CUSTODIAN),
        )
    )
    Referral.objects.bulk_create(referrals)
    Narrative.objects.bulk_create(
        Narrative(referral=referral, text=draft.narrative) for referral, draft in pairs if draft.narrative
    )
    Factor.objects.bulk_create(chain.from_iterable(factor_rows(r, d.factors, by, at) for r, d in pairs))
    _write_sightings(pairs, by, at)
    StepTaken.objects.bulk_create(history_row(RECEIVE, referral, by=by, at=at) for referral in referrals)


def _write_sightings(pairs: Sequence[tuple[Referral, Draft]], by: Actor, at: datetime) -> None:
    sightings = [(referral, draft, _normal(draft)) for referral, body in pairs for draft in body.selectors]
    held = hold_selectors(
        {normal for *_, normal in sightings if normal is not None}, agency_id=by.home_id, at=at
    )
    Sighting.objects.bulk_create(
        Sighting(
            referral=referral,
            agency_id=by.home_id,
            selector_id=held[normal] if normal else None,
            fingerprint=fingerprint(normal) if normal else None,
            kind=draft.kind,
            value=draft.value,
            platform=draft.platform,
            seen_at=draft.seen_at,
            port=draft.port,
            at=at,
        )
        for referral, draft, normal in sightings
    )


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
