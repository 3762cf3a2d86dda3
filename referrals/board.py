"""What does a coordinator look at? What is unassigned, offered, about to be late; and how much each agency has.

Each list is cut at `MOST`, the most pressing first. The number of statements is the same for a dozen agencies
and for two hundred.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, Min, Value, When

from agencies.models import Agency
from agencies.standings import Standing
from ohsc.core.actor import Actor
from ohsc.core.words import Band
from referrals import record
from referrals.access import visible_offers, visible_referrals
from referrals.models import Offer
from referrals.routing.gathering import every_standing
from referrals.transitions import OPEN, Status

LATE_WITHIN = timedelta(hours=24)
MOST = 15

# By band, then by due time. INFO comes after P4, though not in the alphabet.
PRESSING = (Case(When(band=Band.INFO, then=Value(1)), default=Value(0)), "band", "due_at", "id")


@dataclass(frozen=True)
class AgencyLoad:
    """One agency: how much of this week is taken, in points, and what it was asked and has not answered."""

    standing: Standing
    waiting: int = 0
    answer_by: datetime | None = None  # the first answer due

    @property
    def agency(self) -> Agency:
        return self.standing.agency


@dataclass(frozen=True)
class Shown:
    """A list cut at `MOST`, and how long the whole is."""

    rows: list
    count: int


@dataclass(frozen=True)
class Board:
    counts: dict[str, int]  # unassigned, by band
    unassigned: Shown
    offered: Shown
    late: Shown
    loads: list[AgencyLoad]


def open_board(actor: Actor, *, at: datetime, band: str = "", chosen: Iterable[UUID] = ()) -> Board:
    """The whole board, or its unassigned of one band. One event records which referrals it showed."""
    unassigned = visible_referrals(actor).filter(status=Status.TRIAGED)
    counts = dict(unassigned.order_by().values_list("band").annotate(Count("id")))
    of_band = unassigned.filter(band=band) if band else unassigned
    late = visible_referrals(actor).filter(status__in=OPEN, due_at__lte=at + LATE_WITHIN)
    offered = visible_offers(actor).filter(state=Offer.State.OPEN)
    loads = agency_loads(actor, at=at)
    board = Board(
        counts={name: counts.get(name, 0) for name in Band.values},
        unassigned=Shown(
            list(of_band.select_related("source").order_by(*PRESSING)[:MOST]),
            counts.get(band, 0) if band else sum(counts.values()),
        ),
        offered=Shown(
            list(
                offered.select_related("referral", "to_agency", "agreement").order_by("answer_by", "id")[
                    :MOST
                ]
            ),
            sum(load.waiting for load in loads),
        ),
        late=Shown(list(late.select_related("custodian").order_by("due_at", "id")[:MOST]), late.count()),
        loads=loads,
    )
    record.consulted("board.opened", _ids_on(board, chosen), actor, at=at, purpose="coordination")
    return board


def agency_loads(actor: Actor, *, at: datetime) -> list[AgencyLoad]:
    """Every agency that can be offered anything at all, by name."""
    waiting = {
        agency: (count, first)
        for agency, count, first in visible_offers(actor)
        .filter(state=Offer.State.OPEN)
        .order_by()
        .values_list("to_agency")
        .annotate(Count("id"), Min("answer_by"))
    }
    return [
        AgencyLoad(standing, *waiting.get(standing.agency.pk, (0, None)))
        for standing in every_standing(actor, at=at)
    ]


def _ids_on(board: Board, chosen: Iterable[UUID]) -> list[UUID]:
    ids = {referral.pk for referral in (*board.unassigned.rows, *board.late.rows)}
    return sorted(ids | {offer.referral_id for offer in board.offered.rows} | set(chosen))
