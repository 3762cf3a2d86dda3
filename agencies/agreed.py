"""What was agreed between whom? The agreements that this reader may see; the look is recorded."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies import wording
from agencies.access import visible_agreements
from agencies.agreements import not_in_force
from agencies.models import Agency, SharingAgreement
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.words import Environment

SHOWN = 50
STATES = {"in_force": "In force", "to_come": "To come", "over": "Ended"}


@dataclass(frozen=True)
class Agreed:
    """One agreement, with what is said of it in words."""

    agreement: SharingAgreement
    harms: list[str]  # empty where every harm is covered
    on: date

    @property
    def environments(self) -> list[str]:
        return Environment.in_order(self.agreement.environments)

    @property
    def state(self) -> str:
        """A word of `STATES`."""
        if self.agreement.ended_at is None and self.on < self.agreement.starts_on:
            return "to_come"
        return "over" if not_in_force(self.agreement, self.on) else "in_force"

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def review_is_due(self) -> bool:
        review = self.agreement.review_on
        return self.state == "in_force" and review is not None and review <= self.on


@dataclass(frozen=True)
class Part:
    """A part of the list, by reference."""

    agreed: list[Agreed]
    following: str  # the reference to go on after; "" at the end


def open_agreements(
    actor: Actor, *, at: datetime, today: date, agency: UUID | None = None, state: str = "", after: str = ""
) -> Part:
    """The agreements of one agency if one is named, in one state if one is; by reference."""
    rows = visible_agreements(actor).select_related("discloser", "recipient").order_by("reference", "id")
    if agency is not None:
        rows = rows.filter(Q(discloser=agency) | Q(recipient=agency))
    rows = _in_state(rows, state, today)
    if after:
        rows = rows.filter(reference__gt=after)
    found = list(rows[: SHOWN + 1])
    shown = found[:SHOWN]
    _looked("agreements.listed", shown, actor, at)
    return Part(_said(shown, today), shown[-1].reference if len(found) > SHOWN else "")


def open_agreement(reference: str, actor: Actor, *, at: datetime, today: date) -> Agreed:
    """One agreement, by its reference or its id. Raises SharingAgreement.DoesNotExist, the same for absent and not the
    reader's."""
    agreement = agreement_called(reference, actor)
    _looked("agreement.opened", [agreement], actor, at)
    return _said([agreement], today)[0]


def agreement_called(reference: str, actor: Actor) -> SharingAgreement:
    """The agreement of that reference or id; of several with one reference (founding can make them) the newest."""
    rows = visible_agreements(actor).select_related("discloser", "recipient")
    named = Q(reference=reference)
    with suppress(ValueError):
        named |= Q(pk=UUID(reference))
    found = rows.filter(named).order_by("-starts_on", "id").first()
    if found is None:
        raise SharingAgreement.DoesNotExist
    return found


def parties_of(actor: Actor) -> list[Agency]:
    """The agencies between which the reader may see an agreement, by name."""
    rows = visible_agreements(actor)
    ids = {*rows.values_list("discloser", flat=True), *rows.values_list("recipient", flat=True)}
    return list(Agency.objects.filter(pk__in=ids).order_by("name"))


def may_be_told_of_agreement(actor: Actor, agreement_id: UUID, at: datetime) -> bool:
    """Both sides hear of their agreement, and the Centre of every one."""
    return visible_agreements(actor).filter(pk=agreement_id).exists()


def _in_state(rows: QuerySet[SharingAgreement], state: str, today: date) -> QuerySet[SharingAgreement]:
    if state == "in_force":
        return rows.filter(ended_at=None, starts_on__lte=today, ends_on__gte=today)
    if state == "to_come":
        return rows.filter(ended_at=None, starts_on__gt=today)
    if state == "over":
        return rows.filter(Q(ended_at__isnull=False) | Q(ends_on__lt=today))
    return rows


def _said(agreements: Sequence[SharingAgreement], today: date) -> list[Agreed]:
    labels = wording.harms({code for row in agreements for code in row.harm_types})
    return [Agreed(row, [labels[code] for code in row.harm_types], today) for row in agreements]


def _looked(action: str, found: Iterable[SharingAgreement], actor: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.CONSULTATION,
        action,
        by=actor,
        at=at,
        subject_type="agreement",
        subject_ids=[agreement.pk for agreement in found],
    )
