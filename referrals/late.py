"""What will be late next, whose clock is it, and what is to be done? What the reader may see; the look is recorded.

Four clocks: to look at it and to act on it (the custodian's), to answer an offer (the offered agency's), to answer a
question (of whoever was asked). An agency finds its own, and the questions of its own that were escalated; the Centre
all. In the order of what is left: a clock that stands still has left what it had when it stopped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from agencies.models import Agency
from ohsc.core.actor import Actor
from ohsc.core.pagination import page
from referrals.access import visible_holdings, visible_offers, visible_questions, visible_referrals
from referrals.actions import chasing
from referrals.feedback_lists import FirstDue
from referrals.models import Offer, Question, Referral
from referrals.record import consulted
from referrals.transitions import ACT, COORDINATE, OPEN, Party, Status

EYES, ACTION, OFFER, QUESTION = "eyes", "action", "offer", "question"
CLOCKS = {
    EYES: "To look at it",
    ACTION: "To act on it",
    OFFER: "To answer an offer",
    QUESTION: "To answer a question",
}
IS_TO = {
    EYES: "is to look at it",
    ACTION: "is to act on it",
    OFFER: "is to answer the offer",
    QUESTION: "is to answer a question",
}
HORIZONS = {"late": "Late now", "4h": "Next 4 hours", "24h": "Next 24 hours", "": "This week"}
UNTIL = {"late": timedelta(0), "4h": timedelta(hours=4), "24h": timedelta(hours=24), "": timedelta(days=7)}
SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """What narrows the page; "" where anything will do. `agency` is whose clock it is; "" within the week."""

    agency: str = ""
    band: str = ""
    clock: str = ""
    horizon: str = ""


@dataclass(frozen=True)
class Row:
    """One clock of one referral."""

    clock: str
    referral: Referral
    agency: Agency  # whose time it is
    ends: datetime  # when it runs out; while it stands still, when it would if it went on now
    at: datetime
    paused_at: datetime | None = None
    question: Question | None = None  # the one to be answered, or for whose answer the clock stands still
    holder: str = ""  # who of the reader's own agency has it
    to_do: str = ""
    url: str = ""

    @property
    def is_late(self) -> bool:
        return self.ends <= self.at

    @property
    def is_to(self) -> str:
        return IS_TO[self.clock]

    @property
    def left(self) -> timedelta:
        return abs(self.ends - self.at)


def late_next(
    actor: Actor, wanted: Wanted, agency_id: UUID | None, place: FirstDue | None, *, at: datetime
) -> tuple[list[Row], FirstDue | None]:
    """The clocks that run out first, and where the next page begins. `agency_id` is that of the agency wanted.

    A few statements, however many rows there are.
    """
    found: list[tuple[str, UUID, UUID, datetime]] = []
    for part in _parts(actor, wanted, agency_id, at):
        rows = part.filter(ends__lte=at + UNTIL[wanted.horizon])
        if place:
            rows = rows.filter(
                Q(ends__gt=place.due_at) | Q(ends=place.due_at, pk__gt=place.id), ends__gte=place.due_at
            )
        found += rows.order_by("ends", "pk").values_list("which", "pk", "of", "ends")[: SHOWN + 1]
    found.sort(key=lambda one: (one[3], one[1]))
    shown, more = page(found[: SHOWN + 1], SHOWN)
    rows = _rows(shown, actor, at)
    ids = list(dict.fromkeys(row.referral.pk for row in rows))
    on = {name: value for name, value in vars(wanted).items() if value}
    consulted("late.listed", ids, actor, at=at, purpose="what will be late next", filters=on)
    return rows, FirstDue(shown[-1][3], shown[-1][1]) if more else None


def _parts(actor: Actor, wanted: Wanted, agency_id: UUID | None, at: datetime) -> list[QuerySet]:
    """The clocks of each kind that is wanted: when they run out (`ends`), of which referral (`of`), and which kind."""
    parts = []
    if wanted.clock in ("", EYES, ACTION):
        parts.append(_of_custodians(actor, wanted, agency_id, at))
    if wanted.clock in ("", OFFER):
        offers = visible_offers(actor).filter(state=Offer.State.OPEN)
        if not actor.is_centre:
            offers = offers.filter(to_agency=actor.agency_id)
        if agency_id:
            offers = offers.filter(to_agency=agency_id)
        if wanted.band:
            offers = offers.filter(referral__band=wanted.band)
        parts.append(
            offers.annotate(ends=_ends("answer_by", at), of=F("referral_id"), which=Value(OFFER)).filter(
                answer_by__lte=at + UNTIL[wanted.horizon]
            )
        )
    if wanted.clock in ("", QUESTION):
        parts.append(_of_questions(actor, wanted, agency_id))
    return parts


def _of_custodians(actor: Actor, wanted: Wanted, agency_id: UUID | None, at: datetime) -> QuerySet:
    statuses = {EYES: {Status.RECEIVED}, ACTION: OPEN - {Status.RECEIVED}}.get(wanted.clock, OPEN)
    rows = visible_referrals(actor, () if actor.is_centre else (Party.CUSTODIAN,))
    # It runs out no sooner than it is due, so that an index finds these.
    rows = rows.filter(status__in=statuses, due_at__lte=at + UNTIL[wanted.horizon])
    if agency_id:
        rows = rows.filter(custodian=agency_id)
    if wanted.band:
        rows = rows.filter(band=wanted.band)
    return rows.annotate(ends=_ends("due_at", at), of=F("pk"), which=Value(ACTION))


def _of_questions(actor: Actor, wanted: Wanted, agency_id: UUID | None) -> QuerySet:
    rows = visible_questions(actor).filter(answered_at=None, lapsed_at=None, answer_by__isnull=False)
    if not actor.is_centre:
        mine = Q(to_agency=actor.agency_id)
        rows = rows.filter(mine | Q(from_agency=actor.agency_id, escalated_at__isnull=False))
    if agency_id:
        rows = rows.filter(to_agency=agency_id)
    if wanted.band:
        rows = rows.filter(referral__band=wanted.band)
    return rows.annotate(ends=F("answer_by"), of=F("referral_id"), which=Value(QUESTION))


def _ends(column: str, at: datetime) -> ExpressionWrapper:
    """Later by as long as it stands still now."""
    stood = ExpressionWrapper(
        Value(at, output_field=DateTimeField()) - F("paused_at"), output_field=DurationField()
    )
    still = Coalesce(stood, Value(timedelta(), output_field=DurationField()))
    return ExpressionWrapper(F(column) + still, output_field=DateTimeField())


def _rows(shown: Sequence[tuple[str, UUID, UUID, datetime]], actor: Actor, at: datetime) -> list[Row]:
    """What hangs on each, in four statements whatever their number. What left the reader's sight meanwhile is not
    among them."""
    of = {referral_id for _, _, referral_id, _ in shown}
    referrals = visible_referrals(actor).select_related("custodian").in_bulk(of)
    offers = visible_offers(actor).filter(referral__in=of, state=Offer.State.OPEN).select_related("to_agency")
    by_offer = {offer.pk: offer for offer in offers}
    asked = visible_questions(actor).filter(referral__in=of, answered_at=None, lapsed_at=None)
    questions = list(asked.select_related("to_agency", "from_agency").order_by("asked_at", "id"))
    held = visible_holdings(actor).filter(referral__in=of).values_list("referral_id", "person__name")
    holders = dict(held)
    rows = []
    for which, key, referral_id, ends in shown:
        referral = referrals.get(referral_id)
        if referral is None:
            continue
        row = _clock(which, key, referral, ends, by_offer.get(key), questions, at)
        if row is None:
            continue
        mine = row.agency.pk == actor.agency_id
        to_do, url = _to_do(row, actor, mine=mine)
        rows.append(replace(row, holder=holders.get(referral_id, "") if mine else "", to_do=to_do, url=url))
    return rows


def _clock(
    which: str,
    key: UUID,
    referral: Referral,
    ends: datetime,
    offer: Offer | None,
    questions: Iterable[Question],
    at: datetime,
) -> Row | None:
    """Which clock that is, whose it is, and why it stands still."""
    if which == QUESTION:
        question = next((one for one in questions if one.pk == key), None)
        return question and Row(QUESTION, referral, question.to_agency, ends, at, question=question)
    if which == OFFER:
        waits = _held_by(questions, referral, Question.Pauses.OFFER)
        return offer and Row(OFFER, referral, offer.to_agency, ends, at, offer.paused_at, waits)
    waits = _held_by(questions, referral, Question.Pauses.ACTION)
    clock = EYES if referral.status == Status.RECEIVED else ACTION
    return Row(clock, referral, referral.custodian, ends, at, referral.paused_at, waits)


def _held_by(questions: Iterable[Question], referral: Referral, pauses: str) -> Question | None:
    """The first of several: it is the one that stopped the clock."""
    return next((one for one in questions if one.referral_id == referral.pk and one.pauses == pauses), None)


def _to_do(row: Row, actor: Actor, *, mine: bool) -> tuple[str, str]:
    """The one thing to do next for this reader, and where."""
    record = reverse("referral", args=[row.referral.pk])
    if ACT not in actor.permissions:
        return "Open the record", record
    question = row.question
    if question is not None and (row.clock == QUESTION or row.paused_at is not None):
        if question.to_agency_id == actor.agency_id:
            return "Answer the question", record
        may_press = not chasing.why_not(question, actor, at=row.at)
        return "Press for the answer" if may_press else "See the question", f"{record}#questions-title"
    if row.clock == OFFER:
        return "Accept or decline" if mine else "See the offer", record
    if not mine:
        return "Ask how it stands", record
    if row.clock == EYES:
        return "Triage it", record
    if row.referral.status == Status.TRIAGED and COORDINATE in actor.permissions:
        return "Offer it to an agency", reverse("board-chosen", args=[row.referral.pk])
    return "See the offer" if row.referral.status == Status.OFFERED else "Act on it", record
