"""What is owed to sources, and what came of what they sent? As the reader may see it; the look is recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.pagination import Cursor, after, page
from ohsc.core.shapes import read_moment, shown_moment
from ohsc.core.spreadsheet import MOST_ROWS, written
from referrals.access import (
    listed_referrals,
    visible_feedback_owed,
    visible_outcome_details,
    visible_outcomes,
    visible_progress,
    visible_referrals,
)
from referrals.actions.register import note_export
from referrals.feedback import days_late
from referrals.models import FeedbackOwed, Outcome, Progress, Referral
from referrals.record import consulted
from referrals.transitions import OUTCOMES, Party, Status

CUSTODIAN, SOURCE = "custodian", "source"
DUE = {"overdue": "Overdue", "owed": "Owed, not due yet"}
SHOWN = 25
COUNTED = timedelta(days=365)  # how far back the counts of a source's page go
HEADER = (
    "Reference", "Your reference", "Band", "State", "Source", "Custodian", "Received (UTC)", "Last told (UTC)",
    "Last word", "Outcomes", "Word owed by (UTC)", "Days late",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Whose side, and what narrows it; nothing where anything will do."""

    role: str
    status: str = ""
    due: str = ""

    def said(self) -> list[str]:
        """The names of the filters that are on, for the audit."""
        return [name for name in ("status", "due") if getattr(self, name)]


@dataclass(frozen=True)
class Row:
    """One referral: what its source was told last, what came of it, and what it waits for."""

    referral: Referral
    at: datetime
    owed: FeedbackOwed | None = None
    told: Progress | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    details: dict[UUID, str] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        return self.owed is not None and self.owed.due_at <= self.at

    @property
    def late(self) -> int:
        """Whole days."""
        return days_late(self.owed.due_at, self.at) if self.owed else 0

    @property
    def results(self) -> list[tuple[Outcome, str]]:
        """Each outcome with the words beside it, where the reader may have them."""
        return [(outcome, self.details.get(outcome.pk, "")) for outcome in self.outcomes]


class FirstDue(NamedTuple):
    """The row after which a page of what is owed starts: what is due first comes first."""

    due_at: datetime
    id: UUID

    def written(self) -> str:
        return f"{self.due_at.isoformat()}_{self.id}"

    @classmethod
    def read(cls, text: str) -> "FirstDue | None":
        due_at, _, name = text.partition("_")
        try:
            moment = read_moment(due_at)
            return cls(moment, UUID(name)) if moment else None
        except ValueError:
            return None


def late_with(actor: Actor) -> QuerySet[FeedbackOwed]:
    """The words that the actor's agency owes and is late with."""
    return visible_feedback_owed(actor).filter(
        agency=actor.agency_id, ended_at=None, due_at__lte=timezone.now()
    )


def owes_anything(actor: Actor) -> bool:
    """Does the actor's agency owe any word? For the Centre: does anybody?"""
    return _owed(actor, Wanted(CUSTODIAN), timezone.now()).exists()


def owed_first(
    actor: Actor, wanted: Wanted, place: FirstDue | None, *, at: datetime
) -> tuple[list[Row], FirstDue | None]:
    """What the actor's agency owes (the Centre: what any does), due first, and where the next page begins."""
    rows = _owed(actor, wanted, at).order_by("due_at", "id")
    if place:
        rows = rows.filter(Q(due_at__gt=place.due_at) | Q(due_at=place.due_at, id__gt=place.id))
    found, more = page(rows[: SHOWN + 1], SHOWN)
    listed = _rows(_in_the_order_of([owed.referral_id for owed in found], actor), actor, at)
    _looked(listed, actor, wanted, at)
    return listed, FirstDue(found[-1].due_at, found[-1].pk) if more else None


def newest_first(
    actor: Actor, wanted: Wanted, cursor: Cursor | None, limit: int, *, at: datetime
) -> tuple[list[Row], Cursor | None]:
    """What came of what the actor's agency sent, or holds; newest first, and where the next page begins."""
    rows = after(_referrals(actor, wanted, at), cursor, at="arrived_at").select_related("source", "custodian")
    found, more = page(rows[: limit + 1], limit)
    listed = _rows(found, actor, at)
    _looked(listed, actor, wanted, at)
    return listed, Cursor(found[-1].received_at, found[-1].pk) if more else None


def how_many(actor: Actor, wanted: Wanted, *, at: datetime) -> dict[str, int]:
    """How many words are owed and how many of them are late, of those that this list is about."""
    return _owed(actor, Wanted(wanted.role), at).aggregate(
        owed=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=at))
    )


def by_status(actor: Actor, wanted: Wanted, *, at: datetime) -> list[tuple[str, str, int]]:
    """How many of the last year's stand where: status, its name, and the count, in the order of the journey."""
    rows = _referrals(actor, Wanted(wanted.role), at).filter(arrived_at__gt=at - COUNTED)
    counted = dict(rows.order_by().values_list("status").annotate(count=Count("pk")))
    return [(status, label, counted[status]) for status, label in Status.choices if status in counted]


