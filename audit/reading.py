"""What does the log answer? Who has seen this record; what one person or system did; the log itself, narrowed.

Pages and commands read it here. Each answer is itself recorded, with what was asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit import actions
from audit.access import events_about, visible_events
from audit.models import Event, Kind
from audit.words import KINDS, counted, words_of
from ohsc.core import names
from ohsc.core.actor import Actor
from ohsc.core.pagination import Cursor, after, page

SHOWN = 50
MOST_NAMED = 3  # records of one event that are named; the rest are counted


@dataclass(frozen=True)
class Wish:
    """What is asked of the log: what is set narrows it. Days are whole ones, in the asker's own zone."""

    kind: str = ""
    action: str = ""
    agency_id: UUID | None = None
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    def of(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        """Those of these events that are asked for."""
        exact = {
            "kind": self.kind,
            "action": self.action,
            "agency_id": self.agency_id,
            "actor_id": self.actor_id,
        }
        wanted = Q(**{name: value for name, value in exact.items() if value})
        if self.since:
            wanted &= Q(at__gte=begin_of(self.since))
        if self.until:
            wanted &= Q(at__lt=begin_of(self.until + timedelta(days=1)))
        return rows.filter(wanted)

    def said(self) -> dict[str, Any]:
        """As the event of the asking says it: ids, codes and days."""
        return {name: str(value) for name, value in vars(self).items() if value}


def begin_of(day: date) -> datetime:
    """When this day begins, in the zone of whoever asks."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Line:
    """One event as it is told."""

    event: Event
    who: str
    who_is: str  # "person", "client" or "clock"; "" for nobody known
    known: bool  # whether there is a page to ask what they did
    agency: str
    done: str
    kind: str
    recipients: list[str]
    subjects: list[names.Named]  # those of the event's records that are named
    more: str  # how many other records the event names

    @property
    def purpose(self) -> str:
        return self.event.purpose

    @property
    def many(self) -> int:
        """How many records it names."""
        return len(self.event.subject_ids)

    @property
    def others(self) -> int:
        """How many records it names beside one."""
        return self.many - 1


@dataclass(frozen=True)
class Part:
    """A part of the log, newest first."""

    lines: list[Line] = field(default_factory=list)
    following: Cursor | None = None


def who_saw(subject_id: UUID, wish: Wish, actor: Actor, *, at: datetime, start: Cursor | None = None) -> Part:
    """The events about one record that the actor may read. The caller has checked that it may see the record."""
    part = _part(wish.of(events_about(actor, subject_id)), actor, start)
    _asked("audit.record_asked", actor, at, "referral", [subject_id], wish.said(), {})
    return part


def who_saw_all(
    subject_id: UUID, wish: Wish, actor: Actor, *, at: datetime, most: int, **run: Any
) -> list[Line]:
    """The same at once, up to `most`."""
    lines = told(list(wish.of(events_about(actor, subject_id))[:most]), actor)
    _asked("audit.record_asked", actor, at, "referral", [subject_id], wish.said(), run)
    return lines


def log(wish: Wish, actor: Actor, *, at: datetime, start: Cursor | None = None) -> Part:
    """The log that the actor may read, narrowed."""
    part = _part(asked_for(wish, actor), actor, start)
    subjects = [wish.subject_id] if wish.subject_id else []
    _asked("audit.log_read", actor, at, "referral" if subjects else "", subjects, wish.said(), {})
    return part


def asked_for(wish: Wish, actor: Actor) -> QuerySet[Event]:
    """The events the actor may read, narrowed, newest first; recorded by whoever shows them."""
    return wish.of(events_about(actor, wish.subject_id) if wish.subject_id else visible_events(actor))


def _part(rows: QuerySet[Event], actor: Actor, start: Cursor | None) -> Part:
    found, more = page(after(rows, start, at="at")[: SHOWN + 1], SHOWN)
    return Part(told(found, actor), Cursor(found[-1].at, found[-1].pk) if more else None)


def _asked(
    action: str,
    actor: Actor,
    at: datetime,
    subject_type: str,
    subjects: Iterable[UUID],
    asked: dict[str, Any],
    run: dict[str, Any],
) -> None:
    """The audit's own reads are in it too. `run`: by whom a command was run, and the reason they gave."""
    actions.record(
        Kind.CONSULTATION,
        action,
        by=actor,
        at=at,
        subject_type=subject_type,
        subject_ids=subjects,
        purpose=run.get("reason", ""),
        details={"asked": asked} | ({"os_user": run["os_user"]} if "os_user" in run else {}),
    )


def told(events: list[Event], actor: Actor) -> list[Line]:
    """These events in words; each kind of name is asked for once."""
    people = names.of("person", actor, _actors(events, "person"))
    clients = names.of("client", actor, _actors(events, "client"))
    known = {"person": people, "client": clients}
    agencies = names.of(
        "agency",
        actor,
        [event.agency_id for event in events] + [one for e in events for one in e.recipient_ids],
    )
    subjects: dict[str, dict[UUID, names.Named]] = {}
    for subject_type in {event.subject_type for event in events if event.subject_type}:
        ids = {
            each
            for event in events
            if event.subject_type == subject_type
            for each in event.subject_ids[:MOST_NAMED]
        }
        subjects[subject_type] = names.of(subject_type, actor, ids)
    return [_line(event, known, agencies, subjects.get(event.subject_type, {})) for event in events]


def _actors(events: Iterable[Event], kind: str) -> Iterator[UUID]:
    return (event.actor_id for event in events if event.actor_kind == kind and event.actor_id)


def _line(
    event: Event,
    known: dict[str, dict[UUID, names.Named]],
    agencies: dict[UUID, names.Named],
    subjects: dict[UUID, names.Named],
) -> Line:
    named = known.get(event.actor_kind, {}).get(event.actor_id) if event.actor_id else None
    shown = [subjects[each] for each in event.subject_ids[:MOST_NAMED] if each in subjects]
    others = len(event.subject_ids) - len(shown)
    return Line(
        event=event,
        who=named.name if named else _nobody(event),
        who_is=event.actor_kind,
        known=named is not None,
        agency=agencies[event.agency_id].name if event.agency_id in agencies else "",
        done=words_of(event.action).done,
        kind=KINDS[event.kind],
        recipients=[agencies[each].name if each in agencies else "An agency" for each in event.recipient_ids],
        subjects=shown,
        more=counted(event.subject_type, others) if others > 0 else "",
    )


def _nobody(event: Event) -> str:
    if event.actor_kind == "clock":
        return f"An operator ({event.details['os_user']})" if "os_user" in event.details else "The clock"
    return {"person": "A person", "client": "A system"}.get(event.actor_kind, "Nobody known")
