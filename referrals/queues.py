"""Which referrals stand in a queue, in which order, and how many of each band? The read side of the lists.

A queue is one tab with filters, read from the parameters of an address and written back to them. It is paged by
key, so that the fiftieth page costs what the first did; nothing here counts to the end.
"""

import base64
import re
import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ohsc.core.actor import Actor
from ohsc.core.words import Environment
from referrals import handling
from referrals.access import listed_parties, visible_holdings, visible_referrals
from referrals.priority import BANDS
from referrals.transitions import OPEN, Party, Status

PAGE = 50
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
COUNTED = 1000  # of each band; more are said to be more
CLOSED = tuple(status for status in Status if status not in OPEN)
RECEIVERS = (Party.OFFERED, Party.CUSTODIAN)
# What a code may look like: nothing else reaches the database or the audit.
A_HARM = re.compile("[a-z_]{1,40}")
HELD = {"nobody": "Held by nobody", "me": "Held by me", "anyone": "Held by anyone"}
COLUMNS = (
    "pk", "reference", "band", "environment", "summary", "status", "due_at", "received_at", "updated_at",
    "source__name", "source_id", "custodian__name", *handling.COLUMNS,
)  # fmt: skip


@dataclass(frozen=True)
class Tab:
    """A list one works from. `newest` names the column whose latest come first; else band, then due."""

    name: str
    label: str
    statuses: tuple[str, ...]
    capacities: tuple[Party, ...] = ()
    newest: str = ""


CENTRE_TABS = (
    Tab("to-triage", "To triage", (Status.RECEIVED,)),
    Tab("to-offer", "To offer", (Status.TRIAGED,)),
    Tab("offered", "Offered", (Status.OFFERED,)),
    Tab("with-agencies", "With agencies", (Status.ACCEPTED,)),
    Tab("open", "All open", tuple(sorted(OPEN, key=list(Status).index))),
    Tab("closed", "Closed", CLOSED, newest="updated_at"),
)
AGENCY_TABS = (
    Tab("for-us", "For us", (Status.OFFERED, Status.ACCEPTED), RECEIVERS),
    Tab("offered", "Offered to us", (Status.OFFERED, Status.ACCEPTED), (Party.OFFERED,)),
    Tab("custody", "In our custody", (Status.ACCEPTED,), (Party.CUSTODIAN,)),
    Tab("sent", "Sent by us", tuple(Status), (Party.SOURCE,), newest="received_at"),
    Tab("closed", "Concluded by us", CLOSED, (Party.CUSTODIAN,), newest="updated_at"),
)


def tabs_for(actor: Actor) -> tuple[Tab, ...]:
    return CENTRE_TABS if actor.is_centre else AGENCY_TABS


def first_tab(actor: Actor, sector: str) -> Tab:
    """Where somebody's day begins: what waits for them; for a service that reports, what became of its reports."""
    return AGENCY_TABS[3] if sector == "industry" and not actor.is_centre else tabs_for(actor)[0]


@dataclass(frozen=True)
class Position:
    """A place in the order of a queue, as an opaque word in an address."""

    band: str
    at: datetime
    id: UUID

    def __str__(self) -> str:
        moment = (self.at - EPOCH) // timedelta(microseconds=1)
        packed = struct.pack(">Bq16s", BANDS.index(self.band), moment, self.id.bytes)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, word: str) -> "Position | None":
        """None for whatever is not one of ours: the list then starts at its beginning."""
        try:
            packed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            band, moment, key = struct.unpack(">Bq16s", packed)
            return cls(BANDS[band], EPOCH + timedelta(microseconds=moment), UUID(bytes=key))
        except (ValueError, struct.error, IndexError, OverflowError):
            return None


@dataclass(frozen=True)
class Filters:
    """What is shown: a tab, and what narrows it. Words an address may not carry are dropped in reading."""

    tab: Tab
    status: str = ""
    band: str = ""
    environment: str = ""
    harm: str = ""
    held: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any], actor: Actor, first: Tab) -> "Filters":
        tab = next((tab for tab in tabs_for(actor) if tab.name == given.get("tab")), first)
        known = {
            "status": [status for status in tab.statuses if len(tab.statuses) > 1],
            "band": BANDS,
            "environment": [*Environment.values, "unset"],
            "held": HELD,
        }
        chosen = {name: given[name] for name, words in known.items() if given.get(name) in words}
        harm = str(given.get("harm", ""))
        return cls(tab, harm=harm if A_HARM.fullmatch(harm) else "", **chosen)

    def narrowing(self) -> dict[str, str]:
        """The filters that are on, without the tab."""
        names = ("status", "band", "environment", "harm", "held")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def query(self, **changes: Any) -> str:
        """This queue's address parameters, some of them changed; None takes one away."""
        parameters = {"tab": self.tab.name} | self.narrowing() | changes
        return urlencode({name: str(value) for name, value in parameters.items() if value})


