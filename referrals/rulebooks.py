"""What does a coordinator see of the rules? Those in force, drafts beside them, and what a rehearsal of one showed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from agencies.access import visible_agreements
from agencies.models import Agency, SharingAgreement
from audit import actions as audit
from ohsc.core.actor import Actor
from referrals import record
from referrals.access import visible_rehearsals, visible_rulebooks
from referrals.actions.rehearsals import UNDER_WAY
from referrals.actions.rulebooks import not_so, why_not_on
from referrals.models import Rehearsal, Rulebook
from referrals.routing.gathering import every_standing, rules_now
from referrals.routing.supposing import Supposed, read_supposed
from referrals.rules import Rules, in_words, read_rules

RECENT = 20


@dataclass(frozen=True)
class Line:
    """One rule, as it is today and as a draft has it."""

    label: str
    today: str
    draft: str

    @property
    def differs(self) -> bool:
        return self.today != self.draft


@dataclass(frozen=True)
class Desk:
    """The rules in force, the drafts that nobody switched on, and those of before. `book` None: the code's."""

    book: Rulebook | None
    words: Mapping[str, str]
    drafts: list[Rulebook]
    past: list[Rulebook]


@dataclass(frozen=True)
class Draft:
    """A version of the rules beside those in force, and what keeps this person from switching it on."""

    book: Rulebook
    today: Rules
    lines: list[Line]
    supposes: list[str]
    not_so: list[str]
    rehearsals: list[Rehearsal]
    why_not_on: str


@dataclass(frozen=True)
class Choices:
    """What a draft may suppose: the agencies, with the points of a full week now, and the Centre's agreements."""

    agencies: list[Agency]
    points: Mapping[str, int]
    agreements: list[SharingAgreement]


@dataclass(frozen=True)
class Beside:
    """Two counts, today's rules' and the draft's."""

    today: int
    draft: int

    @property
    def differs(self) -> bool:
        return self.today != self.draft


@dataclass(frozen=True)
class Shown:
    """A rehearsal as a page has it. `bands` and `agencies` are rows; `moved` would have gone elsewhere."""

    rehearsal: Rehearsal
    bands: list[dict[str, Any]]
    agencies: list[dict[str, Any]]
    moved: list[dict[str, Any]]
    late: Beside
    stays: Beside
    fit: Beside

    @property
    def is_under_way(self) -> bool:
        return self.rehearsal.state in UNDER_WAY


def open_desk(actor: Actor, *, at: datetime) -> Desk:
    """The rules, and what was made of them."""
    rows = visible_rulebooks(actor)
    book = rows.filter(in_force_from__isnull=False, in_force_until=None).first()
    rules = read_rules(book.body, book.version) if book else Rules()
    _consulted(actor, at=at)
    return Desk(
        book,
        in_words(rules),
        list(rows.filter(in_force_from=None).order_by("-version")[:RECENT]),
        list(rows.filter(in_force_until__isnull=False).order_by("-in_force_until")[:RECENT]),
    )


def open_draft(rulebook_id: UUID, actor: Actor, *, at: datetime) -> Draft:
    """One version. Raises Rulebook.DoesNotExist."""
    book = visible_rulebooks(actor).get(pk=rulebook_id)
    today, supposed = rules_now(actor), read_supposed(book.supposes)
    now, then = in_words(today), in_words(read_rules(book.body, book.version))
    rehearsals = visible_rehearsals(actor).filter(rulebook=book).defer("moved").order_by("-asked_at")
    _consulted(actor, book, at=at)
    return Draft(
        book,
        today,
        [Line(label, now[label], then[label]) for label in now],
        _supposed_words(supposed, actor),
        not_so(supposed, actor, at=at),
        list(rehearsals[:RECENT]),
        why_not_on(book, actor, at=at),
    )