def count_for_file(actor: Actor, wanted: Wanted, *, at: datetime) -> int:
    """How many lines a file would have, up to one more than it holds."""
    return _referrals(actor, wanted, at)[: MOST_ROWS + 1].count()


def export(actor: Actor, wanted: Wanted, *, at: datetime, purpose: str) -> bytes:
    """The newest of these as CSV: references, codes and days, and no words that anybody wrote. It is recorded."""
    rows = after(_referrals(actor, wanted, at), None, at="arrived_at").select_related("source", "custodian")
    listed = _rows(list(rows[:MOST_ROWS]), actor, at)
    audit.record(
        audit.Kind.DISCLOSURE,
        "feedback.exported",
        by=actor,
        at=at,
        subject_type="referral",
        subject_ids=[row.referral.pk for row in listed],
        recipient_ids=[actor.home_id],
        purpose=f"a file of feedback: {purpose}",
        details={"rows": len(listed), "role": wanted.role, "filters": wanted.said()},
    )
    note_export(len(listed), by=actor, at=at)
    return written(HEADER, (_cells(row, actor) for row in listed))


def _owed(actor: Actor, wanted: Wanted, at: datetime) -> QuerySet[FeedbackOwed]:
    """The words that are owed, on the side that is asked for."""
    rows = visible_feedback_owed(actor).filter(ended_at=None)
    if not actor.is_centre:
        mine = Q(agency=actor.agency_id) if wanted.role == CUSTODIAN else Q(referral__source=actor.agency_id)
        rows = rows.filter(mine)
    if wanted.due:
        rows = rows.filter(due_at__lte=at) if wanted.due == "overdue" else rows.filter(due_at__gt=at)
    return rows


def _referrals(actor: Actor, wanted: Wanted, at: datetime) -> QuerySet[Referral]:
    """The referrals on the side that is asked for, with `arrived_at`; for the Centre, all."""
    capacities = () if actor.is_centre else (Party(wanted.role),)
    rows = listed_referrals(actor, capacities, [wanted.status] if wanted.status else [])
    if wanted.role == CUSTODIAN and actor.is_centre:
        rows = rows.exclude(custodian=actor.agency_id)
    if wanted.due:
        owed = _owed(actor, wanted, at).filter(referral=OuterRef("pk"))
        rows = rows.filter(Exists(owed), status=Status.ACCEPTED)
    return rows


def _in_the_order_of(ids: Sequence[UUID], actor: Actor) -> list[Referral]:
    found = visible_referrals(actor).select_related("source", "custodian").in_bulk(ids)
    return [found[key] for key in ids if key in found]


def _rows(referrals: Iterable[Referral], actor: Actor, at: datetime) -> list[Row]:
    """The referrals with what hangs on them, in four statements whatever their number."""
    referrals = list(referrals)
    ids = [referral.pk for referral in referrals]
    owed = {
        one.referral_id: one
        for one in visible_feedback_owed(actor)
        .filter(referral__in=ids, ended_at=None)
        .select_related("agency")
    }
    words = (
        visible_progress(actor)
        .filter(referral__in=ids)
        .select_related("agency")
        .order_by("referral", "-at", "-id")
    )
    told = {one.referral_id: one for one in words.distinct("referral")}
    outcomes: dict[UUID, list[Outcome]] = {}
    for outcome in (
        visible_outcomes(actor).filter(referral__in=ids).select_related("agency").order_by("at", "id")
    ):
        outcomes.setdefault(outcome.referral_id, []).append(outcome)
    details = dict(visible_outcome_details(actor).filter(referral__in=ids).values_list("outcome_id", "text"))
    return [
        Row(
            referral=referral,
            at=at,
            owed=owed.get(referral.pk),
            told=told.get(referral.pk),
            outcomes=outcomes.get(referral.pk, []),
            details=details,
        )
        for referral in referrals
    ]


def _looked(listed: Iterable[Row], actor: Actor, wanted: Wanted, at: datetime) -> None:
    ids = [row.referral.pk for row in listed]
    consulted("feedback.listed", ids, actor, at=at, role=wanted.role, filters=wanted.said())


def _cells(row: Row, actor: Actor) -> tuple[str, ...]:
    referral = row.referral
    is_own = referral.source_id == actor.agency_id or referral.custodian_id == actor.agency_id
    return (
        referral.reference,
        referral.external_ref if is_own or actor.is_centre else "",
        referral.band,
        referral.get_status_display(),
        referral.source.name,
        referral.custodian.name,
        shown_moment(referral.received_at) or "",
        shown_moment(row.told.at) if row.told else "",  # type: ignore[return-value]
        row.told.get_code_display() if row.told else "",
        "; ".join(OUTCOMES[outcome.code] for outcome in row.outcomes),
        shown_moment(row.owed.due_at) or "" if row.owed else "",
        str(row.late) if row.is_late else "",
    )
