"""Which referrals may I see, narrowed, in an order of my choice? The read side of the list of all of them.

A list is a few walks, each along one index in the order asked for, merged. An order is offered only where that
is so (tests/test_plans.py): an agency's rows are found by its party rows, which know when a referral arrived and
not when it is due. What is urgent for an agency stands in its triage queue.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet

from ohsc.core.actor import Actor
from referrals import handling
from referrals.access import listed_referrals, visible_referrals
from referrals.models import Referral
from referrals.narrowing import Narrowing
from referrals.priority import BANDS
from referrals.queues import Position
from referrals.transitions import OPEN, Party

PAGE = 50
ROW = (
    "pk", "reference", "band", "status", "environment", "harm_type__label", "source__name", "custodian__name",
    "received_at", "updated_at", "due_at", "summary", "source_id", "custodian_id", *handling.COLUMNS,
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """By which column, and from which end. `open_only`: what is closed has no place in it."""

    name: str
    column: str
    latest_first: bool = False
    open_only: bool = False


ORDERS = {
    order.name: order
    for order in (
        Order("received", "received_at", latest_first=True),
        Order("updated", "updated_at", latest_first=True),
        Order("due", "due_at", open_only=True),
        Order("band", "due_at", open_only=True),
    )
}


@dataclass(frozen=True)
class Wish:
    """What is asked of the list: narrowed by what, in which order, from its other end or not."""

    narrowing: Narrowing
    order: Order = ORDERS["received"]
    turned: bool = False

    @classmethod
    def read(cls, given: Mapping[str, Any], narrowing: Narrowing, actor: Actor) -> "Wish":
        word = str(given.get("order") or "")
        order = orders_for(actor, narrowing).get(word.removeprefix("-"), ORDERS["received"])
        return cls(narrowing, order, turned=word == f"-{order.name}")

    def parameters(self) -> dict[str, str]:
        """What an address says to ask for this list: what is on, and no more."""
        order = f"{'-' if self.turned else ''}{self.order.name}"
        return self.narrowing.chosen() | ({} if order == "received" else {"order": order})

    def query(self, **changes: Any) -> str:
        """As an address writes them, some of them changed; None takes one away."""
        parameters: dict[str, Any] = self.parameters() | changes
        return urlencode({name: str(value) for name, value in parameters.items() if value})


def orders_for(actor: Actor, narrowing: Narrowing) -> dict[str, Order]:
    """Those that an index gives: for an agency by arrival alone, for the Centre the others where nothing picks out
    an agency or days, which they would have to read past."""
    offered = {"received"}
    if actor.is_centre and not (narrowing.agency or narrowing.since or narrowing.until):
        offered.add("updated")
        if not set(narrowing.statuses) - OPEN:
            offered |= {"due", "band"}
    return {name: order for name, order in ORDERS.items() if name in offered}


@dataclass(frozen=True)
class Page:
    rows: list[dict[str, Any]] = field(default_factory=list)
    previous: Position | None = None
    next: Position | None = None


class Listing:
    """One actor's list under one wish. Every row comes through `access`."""

    def __init__(self, actor: Actor, wish: Wish, agency_id: UUID | None = None, also: Q | None = None):
        """`agency_id` is that of the agency the wish names; `also` is one more condition on a referral."""
        self.actor, self.wish, self.agency_id, self.also = actor, wish, agency_id, also or Q()

    def page(self, *, after: Position | None = None, before: Position | None = None) -> Page:
        found = self.read(before or after, backwards=before is not None, limit=PAGE + 1)
        has_more, rows = len(found) > PAGE, found[:PAGE]
        if before is not None:
            rows.reverse()
        return Page(
            rows,
            previous=self.position(rows[0]) if rows and (has_more if before else after) else None,
            next=self.position(rows[-1]) if rows and (before or has_more) else None,
        )

    def position(self, row: Mapping[str, Any]) -> Position:
        return Position(row["band"], row[self.wish.order.column], row["pk"])

    def read(self, here: Position | None, *, limit: int, backwards: bool = False) -> list[dict[str, Any]]:
        """The rows after a place, or before it, nearest first."""
        down = self._goes_down(backwards)
        parts = self.parts(here, limit=limit, backwards=backwards)
        if not parts:
            return []
        rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        return sorted(rows, key=self._rank, reverse=down)[:limit]

    def parts(self, here: Position | None, *, limit: int, backwards: bool = False) -> list[QuerySet]:
        """What `read` merges: from each walk as many as could be needed."""
        down = self._goes_down(backwards)
        return [
            _ordered(_beyond(part, column, start, down), column, down).values(*ROW)[:limit]
            for part, column, start in self._walks(here, down)
        ]

    def _goes_down(self, backwards: bool) -> bool:
        return self.wish.order.latest_first ^ self.wish.turned ^ backwards

    def _rank(self, row: Mapping[str, Any]) -> tuple:
        band = BANDS.index(row["band"]) if self.wish.order.name == "band" else 0
        return band, row[self.wish.order.column], row["pk"]

    def _walks(
        self, here: Position | None, down: bool
    ) -> Iterator[tuple[QuerySet[Referral], str, Position | None]]:
        """Each set of rows that one index gives in order, the column, and from where in it."""
        narrowing, order = self.wish.narrowing, self.wish.order
        if not order.open_only:
            for rows, column in self._sides():
                yield rows.filter(narrowing.wanted(received=column), self.also), column, here
            return
        rows = visible_referrals(self.actor).filter(
            narrowing.wanted(), self.also, status__in=narrowing.statuses or OPEN
        )
        for band in [narrowing.band] if narrowing.band else BANDS:
            if order.name == "due" or here is None or band == here.band:
                yield rows.filter(band=band), "due_at", here
            elif (BANDS.index(band) < BANDS.index(here.band)) == down:
                yield rows.filter(band=band), "due_at", None

    def _sides(self) -> Iterable[tuple[QuerySet[Referral], str]]:
        """By arrival (or change): the Centre's own indexes, or the party rows of the reader's agency."""
        part = self.wish.narrowing.part
        if not self.actor.is_centre:
            capacities = [Party(part)] if part else []
            rows = listed_referrals(self.actor, capacities, self.wish.narrowing.statuses)
            yield rows.filter(self._of_the_agency()), "arrived_at"
        elif self.agency_id:
            is_source = Q(source=self.agency_id)
            yield visible_referrals(self.actor).filter(is_source), "received_at"
            yield visible_referrals(self.actor).filter(~is_source, custodian=self.agency_id), "received_at"
        else:
            yield visible_referrals(self.actor), self.wish.order.column

    def _of_the_agency(self) -> Q:
        return Q(source=self.agency_id) | Q(custodian=self.agency_id) if self.agency_id else Q()


def _ordered(rows: QuerySet[Referral], column: str, down: bool) -> QuerySet[Referral]:
    return rows.order_by(f"-{column}", "-pk") if down else rows.order_by(column, "pk")


def _beyond(rows: QuerySet[Referral], column: str, here: Position | None, down: bool) -> QuerySet[Referral]:
    """Past a place; the first condition lets an index start there, the second decides between rows of one moment."""
    if here is None:
        return rows
    than = "lt" if down else "gt"
    tie = Q(**{column: here.at, f"pk__{than}": here.id})
    return rows.filter(Q(**{f"{column}__{than}": here.at}) | tie, **{f"{column}__{than}e": here.at})


def newest_first(rows: QuerySet[Referral], after: Position | None) -> QuerySet[Referral]:
    """From a place on, by arrival."""
    return _ordered(_beyond(rows, "received_at", after, down=True), "received_at", down=True)