@dataclass(frozen=True)
class Page:
    """A part of a queue. A row is a mapping of COLUMNS, and `holder`: who in the reader's agency has it."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    previous: Position | None = None
    next: Position | None = None


class Queue:
    """One actor's queue under some filters. Every row comes through `access`."""

    def __init__(self, actor: Actor, filters: Filters):
        self.actor, self.filters = actor, filters

    def page(self, *, after: Position | None = None, before: Position | None = None) -> Page:
        found = self._read(before or after, backwards=before is not None, limit=PAGE + 1)
        has_more, rows = len(found) > PAGE, found[:PAGE]
        if before is not None:
            rows.reverse()
        self._name_holders(rows)
        return Page(
            rows,
            previous=self.position(rows[0]) if rows and (has_more if before else after) else None,
            next=self.position(rows[-1]) if rows and (before or has_more) else None,
        )

    def first(self, most: int) -> list[UUID]:
        """The ids of the first of them, in the queue's order."""
        return [row["pk"] for row in self._read(None, backwards=False, limit=most)]

    def beside(self, here: Position, *, backwards: bool) -> dict[str, Any] | None:
        """The row next to this place, or None at the end."""
        return next(iter(self._read(here, backwards=backwards, limit=1)), None)

    def row(self, referral_id: UUID) -> dict[str, Any] | None:
        """One referral as a row of this queue, though it may have left it meanwhile."""
        return visible_referrals(self.actor).filter(pk=referral_id).values(*COLUMNS).first()

    def counts(self) -> dict[str, int]:
        """How many of each band, under the other filters; counting stops at COUNTED."""
        parts = [
            part.order_by().values_list("band", flat=True)[:COUNTED]
            for band in BANDS
            for part in self._walks(band)
        ]
        found = Counter(parts[0].union(*parts[1:], all=True))
        return Counter({band: min(count, COUNTED) for band, count in found.items()})

    def position(self, row: Mapping[str, Any]) -> Position:
        return Position(row["band"], row[self.column], row["pk"])

    @property
    def column(self) -> str:
        """By which column it is ordered, within a band or without."""
        return self.filters.tab.newest or "due_at"

    def _read(self, here: Position | None, *, backwards: bool, limit: int) -> list[dict[str, Any]]:
        """The places first, each from an index; then the rows that stand there."""
        newest = bool(self.filters.tab.newest)
        later = backwards if newest else not backwards
        parts = [
            _ordered(part, self.column, later=later).values_list("band", self.column, "key")[:limit]
            for part in self._parts_beyond(here, later=later)
        ]
        if not parts:
            return []
        places = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        urgency = _by_time if newest else _by_band
        keys = [key for *_, key in sorted(places, key=urgency, reverse=not later)[:limit]]
        rows = visible_referrals(self.actor).filter(pk__in=keys).values(*COLUMNS)
        found = {row["pk"]: row for row in rows}
        return [found[key] for key in keys if key in found]

    def _parts_beyond(self, here: Position | None, *, later: bool) -> Iterable[QuerySet]:
        """One query for each index still ahead: each walks it to the limit and no further."""
        if self.filters.tab.newest:
            for part in self._walks(self.filters.band):
                yield part.filter(_beyond(self.column, here, later=later)) if here else part
            return
        for rank, band in enumerate(BANDS):
            if self.filters.band not in ("", band):
                continue
            ahead = (rank - BANDS.index(here.band)) * (1 if later else -1) if here else 1
            for part in self._walks(band) if ahead >= 0 else ():
                yield part.filter(_beyond("due_at", here, later=later)) if ahead == 0 and here else part

    def _walks(self, band: str) -> list[QuerySet]:
        """The places of one band, or of all, under the filters; `key` is the referral's. The Centre's queue walks the
        referrals' own indexes, an agency's those of its party rows, one for each capacity."""
        tab = self.filters.tab
        if self.actor.is_centre:
            return [self._filtered(visible_referrals(self.actor).annotate(key=F("pk")), band)]
        return [
            self._filtered(
                listed_parties(self.actor, capacity).annotate(key=F("referral_id")), band, "referral__"
            )
            for capacity in tab.capacities
        ]

    def _filtered(self, rows: QuerySet, band: str, of_referral: str = "") -> QuerySet:
        wanted = self.filters
        rows = rows.filter(status__in=[wanted.status] if wanted.status else wanted.tab.statuses)
        if band:
            rows = rows.filter(band=band)
        if wanted.environment:
            named = "" if wanted.environment == "unset" else wanted.environment
            rows = rows.filter(**{f"{of_referral}environment": named})
        if wanted.harm:
            rows = rows.filter(**{f"{of_referral}harm_type": wanted.harm})
        if wanted.held:
            rows = rows.filter(self._held(wanted.held))
        return rows

    def _held(self, by: str) -> Q:
        holdings = visible_holdings(self.actor).filter(referral=OuterRef("key"))
        if by == "me":
            return Q(Exists(holdings.filter(person=self.actor.id)))
        return ~Q(Exists(holdings)) if by == "nobody" else Q(Exists(holdings))

    def _name_holders(self, rows: list[dict[str, Any]]) -> None:
        holdings = visible_holdings(self.actor).filter(referral__in=[row["pk"] for row in rows])
        names = {
            key: (person, name)
            for key, person, name in holdings.values_list("referral_id", "person_id", "person__name")
        }
        for row in rows:
            row["holder_id"], row["holder"] = names.get(row["pk"], (None, ""))


def how_many_wait(actor: Actor) -> int:
    """Offers that ask for this agency's answer, up to a hundred: a number that asks for action."""
    return listed_parties(actor, Party.OFFERED).order_by().values("pk")[:100].count()


def _by_band(place: tuple[str, datetime, UUID]) -> tuple:
    band, at, key = place
    return BANDS.index(band), at, key


def _by_time(place: tuple[str, datetime, UUID]) -> tuple:
    _, at, key = place
    return at, key


def _ordered(rows: QuerySet, column: str, *, later: bool) -> QuerySet:
    return rows.order_by(column, "key") if later else rows.order_by(f"-{column}", "-key")


def _beyond(column: str, here: Position, *, later: bool) -> Q:
    """Past a place, in the direction of later times or of earlier ones; the first term lets an index start there."""
    than = "gt" if later else "lt"
    tie = Q(**{column: here.at, f"key__{than}": here.id})
    return Q(**{f"{column}__{than}e": here.at}) & (Q(**{f"{column}__{than}": here.at}) | tie)
