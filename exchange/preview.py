"""What does a person see of a document before anything is made of it, and of what was made? The looking is recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import actions as audit
from cases.selectors import SelectorRefused, doubt, normalise
from exchange.access import visible_staged
from exchange.actions import SUBJECT
from exchange.drafts import Skipped
from exchange.formats import OF_TYPE
from exchange.importing import Plan, plan
from exchange.models import Staged
from ohsc.core import plain_text
from ohsc.core.actor import Actor
from ohsc.core.words import SelectorKind
from referrals.access import visible_referrals, visible_reports
from referrals.drafts import SelectorDraft
from referrals.models import Referral, Report
from referrals.record import consulted

PLACES_NAMED = 12  # of parts left for one and the same reason; the rest are counted


@dataclass(frozen=True)
class Left:
    """Parts of a report that were left for the same reason."""

    why: str
    paths: Sequence[str]
    more: int


def waiting(actor: Actor, *, at: datetime) -> list[Staged]:
    """The person's own documents that wait, newest first, without their content."""
    found = list(visible_staged(actor).defer("raw").order_by("-at", "pk"))
    if found:
        _looked("document.listed", [staged.pk for staged in found], actor, at=at)
    return found


def open_staged(staged_id: UUID, actor: Actor, *, at: datetime) -> tuple[Staged, Plan]:
    """A document of one's own and what would be made of it now. Raises Staged.DoesNotExist for absent and another's."""
    staged = visible_staged(actor).get(pk=staged_id)
    planned = plan(
        bytes(staged.raw),
        written_in=OF_TYPE[staged.content_type],
        content_type=staged.content_type,
        by=actor,
    )
    _looked("document.previewed", [staged.pk], actor, at=at)
    if known := planned.known:
        consulted(
            "referral.listed",
            [one.pk for one in known],
            actor,
            at=at,
            purpose="import",
            filters=["external_ref"],
        )
    return staged, planned


def open_staged_narrative(staged: Staged, planned: Plan, number: int, actor: Actor, *, at: datetime) -> str:
    """The narrative one referral of the plan would have; the opening is recorded. IndexError where there is none."""
    if not (0 < number <= len(planned.items) and planned.items[number - 1].draft.narrative):
        raise IndexError(number)
    _looked("document.narrative_opened", [staged.pk], actor, at=at, number=number)
    return planned.items[number - 1].draft.narrative


def open_made(
    report_id: UUID, actor: Actor, *, at: datetime
) -> tuple[Report, list[Referral], list[Referral]]:
    """An imported document of the actor's own agency: what was made of it, and what in it had been made before.

    Raises Report.DoesNotExist for absent and another agency's.
    """
    reports = visible_reports(actor).filter(source=actor.agency_id, kind=Report.Kind.DOCUMENT)
    report = reports.get(pk=report_id)
    mine = visible_referrals(actor).filter(source=actor.agency_id).select_related("harm_type")
    made = list(mine.filter(report=report).order_by("external_ref", "reference"))
    before: list[Referral] = []
    if len(made) < report.referral_count:
        planned = plan(bytes(report.raw), written_in=OF_TYPE[report.content_type], by=actor)
        known = [one.pk for one in planned.known if one.report_id != report.pk]
        before = list(mine.filter(pk__in=known).order_by("external_ref"))
    audit.record(
        audit.Kind.CONSULTATION,
        "document.opened",
        by=actor,
        at=at,
        subject_type="report",
        subject_ids=[report.pk],
    )
    consulted(
        "referral.listed", [one.pk for one in made + before], actor, at=at, purpose="import", filters=[]
    )
    return report, made, before


def selector_row(given: SelectorDraft) -> dict[str, Any]:
    """A selector as it would be kept, the form it is matched by, and what makes it doubtful."""
    row: dict[str, Any] = {
        "kind": SelectorKind(given.kind).label,
        "value": given.value,
        "platform": given.platform,
        "seen_at": given.seen_at,
        "port": given.port,
    }
    try:
        normal = normalise(given.kind, given.value, platform=given.platform)
    except SelectorRefused as refused:
        return row | {"normal": "", "doubt": str(refused)}
    return row | {"normal": normal.value, "doubt": doubt(normal)}


def left_by_reason(parts: Iterable[Skipped]) -> list[Left]:
    """What was left, the same reason said once."""
    reasons: dict[str, list[str]] = {}
    for part in parts:
        reasons.setdefault(part.why, []).append(plain_text.made_visible(part.path))
    return [
        Left(why, paths[:PLACES_NAMED], max(0, len(paths) - PLACES_NAMED)) for why, paths in reasons.items()
    ]


def _looked(action: str, ids: list[UUID], actor: Actor, *, at: datetime, **details: Any) -> None:
    audit.record(
        audit.Kind.CONSULTATION,
        action,
        by=actor,
        at=at,
        subject_type=SUBJECT,
        subject_ids=ids,
        details=details,
    )
