"""Take in a document that another organisation's format wrote, and say what became of every part of it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from exchange import cybertipline
from exchange.drafts import Draft as Told
from exchange.drafts import Reading, Skipped
from exchange.xml_document import DocumentRefused
from ohsc.core import plain_text
from ohsc.core.actor import Actor
from ohsc.core.shapes import read_moment
from referrals.access import visible_referrals, visible_reports
from referrals.actions import receive
from referrals.drafts import Arrival, Draft, Handling, SelectorDraft
from referrals.models import Referral, Report


@dataclass(frozen=True)
class Item:
    """A referral made from one report of the document, and what of that report was left."""

    referral: Referral
    missing: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    refused: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    """What became of a document."""

    report: Report
    items: list[Item]
    skipped: list[Skipped]
    already: bool = False


def import_cybertipline(document: bytes, *, content_type: str, by: Actor, at: datetime) -> Imported:
    """One referral for each report in the document, or, where it came before, those made then.

    Raises DocumentRefused where it is not taken, and AlreadyReceived where one of its reports came in another.
    """
    reading = cybertipline.read(document)
    if earlier := _earlier(document, by):
        return _again(earlier, reading, by)
    _refuse_a_number_twice(reading)
    wire = {"reports": [told.wire for told in reading.drafts]}
    arrival = Arrival("document", content_type, document, wire)
    made = receive([draft_of(told) for told in reading.drafts], arrival=arrival, by=by, at=at)
    items = [
        Item(referral, told.missing, told.skipped, told.refused)
        for referral, told in zip(made, reading.drafts, strict=True)
    ]
    return Imported(made[0].report, items, reading.skipped)


def _earlier(document: bytes, by: Actor) -> Report | None:
    sha256 = hashlib.sha256(document).digest()
    reports = visible_reports(by).filter(source=by.agency_id, sha256=sha256, kind=Report.Kind.DOCUMENT)
    return reports.first()


def _again(report: Report, reading: Reading, by: Actor) -> Imported:
    made = visible_referrals(by).filter(report=report).order_by("external_ref", "reference")
    told = {told.external_ref: told for told in reading.drafts if told.external_ref}
    items = []
    for referral in made:
        then = told.get(referral.external_ref, Told())
        items.append(Item(referral, list(referral.missing), then.skipped, then.refused))
    return Imported(report, items, reading.skipped, already=True)


def _refuse_a_number_twice(reading: Reading) -> None:
    numbers = Counter(told.external_ref for told in reading.drafts if told.external_ref)
    if twice := [number for number, count in numbers.items() if count > 1]:
        raise DocumentRefused(
            "same_report_twice", f"Two reports of this document have the number {twice[0][:100]!a}."
        )


def draft_of(told: Told) -> Draft:
    """A draft read from a document, as the plain data of a new referral."""
    return Draft(
        summary=plain_text.made_visible(told.summary),
        environment=told.environment or "",
        harm_type=told.harm_type or "",
        narrative=plain_text.made_visible(told.narrative),
        occurred_at=read_moment(told.occurred_at),
        external_ref=told.external_ref or "",
        source_priority=told.source_priority or "",
        escalate_reason=plain_text.made_visible(told.escalate_reason),
        jurisdiction=told.jurisdiction or "",
        factors=dict(told.factors),
        selectors=tuple(
            SelectorDraft(**selector | {"seen_at": read_moment(selector.get("seen_at"))})
            for selector in told.selectors
        ),
        handling=Handling(**told.handling) if told.handling else None,
        declaration=plain_text.made_visible(told.declaration or ""),
    )
