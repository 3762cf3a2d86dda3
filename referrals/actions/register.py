"""Write the register of disclosures: a line for each, in the transaction of the step that discloses."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.disclosures import Disclosed
from ohsc.core.together import insert
from referrals.actions import receipts
from referrals.models import Disclosure, Offer, OutcomeDetail, Question, Referral, Report
from referrals.transitions import Step

_K, _P = Disclosure.Kind, Disclosure.Part
# What an agency reads of a referral that it is asked to take (`referrals.access`).
OFFERED = (_P.SUMMARY, _P.HANDLING, _P.FACTS, _P.SELECTORS, _P.RISK, _P.HISTORY)


def keep(disclosed: Disclosed) -> None:
    """One line. The caller is writing."""
    subject_type, subject_id, reference = disclosed.subject
    line = Disclosure(
        kind=disclosed.kind,
        at=disclosed.at,
        subject_type=subject_type,
        subject_id=subject_id,
        reference=reference,
        from_agency_id=disclosed.from_id,
        to_agency_id=disclosed.to_id,
        agreement_id=disclosed.agreement_id,
        agreement=disclosed.agreement,
        gateway=disclosed.gateway,
        parts=[str(part) for part in disclosed.parts],
        rows=disclosed.rows,
        offer_id=disclosed.offer_id,
        by_kind=disclosed.by.kind,
        by_id=disclosed.by.id,
        by_agency_id=disclosed.by.agency_id,
        by_name=disclosed.by.name,
    )
    insert([line])


def take_back(subject_id: UUID, to_id: UUID, at: datetime) -> None:
    """What was shown of this record to that agency is shown no more. The caller is writing."""
    shown = Disclosure.objects.filter(subject_id=subject_id, to_agency_id=to_id, recalled_at=None)
    shown.update(recalled_at=at)


def note_export(rows: int, *, by: Actor, at: datetime) -> None:
    """A list was taken out as a file: it leaves this system, though to the agency's own people."""
    with writing():
        keep(
            Disclosed(
                kind=_K.EXPORT,
                subject=("referral", None, ""),
                from_id=by.home_id,
                to_id=by.home_id,
                parts=(_P.ROWS,),
                by=by,
                at=at,
                rows=rows,
            )
        )


def keep_step(
    step: Step,
    referral: Referral,
    *,
    offer: Offer | None,
    question: Question | None,
    recalled: bool,
    by: Actor,
    at: datetime,
) -> None:
    """What this step showed to whom; or that an offer was taken back, with the receipt of what had been read.

    `offer` is the one that the step made, accepted or ended. The caller is writing.
    """
    if recalled and offer is not None:
        lines = Disclosure.objects.filter(subject_id=referral.pk, offer_id=offer.pk, recalled_at=None)
        lines.update(recalled_at=at, read_before=receipts.read_before(referral, offer, at=at))
    for to_id, parts in _shown(step, referral, offer, question, by):
        if to_id == by.agency_id and step.name != "accept":
            continue  # its own source, as where the Centre concludes for itself
        from_id = offer.from_agency_id if step.name == "accept" and offer else by.home_id
        rests_on = offer if step.name in ("offer", "pass-on", "accept") else None
        keep(
            Disclosed(
                kind=step.name,
                subject=("referral", referral.pk, referral.reference),
                from_id=from_id,
                to_id=to_id,
                parts=tuple(parts),
                by=by,
                at=at,
                agreement_id=rests_on.agreement_id if rests_on else None,
                agreement=rests_on.agreement.reference if rests_on else "",
                gateway=rests_on.agreement.gateway if rests_on else "",
                offer_id=rests_on.pk if rests_on and step.name != "accept" else None,
            )
        )


def _shown(
    step: Step, referral: Referral, offer: Offer | None, question: Question | None, by: Actor
) -> Iterable[tuple[UUID, Iterable[str]]]:
    """Which agency sees more than before, and what."""
    if step.name in ("offer", "pass-on") and offer:
        yield offer.to_agency_id, OFFERED
    elif step.name == "accept":
        alone = Report.objects.filter(pk=referral.report_id, referral_count=1).exists()
        yield by.home_id, (_P.NARRATIVE, _P.REPORT) if alone else (_P.NARRATIVE,)
    elif step.name == "conclude":
        told = OutcomeDetail.objects.filter(referral=referral, for_source=True).exists()
        yield referral.source_id, (_P.OUTCOMES, _P.DETAIL) if told else (_P.OUTCOMES,)
    elif step.name == "ask" and question:
        yield question.to_agency_id, (_P.QUESTION,)
    elif step.name == "answer" and question:
        yield question.from_agency_id, (_P.ANSWER,)
