"""What was disclosed, by whom, to whom, under which law, and what was taken back? The register, as a reader sees it.

The look is recorded. It holds references, never content; people are named to their own agency and to the Centre.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from agencies.models import Agency
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.pagination import Cursor, after, page
from ohsc.core.shapes import shown_moment
from ohsc.core.spreadsheet import MOST_ROWS, written
from referrals.access import visible_disclosures, visible_referrals
from referrals.models import Disclosure
from referrals.receipts import Line, lines_of

SHOWN = 50
HEADER = (
    "When (UTC)", "What", "Reference", "From", "To", "Agreement", "Legal gateway", "Parts", "By", "Taken back (UTC)",
    "Read before it was taken back",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What narrows the register; nothing where anything will do."""

    kind: str = ""
    agency: UUID | None = None
    reference: str = ""
    recalled: bool = False
    since: date | None = None
    until: date | None = None

    def said(self) -> list[str]:
        """The names of the filters that are on, for the audit."""
        return [name for name, value in vars(self).items() if value]


@dataclass(frozen=True)
class Entry:
    """One line of the register, in words for this reader."""

    line: Disclosure
    from_name: str
    to_name: str
    by: str
    is_here: bool  # its referral may be opened by the reader
    receipt: list[Line]

    @property
    def parts(self) -> str:
        if self.line.rows is not None:
            return f"{self.line.rows} rows of a list"
        return ", ".join(Disclosure.Part(part).label for part in self.line.parts)


def open_register(
    actor: Actor, wanted: Wanted, cursor: Cursor | None, *, at: datetime
) -> tuple[list[Entry], Cursor | None]:
    """A part of the register, newest first, and where the next begins."""
    found, more = page(after(_wanted(actor, wanted), cursor, at="at")[: SHOWN + 1], SHOWN)
    _looked("disclosures.listed", audit.Kind.CONSULTATION, found, actor, at, filters=wanted.said())
    following = Cursor(found[-1].at, found[-1].pk) if more else None
    return _entries(found, actor), following


def count_for_file(actor: Actor, wanted: Wanted) -> int:
    """How many lines a file would have, up to one more than it holds."""
    return _wanted(actor, wanted)[: MOST_ROWS + 1].count()


def export(actor: Actor, wanted: Wanted, *, at: datetime, purpose: str) -> bytes:
    """The newest of these lines as CSV; what is taken is recorded."""
    found = list(after(_wanted(actor, wanted), None, at="at")[:MOST_ROWS])
    _looked(
        "disclosures.exported",
        audit.Kind.DISCLOSURE,
        found,
        actor,
        at,
        recipient_ids=[actor.home_id],
        purpose=f"a file of the register of disclosures: {purpose}",
        filters=wanted.said(),
        rows=len(found),
    )
    return written(HEADER, (_cells(entry) for entry in _entries(found, actor)))


def _wanted(actor: Actor, wanted: Wanted) -> QuerySet[Disclosure]:
    rows = visible_disclosures(actor)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.agency:
        rows = rows.filter(Q(from_agency_id=wanted.agency) | Q(to_agency_id=wanted.agency))
    if wanted.reference:
        rows = rows.filter(reference=wanted.reference)
    if wanted.recalled:
        rows = rows.filter(recalled_at__isnull=False)
    if wanted.since:
        rows = rows.filter(at__gte=timezone.make_aware(datetime.combine(wanted.since, time.min)))
    if wanted.until:
        rows = rows.filter(at__lte=timezone.make_aware(datetime.combine(wanted.until, time.max)))
    return rows


def _entries(lines: Iterable[Disclosure], actor: Actor) -> list[Entry]:
    lines = list(lines)
    names = dict(
        Agency.objects.filter(
            pk__in={line.from_agency_id for line in lines} | {line.to_agency_id for line in lines}
        ).values_list("pk", "name")
    )
    referrals = {line.subject_id for line in lines if line.subject_type == "referral" and line.subject_id}
    here = set(visible_referrals(actor).filter(pk__in=referrals).values_list("pk", flat=True))
    return [
        Entry(
            line=line,
            from_name=names[line.from_agency_id],
            to_name=names[line.to_agency_id],
            by=_by(line, names, actor),
            is_here=line.subject_id in here,
            receipt=lines_of(line.read_before or ()),
        )
        for line in lines
    ]


def _by(line: Disclosure, names: Mapping[UUID, str], actor: Actor) -> str:
    """Who did it: by name to their own agency and the Centre, to others as a person or a system of theirs."""
    agency = names.get(line.by_agency_id, "the Centre") if line.by_agency_id else "the clock"
    if actor.is_centre or line.by_agency_id == actor.agency_id:
        return f"{line.by_name}, {agency}" if line.by_name else agency
    return f"A {'system' if line.by_kind == 'client' else 'person'} of {agency}"


def _cells(entry: Entry) -> tuple[str, ...]:
    line = entry.line
    return (
        shown_moment(line.at) or "",
        line.get_kind_display(),
        line.reference,
        entry.from_name,
        entry.to_name,
        line.agreement,
        line.get_gateway_display() if line.gateway else "",
        entry.parts,
        entry.by,
        shown_moment(line.recalled_at) or "",
        "; ".join(f"{read.part} ({read.by}, {shown_moment(read.first)})" for read in entry.receipt),
    )


def _looked(
    action: str,
    kind: audit.Kind,
    found: Iterable[Disclosure],
    actor: Actor,
    at: datetime,
    *,
    recipient_ids: Iterable[UUID] = (),
    purpose: str = "",
    **details: Any,
) -> None:
    audit.record(
        kind,
        action,
        by=actor,
        at=at,
        subject_type="disclosure",
        subject_ids=[line.pk for line in found],
        recipient_ids=recipient_ids,
        purpose=purpose,
        details=details,
    )
