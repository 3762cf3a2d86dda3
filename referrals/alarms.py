"""Who is called for a child at risk now, who was, and who is next? What the page and the strip show."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from ohsc.core.actor import Actor
from referrals import ladder
from referrals.access import visible_alarm_calls, visible_alarms
from referrals.models import Alarm, AlarmCall
from referrals.record import consulted
from referrals.transitions import ACT

RECENT = timedelta(hours=24)
MOST = 50


@dataclass(frozen=True)
class RungShown:
    """One rung of a ladder: whom it calls, when it was or will be, and who was called by what."""

    says: str
    at: datetime
    calls: list[tuple[str, str]]  # who, and by which channels
    is_next: bool

    @property
    def was_called(self) -> bool:
        return bool(self.calls)


@dataclass(frozen=True)
class AlarmShown:
    alarm: Alarm
    rungs: list[RungShown]
    may_take: bool


@dataclass(frozen=True)
class Desk:
    """live -- the oldest first; recent -- ended within a day, the last first. mark -- changes with either."""

    live: list[AlarmShown]
    recent: list[Alarm]
    mark: str


def live_alarms(actor: Actor) -> QuerySet[Alarm]:
    """What nobody has taken yet, as far as the actor may see it."""
    return visible_alarms(actor).filter(ended_at=None)


def mark_of(actor: Actor, *, at: datetime) -> str:
    """What tells whoever looks every few seconds whether there is anything new; it says nothing of what."""
    rows = visible_alarms(actor).filter(ended_at=None) | visible_alarms(actor).filter(
        ended_at__gte=at - RECENT
    )
    states = rows.order_by("pk").values_list("pk", "rung", "ended_because")
    return hashlib.sha256(repr(list(states)).encode()).hexdigest()[:16]


def open_alarms(actor: Actor, *, at: datetime) -> Desk:
    """The live alarms with their ladders, and those that ended within a day. The look is recorded."""
    rows = visible_alarms(actor).select_related("referral", "agency", "taken_by", "taken_agency")
    live = list(rows.filter(ended_at=None).order_by("raised_at", "pk")[:MOST])
    recent = list(rows.filter(ended_at__gte=at - RECENT).order_by("-ended_at", "pk")[:MOST])
    called: dict[UUID, list[AlarmCall]] = defaultdict(list)
    calls = visible_alarm_calls(actor).filter(alarm__in=[one.pk for one in live])
    for call in calls.select_related("person", "agency").order_by("rung", "called_at", "person__name"):
        called[call.alarm_id].append(call)
    consulted(
        "alarm.listed",
        list(dict.fromkeys(one.referral_id for one in (*live, *recent))),
        actor,
        at=at,
        purpose="a child may be at risk now",
    )
    may = actor.kind == "person" and ACT in actor.permissions
    return Desk(
        live=[AlarmShown(one, _rungs(one, called[one.pk]), may) for one in live],
        recent=recent,
        mark=mark_of(actor, at=at),
    )


def _rungs(alarm: Alarm, calls: list[AlarmCall]) -> list[RungShown]:
    """Every rung of the ladder, and those that the last one was called again."""
    steps = ladder.rungs(centre=alarm.agency.is_centre)
    by_rung: dict[int, list[AlarmCall]] = defaultdict(list)
    for call in calls:
        by_rung[call.rung].append(call)
    shown = []
    for number in range(max(len(steps), alarm.rung + 1)):
        rung, mine = ladder.rung_of(steps, number), by_rung[number]
        wait = ladder.wait_before(steps, number)
        planned = alarm.raised_at + wait if wait is not None else alarm.next_at
        is_next = number == alarm.rung
        at = mine[0].called_at if mine else alarm.next_at if is_next else planned
        shown.append(RungShown(rung.says, at, _who(mine), is_next))
    return shown


def _who(calls: list[AlarmCall]) -> list[tuple[str, str]]:
    """Each person once, with the channels; an agency's systems and desk by the agency's name."""
    by_whom: dict[str, list[str]] = {}
    for call in calls:
        name = call.person.name if call.person else call.agency.name
        word = call.get_channel_display()
        if call.state == AlarmCall.State.WAITING:
            word = f"{word}, not reached yet"
        by_whom.setdefault(name, []).append(word)
    return [(name, ", ".join(words)) for name, words in by_whom.items()]
