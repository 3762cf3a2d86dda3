"""Take in a document that another organisation's format wrote, and say what becomes of every part of it.

`plan` reads and judges, and writes nothing; `take_in` makes what a plan says. The preview shows the very plan that
is then made.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from exchange import formats
from exchange.document import DocumentRefused
from exchange.drafts import Draft as Told
from exchange.drafts import Reading, Skipped
from exchange.formats import Format
from ohsc.core import plain_text
from ohsc.core.actor import Actor
from ohsc.core.shapes import read_moment
from referrals import handling
from referrals.access import visible_referrals, visible_reports
from referrals.actions import judged, receive
from referrals.drafts import Arrival, Draft, Handling, SelectorDraft
from referrals.models import Referral, Report
from referrals.priority import Actionability, Suggestion


@dataclass(frozen=True)
class Planned:
    """The referral that one report of a document would be; or, where it came before, the one it is."""

    told: Told
    draft: Draft
    suggestion: Suggestion
    complete: Actionability
    known: Referral | None = None


@dataclass(frozen=True)
class Plan:
    """What would be made of a document now. `earlier`: the whole of it came before, and nothing would."""

    document: bytes
    content_type: str
    written_in: Format
    items: list[Planned]
    skipped: list[Skipped]  # beside the reports
    earlier: Report | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.document).hexdigest()

    @property
    def new(self) -> list[Planned]:
        return [] if self.earlier else [item for item in self.items if item.known is None]

    @property
    def known(self) -> list[Referral]:
        """What some of its reports were made into before."""
        return [item.known for item in self.items if item.known is not None]


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


def plan(document: bytes, *, written_in: Format, content_type: str = "", by: Actor) -> Plan:
    """What would be made of this document for the actor's agency. DocumentRefused where it is not taken."""
    reading = formats.read(document, written_in)
    earlier = made_from(hashlib.sha256(document).digest(), by)
    if not earlier:
        _refuse_a_number_twice(reading)
    known = _made_before((told.external_ref for told in reading.drafts if told.external_ref), by)
    items = []
    for told in reading.drafts:
        draft = draft_of(told)
        items.append(Planned(told, draft, *judged(draft), known=known.get(told.external_ref or "")))
    return Plan(
        document, content_type or written_in.content_types[0], written_in, items, reading.skipped, earlier
    )


def take_in(planned: Plan, *, by: Actor, at: datetime, known_are_left: bool = False) -> Imported:
    """A referral for each report of the plan, or, where the document came before, those made then.

    Raises AlreadyReceived where one of its reports came in another document, unless the known are left as they are.
    """
    if planned.earlier:
        return _again(planned.earlier, planned, by)
    chosen = planned.new if known_are_left else planned.items
    arrival = Arrival(
        "document",
        planned.content_type,
        planned.document,
        {"reports": [item.told.wire for item in planned.items]},
        holds=len(planned.items),
    )
    made = receive([item.draft for item in chosen], arrival=arrival, by=by, at=at)
    items = [
        Item(referral, item.told.missing, item.told.skipped, item.told.refused)
        for referral, item in zip(made, chosen, strict=True)
    ]
    return Imported(made[0].report, items, planned.skipped)


def made_from(sha256: bytes, by: Actor) -> Report | None:
    """The report that the actor's own agency's document of this hash became, if it did."""
    reports = visible_reports(by).filter(source=by.agency_id, sha256=sha256, kind=Report.Kind.DOCUMENT)
    return reports.first()


def _made_before(numbers: Iterable[str], by: Actor) -> dict[str, Referral]:
    same = visible_referrals(by).filter(source=by.agency_id, external_ref__in=list(numbers))
    return {referral.external_ref: referral for referral in same}


def _again(report: Report, planned: Plan, by: Actor) -> Imported:
    made = visible_referrals(by).filter(report=report).order_by("external_ref", "reference")
    told = {item.told.external_ref: item.told for item in planned.items if item.told.external_ref}
    items = []
    for referral in made:
        then = told.get(referral.external_ref, Told())
        items.append(Item(referral, list(referral.missing), then.skipped, then.refused))
    return Imported(report, items, planned.skipped, already=True)


def _refuse_a_number_twice(reading: Reading) -> None:
    numbers = Counter(told.external_ref for told in reading.drafts if told.external_ref)
    if twice := [number for number, count in numbers.items() if count > 1]:
        raise DocumentRefused(
            "same_report_twice", f"Two reports of this document have the number {twice[0][:100]!a}."
        )


def draft_of(told: Told) -> Draft:
    """A draft read from a document, as the plain data of a new referral."""
    return Draft(
        summary=plain_text.made_visible(told.summary, lines=False),
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
        handling=_handling(told),
        declaration=plain_text.made_visible(told.declaration or ""),
    )


def _handling(told: Told) -> Handling | None:
    """How the document says it may be handled. What may not be held here is refused, and with it the document."""
    if not told.handling:
        return None
    if wrong := handling.problems(told.handling):
        raise DocumentRefused("handling", " ".join(wrong.values()))
    return Handling(**told.handling)