def choices(actor: Actor, *, at: datetime) -> Choices:
    """What there is to suppose of."""
    standings = every_standing(actor, at=at)
    today = timezone.localtime(at).date()
    agreements = visible_agreements(actor).filter(
        discloser__is_centre=True, ended_at=None, starts_on__lte=today, ends_on__gte=today
    )
    return Choices(
        [one.agency for one in standings],
        {str(one.agency.pk): one.full_week for one in standings},
        list(agreements.select_related("recipient").order_by("recipient__name", "reference")),
    )


def began_from(actor: Actor, rulebook_id: UUID | None) -> tuple[Rules, Supposed]:
    """What a new draft starts from: another draft, or the rules in force. Raises Rulebook.DoesNotExist."""
    if rulebook_id is None:
        return rules_now(actor), Supposed()
    book = visible_rulebooks(actor).get(pk=rulebook_id)
    return read_rules(book.body, book.version), read_supposed(book.supposes)


def progress_of(rehearsal_id: UUID, actor: Actor) -> Rehearsal:
    """How far it is. Raises Rehearsal.DoesNotExist."""
    return visible_rehearsals(actor).defer("figures", "moved").get(pk=rehearsal_id)


def open_rehearsal(rehearsal_id: UUID, actor: Actor, *, at: datetime) -> Shown:
    """What it showed; the referrals it names were looked at. Raises Rehearsal.DoesNotExist."""
    rehearsal = visible_rehearsals(actor).select_related("rulebook").get(pk=rehearsal_id)
    figures = rehearsal.figures
    names = {str(pk): name for pk, name in Agency.objects.values_list("pk", "name")}
    names[""] = ""
    moved = [
        one | {"was": names.get(one["was"], ""), "today": _goes(one, 0, names), "draft": _goes(one, 1, names)}
        for one in rehearsal.moved
    ]
    record.consulted(
        "rehearsal.opened",
        [UUID(one["referral"]) for one in moved],
        actor,
        at=at,
        purpose="coordination",
        rehearsal=str(rehearsal.pk),
    )
    bands = [
        {
            "band": band,
            "count": one["count"],
            "broke": one["broke"],
            "late": Beside(*one["late"]),
            "stays": Beside(*one["stays"]),
        }
        for band, one in figures.get("bands", {}).items()
    ]
    agencies = [
        {
            "name": names.get(key, ""),
            "was": one["was"],
            "gets": Beside(*one["gets"]),
            "fullest": Beside(*one["fullest"]),
        }
        for key, one in figures.get("agencies", {}).items()
    ]
    return Shown(
        rehearsal,
        bands,
        sorted(agencies, key=lambda one: one["name"]),
        moved,
        late=_sum(bands, "late"),
        stays=_sum(bands, "stays"),
        fit=Beside(*figures.get("fit", (0, 0))),
    )


def _goes(one: Mapping[str, Any], which: int, names: Mapping[str, str]) -> dict[str, Any]:
    return {"name": names.get(one["goes"][which], ""), "late": one["late"][which]}


def _sum(rows: list[dict[str, Any]], name: str) -> Beside:
    return Beside(sum(one[name].today for one in rows), sum(one[name].draft for one in rows))


def _supposed_words(supposed: Supposed, actor: Actor) -> list[str]:
    """What a draft supposes, each as a sentence."""
    if not supposed:
        return []
    names = {str(pk): name for pk, name in Agency.objects.values_list("pk", "name")}
    agreements = {str(one.pk): one for one in visible_agreements(actor).filter(discloser__is_centre=True)}
    says = [
        f"{names.get(key, 'An agency')} takes {many} points a week." for key, many in supposed.points.items()
    ]
    says += [
        f"Agreement {agreements[key].reference} has ended." for key in supposed.ended if key in agreements
    ]
    says += [
        f"{names.get(one.agency, 'An agency')} has an agreement like {agreements[one.agreement].reference}."
        for one in supposed.like
        if one.agreement in agreements
    ]
    return says


def _consulted(actor: Actor, book: Rulebook | None = None, *, at: datetime) -> None:
    audit.record(
        audit.Kind.CONSULTATION,
        "rules.opened",
        by=actor,
        at=at,
        subject_type="rulebook",
        subject_ids=[book.pk] if book else [],
    )
