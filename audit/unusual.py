"""Which reads are unusual? A few rules that anybody can check by hand; each line says why it is shown.

A line is a reason to ask, never a finding: people work nights, and floods of reports come. Everything is computed by
the database from the events of the days asked for, through what the Centre's auditor may read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, Max, Min, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDay, TruncHour

from audit import actions
from audit.access import visible_events, visible_reviews
from audit.models import Event, Kind
from ohsc.core import names
from ohsc.core.actor import Actor

USUAL_OVER = timedelta(days=28)  # before the days asked for: what is usual for this person
MANY, TIMES_USUAL = 20, 4
AT_NIGHT = 5
NARRATIVES = 10
REFUSALS = 10
EMPTY_SEARCHES = 5
ROWS_OF_A_FILE, FILES_A_DAY = 500, 5
MOST = 200  # of each rule

OPENED = ("referral.opened", "narrative.opened")
NOT_THERE = (403, 404)


@dataclass(frozen=True)
class Rule:
    name: str
    label: str
    told: str  # the rule, as the page tells it


RULES = {
    rule.name: rule
    for rule in (
        Rule(
            "many_records",
            "Many records in an hour",
            f"Opened {MANY} records or more within an hour, and at least {TIMES_USUAL} times as many as in this "
            f"person's usual hour of the {USUAL_OVER.days} days before.",
        ),
        Rule(
            "out_of_hours",
            "Out of hours",
            f"Opened {AT_NIGHT} records or more within an hour in which their agency's desk is closed. "
            "Agencies whose hours cannot be read are not judged.",
        ),
        Rule(
            "narratives_without_work",
            "Narratives without work on them",
            f"Opened the narratives of {NARRATIVES} records or more within a day, and did nothing else with them "
            "that day or the days before.",
        ),
        Rule(
            "refusals",
            "Asked for what is not theirs",
            f"Was refused {REFUSALS} times or more within an hour, for what is not there or not theirs.",
        ),
        Rule(
            "empty_searches",
            "Searches that find nothing",
            f"Searched {EMPTY_SEARCHES} times or more within an hour without a single result.",
        ),
        Rule(
            "large_files",
            "Large files",
            f"Took out a file of {ROWS_OF_A_FILE} rows or more, or {FILES_A_DAY} files or more within a day.",
        ),
    )
}


@dataclass(frozen=True)
class Found:
    """One unusual read: by which rule, whose, when, and the figures that made it so."""

    rule: Rule
    actor_kind: str
    actor_id: UUID
    agency_id: UUID | None
    since: datetime
    last: datetime
    why: str


@dataclass(frozen=True)
class Shown:
    """The same with names, and what became of it."""

    found: Found
    who: str
    agency: str
    notes: list[dict[str, Any]]  # text, at, by: what was looked into already, the newest first

    @property
    def key(self) -> str:
        """By which it is named when it is looked into."""
        return f"{self.found.rule.name} {self.found.actor_id} {self.found.since.isoformat()}"


def unusual(days: int, actor: Actor, *, at: datetime) -> list[Shown]:
    """What the rules find in the last days, newest first; the looking is recorded."""
    rows = visible_events(actor).order_by().exclude(actor_id=None).exclude(actor_kind="clock")
    recent, earlier = rows.filter(at__gt=at - timedelta(days=days), at__lte=at), at - timedelta(days=days)
    before = rows.filter(at__gt=earlier - USUAL_OVER, at__lte=earlier)
    found = [
        *_many_records(recent, before),
        *_out_of_hours(recent, actor),
        *_narratives_without_work(recent, rows, at),
        *_refusals(recent),
        *_empty_searches(recent),
        *_large_files(recent),
    ]
    found.sort(key=lambda each: (each.since, each.rule.name), reverse=True)
    actions.record(
        Kind.CONSULTATION, "audit.unusual_read", by=actor, at=at, details={"days": days, "found": len(found)}
    )
    return _shown(found, actor)


def _by_time(rows: QuerySet[Event], trunc: type[TruncHour] | type[TruncDay]) -> QuerySet:
    """Who, for which agency, in which hour or day."""
    return rows.annotate(since=trunc("at", tzinfo=UTC)).values("actor_kind", "actor_id", "agency_id", "since")


def _many_records(recent: QuerySet[Event], before: QuerySet[Event]) -> Iterator[Found]:
    hours = _by_time(recent.filter(action__in=OPENED), TruncHour).annotate(
        many=Count("subject_ids", distinct=True), last=Max("at")
    )
    busy = list(hours.filter(many__gte=MANY).order_by("-since")[:MOST])
    usual = _usual_of(before, {row["actor_id"] for row in busy})
    for row in busy:
        each = usual.get(row["actor_id"], 0.0)
        if row["many"] >= TIMES_USUAL * each:
            their_own = f"usually about {each:.0f}" if each else f"none in the {USUAL_OVER.days} days before"
            yield _found("many_records", row, f"Opened {row['many']} records in an hour; {their_own}.")


def _usual_of(before: QuerySet[Event], ids: set[UUID]) -> dict[UUID, float]:
    """How many records each opened in an hour in which they opened any."""
    rows = (
        before.filter(action__in=OPENED, actor_id__in=ids)
        .values("actor_id")
        .annotate(opened=Count("pk"), hours=Count(TruncHour("at", tzinfo=UTC), distinct=True))
    )
    return {row["actor_id"]: row["opened"] / row["hours"] for row in rows}


def _out_of_hours(recent: QuerySet[Event], actor: Actor) -> Iterator[Found]:
    people = recent.filter(action__in=OPENED, actor_kind="person")
    hours = _by_time(people, TruncHour).annotate(
        many=Count("subject_ids", distinct=True), last=Max("at"), first=Min("at")
    )
    rows = list(hours.filter(many__gte=AT_NIGHT).order_by("-since")[: MOST * 10])
    desks = names.desks(actor, {row["agency_id"] for row in rows})
    shut = [
        row
        for row in rows
        if row["agency_id"] in desks
        and desks[row["agency_id"]](row["first"]) is False
        and desks[row["agency_id"]](row["last"]) is False
    ]
    for row in shut[:MOST]:
        yield _found(
            "out_of_hours", row, f"Opened {row['many']} records while their agency's desk was closed."
        )


def _narratives_without_work(recent: QuerySet[Event], rows: QuerySet[Event], at: datetime) -> Iterator[Found]:
    worked = rows.filter(
        actor_id=OuterRef("actor_id"),
        at__gt=at - USUAL_OVER,
        at__lt=OuterRef("at") + timedelta(days=1),
        kind__in=[Kind.ALTERATION, Kind.DISCLOSURE, Kind.COLLECTION],
        subject_type="referral",
        subject_ids__contains=OuterRef("subject_ids"),
    )
    idle = recent.filter(Q(action="narrative.opened", actor_kind="person") & ~Exists(worked))
    days = _by_time(idle, TruncDay).annotate(many=Count("subject_ids", distinct=True), last=Max("at"))
    for row in days.filter(many__gte=NARRATIVES).order_by("-since")[:MOST]:
        yield _found(
            "narratives_without_work",
            row,
            f"Opened the narratives of {row['many']} records in a day, and did nothing else with them.",
        )


def _refusals(recent: QuerySet[Event]) -> Iterator[Found]:
    refused = recent.filter(action="request.refused", details__status__in=NOT_THERE)
    hours = _by_time(refused, TruncHour).annotate(many=Count("pk"), last=Max("at"))
    for row in hours.filter(many__gte=REFUSALS).order_by("-since")[:MOST]:
        yield _found(
            "refusals",
            row,
            f"Was refused {row['many']} times in an hour, for what is not there or not theirs.",
        )


def _empty_searches(recent: QuerySet[Event]) -> Iterator[Found]:
    empty = recent.filter(action="referral.searched", subject_ids=[])
    hours = _by_time(empty, TruncHour).annotate(many=Count("pk"), last=Max("at"))
    for row in hours.filter(many__gte=EMPTY_SEARCHES).order_by("-since")[:MOST]:
        yield _found("empty_searches", row, f"Searched {row['many']} times in an hour and found nothing.")


def _large_files(recent: QuerySet[Event]) -> Iterator[Found]:
    files = recent.filter(kind=Kind.DISCLOSURE, action__endswith=".exported").annotate(
        rows=Cast(KT("details__rows"), IntegerField())
    )
    days = _by_time(files, TruncDay).annotate(many=Count("pk"), most=Max(F("rows")), last=Max("at"))
    unusual = Q(most__gte=ROWS_OF_A_FILE) | Q(many__gte=FILES_A_DAY)
    for row in days.filter(unusual).order_by("-since")[:MOST]:
        taken = "1 file" if row["many"] == 1 else f"{row['many']} files"
        yield _found(
            "large_files", row, f"Took out {taken} in a day, the largest of {row['most'] or 0} rows."
        )


def _found(rule: str, row: dict[str, Any], why: str) -> Found:
    return Found(
        RULES[rule], row["actor_kind"], row["actor_id"], row["agency_id"], row["since"], row["last"], why
    )


def _shown(found: list[Found], actor: Actor) -> list[Shown]:
    """With names; and what was looked into already, the newest note first."""
    who = {
        kind: names.of(kind, actor, {each.actor_id for each in found if each.actor_kind == kind})
        for kind in ("person", "client")
    }
    agencies = names.of("agency", actor, {each.agency_id for each in found})
    reviews = list(visible_reviews(actor).filter(since__in={each.since for each in found}).order_by("-at"))
    reviewers = names.of("person", actor, {review.by_id for review in reviews})

    def shown(each: Found) -> Shown:
        mine = [
            review
            for review in reviews
            if (review.rule, review.actor_id, review.since) == (each.rule.name, each.actor_id, each.since)
        ]
        named = who[each.actor_kind].get(each.actor_id)
        return Shown(
            each,
            named.name if named else "A person" if each.actor_kind == "person" else "A system",
            agencies[each.agency_id].name if each.agency_id in agencies else "",
            [
                {
                    "text": review.note,
                    "at": review.at,
                    "by": reviewers[review.by_id].name if review.by_id in reviewers else "an auditor",
                }
                for review in mine
            ],
        )

    return [shown(each) for each in found]
