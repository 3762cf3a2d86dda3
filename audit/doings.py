"""What did one person or system do in these days? Which records, how often and why; what they searched and took out."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, Max, QuerySet, UUIDField

from audit import actions
from audit.access import visible_events
from audit.models import Event, Kind
from audit.reading import Line, Wish, told
from audit.words import ACTIONS, words_of
from ohsc.core import names
from ohsc.core.actor import Actor

MOST_RECORDS = 200
MOST_LINES = 50
READING = ("referral.opened", "referral.history")
LISTS = tuple(name for name, words in ACTIONS.items() if words.of_a_list)


class Unnested(Func):
    """Each id of an array as a row of its own."""

    function = "unnest"
    set_returning = True
    output_field = UUIDField()


@dataclass
class Record:
    """One record, and what this actor did about it."""

    id: UUID
    name: str = ""
    url: str = ""
    opened: int = 0
    narratives: int = 0
    other: Counter = field(default_factory=Counter)  # in words
    purposes: set[str] = field(default_factory=set)
    last: datetime | None = None

    @property
    def others(self) -> list[str]:
        return [f"{done}, {times} times" if times > 1 else done for done, times in sorted(self.other.items())]

    @property
    def why(self) -> list[str]:
        return sorted(self.purposes)


@dataclass(frozen=True)
class Doings:
    """What one actor did."""

    kind: str  # "person" or "client"
    who: names.Named
    agency: str
    records: list[Record]
    is_cut: bool
    counts: list[dict[str, Any]]  # what there was of each kind of thing, in words
    searches: list[Line]
    taken_out: list[Line]


class NobodyKnown(LookupError):
    """No such person or system that the actor may ask about; absent and another agency's are the same."""


def what_did(who_id: UUID, wish: Wish, actor: Actor, *, at: datetime, **run: Any) -> Doings:
    """Raises NobodyKnown. An agency's auditor asks about its own people and systems; the Centre's about all."""
    kind, who = _known(who_id, actor)
    rows = replace(wish, actor_id=who_id).of(visible_events(actor))
    records = _records(rows, actor)
    agency = names.of("agency", actor, [who.agency_id]) if who.agency_id else {}
    searches = told(list(rows.filter(action="referral.searched")[:MOST_LINES]), actor)
    taken_out = told(list(rows.filter(action__endswith=".exported")[:MOST_LINES]), actor)
    actions.record(
        Kind.CONSULTATION,
        "audit.actor_asked",
        by=actor,
        at=at,
        subject_type=kind,
        subject_ids=[who_id],
        purpose=run.get("reason", ""),
        details={"asked": wish.said()} | ({"os_user": run["os_user"]} if "os_user" in run else {}),
    )
    return Doings(
        kind=kind,
        who=who,
        agency=next((each.name for each in agency.values()), ""),
        records=records[:MOST_RECORDS],
        is_cut=len(records) > MOST_RECORDS,
        counts=_counts(rows),
        searches=searches,
        taken_out=taken_out,
    )


def _known(who_id: UUID, actor: Actor) -> tuple[str, names.Named]:
    for kind in ("person", "client"):
        if found := names.of(kind, actor, [who_id]).get(who_id):
            return kind, found
    raise NobodyKnown(who_id)


def _records(rows: QuerySet[Event], actor: Actor) -> list[Record]:
    """The records that were opened or worked on, the last first; those that only stood in a list are not named."""
    grouped = (
        rows.filter(subject_type="referral")
        .exclude(kind=Kind.REFUSAL)
        .exclude(action__in=LISTS)
        .order_by()
        .annotate(subject=Unnested(F("subject_ids")))
        .values_list("subject", "action", "purpose")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-last")[: MOST_RECORDS * 10]
    )
    found: dict[UUID, Record] = {}
    for subject, action, purpose, times, last in grouped:
        record = found.setdefault(subject, Record(subject))
        if action in READING:
            record.opened += times
        elif action == "narrative.opened":
            record.narratives += times
        else:
            record.other[words_of(action).done] += times
        record.purposes.add(purpose)
        record.last = max(record.last or last, last)
    named = names.of("referral", actor, found)
    for key, record in found.items():
        if key in named:
            record.name, record.url = named[key].name, named[key].url
    return list(found.values())


def _counts(rows: QuerySet[Event]) -> list[dict[str, Any]]:
    grouped = rows.order_by().values_list("action").annotate(times=Count("pk")).order_by("-times", "action")
    return [{"action": action, "done": words_of(action).done, "times": times} for action, times in grouped]
