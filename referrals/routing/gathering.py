"""What is known now of these referrals and of every agency that may be asked? The one place where routing reads.

The number of statements is the same for one referral and for ten thousand, for a dozen agencies and for two hundred.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from agencies.access import visible_agreements
from agencies.agreements import covering
from agencies.capacity import Capacity
from agencies.models import Agency, SharingAgreement
from agencies.standings import Standing, standings
from agencies.working_time import next_opening
from ohsc.core.actor import Actor
from referrals import handling
from referrals.access import visible_history, visible_offers, visible_referrals, visible_rulebooks
from referrals.actions.offering import disclosure_of, why_no_offer
from referrals.models import Offer, Referral
from referrals.routing.facts import PAST, Between, Line, Past, Receiver, Task
from referrals.rules import Rules, read_rules
from referrals.transitions import OPEN, RETURN_CODES

# What besides its place, band and harm decides whether a referral may be disclosed, and to whom.
DECIDES = (
    "environment",
    "harm_type_id",
    "jurisdiction",
    "band",
    "source_id",
    "custodian_id",
    "wished_agency_id",
)


@dataclass
class Known:
    """What routing knows at a moment: the tasks, the agencies, and, asked for a pair, what is so of the two."""

    at: datetime
    referrals: Mapping[str, Referral]
    agencies: Mapping[str, Agency]
    receivers: list[Receiver]
    capacities: Mapping[str, Capacity]
    agreements: Mapping[str, Sequence[SharingAgreement]]
    past: Mapping[tuple[str, str], tuple[Past, ...]]
    _asked: dict[object, tuple[str, SharingAgreement | None, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._with_somebody_before = {referral_id for referral_id, _ in self.past}

    @property
    def tasks(self) -> list[Task]:
        return [task_of(referral) for referral in self.referrals.values()]

    def between(self, task: Task, receiver: Receiver) -> Between:
        barred, agreement, weight = self._terms(task, receiver)
        past = self.past.get((task.id, receiver.id), ())
        return Between(barred, agreement.reference if agreement else "", weight, past)

    def agreement(self, task: Task, receiver: Receiver) -> SharingAgreement | None:
        """The agreement under which it would be offered."""
        return self._terms(task, receiver)[1]

    def kind(self, task: Task) -> object:
        """Tasks of one kind differ in their clock alone. One that was with somebody before is like no other."""
        referral = self.referrals[task.id]
        if task.id in self._with_somebody_before:
            return task.id
        return tuple(getattr(referral, name) for name in (*DECIDES, *handling.COLUMNS))

    def _terms(self, task: Task, receiver: Receiver) -> tuple[str, SharingAgreement | None, int]:
        referral, agency = self.referrals[task.id], self.agencies[receiver.id]
        key = (tuple(getattr(referral, name) for name in (*DECIDES, *handling.COLUMNS)), receiver.id)
        if key not in self._asked:
            agreements = self.agreements.get(receiver.id, ())
            self._asked[key] = (
                why_no_offer(referral, agency, agreements, at=self.at),
                covering(agreements, disclosure_of(referral, self.at)),
                self.capacities[receiver.id].weight_of(task.environment, task.harm_type, task.band),
            )
        return self._asked[key]


def gather(ids: Collection, actor: Actor, *, at: datetime, found: Sequence[Standing] | None = None) -> Known:
    """What is known of these referrals that the actor may see, and of every agency, for offers made by the Centre.

    `found` is how every agency stands now, where whoever asks has read it.
    """
    rows = visible_referrals(actor).filter(pk__in=list(ids))
    referrals = {str(row.pk): row for row in rows.select_related("source", "harm_type").order_by("reference")}
    asked = every_standing(actor, at=at) if found is None else found
    agreements = defaultdict(list)
    for agreement in visible_agreements(actor).filter(discloser__is_centre=True):
        agreements[str(agreement.recipient_id)].append(agreement)
    return Known(
        at,
        referrals,
        {str(one.agency.pk): one.agency for one in asked},
        [_receiver(one, at) for one in asked],
        {str(one.agency.pk): one.capacity for one in asked},
        agreements,
        _past(list(referrals.values()), actor),
    )


def task_of(referral: Referral) -> Task:
    """The referral as routing sees it."""
    return Task(
        id=str(referral.pk),
        reference=referral.reference,
        environment=referral.environment,
        harm_type=referral.harm_type_id or "",
        jurisdiction=referral.jurisdiction,
        band=referral.band,
        clock_from=referral.clock_from,
        due_at=referral.due_at,
        source=referral.source.name,
        wished=str(referral.wished_agency_id or ""),
    )


def every_standing(actor: Actor, *, at: datetime) -> list[Standing]:
    """Every agency that may be asked, by name, with what it can do and its room this week."""
    asked = Agency.objects.filter(is_active=True, is_centre=False).order_by("name")
    return standings(asked, actor, today=timezone.localtime(at).date())


def _receiver(standing: Standing, at: datetime) -> Receiver:
    agency = standing.agency
    opens = next_opening(agency.desk_hours, agency.calendar, agency.time_zone, at)
    return Receiver(
        id=str(agency.pk),
        slug=agency.slug,
        name=agency.name,
        lines=tuple(Line(one.environment, one.skill, one.jurisdiction) for one in standing.capacity.lines),
        points=standing.points,
        load=standing.load.points,
        full_week=standing.full_week,
        opens=f"{timezone.localtime(opens):%A %-d %B at %H:%M}" if opens and opens > at else "",
        answers_at_night=bool(agency.out_of_hours_phone),
    )


def rules_now(actor: Actor) -> Rules:
    """The rulebook in force, or the rules that stand in the code where none is."""
    book = visible_rulebooks(actor).filter(in_force_from__isnull=False, in_force_until=None).first()
    return read_rules(book.body, book.version) if book else Rules()


def _past(referrals: Iterable[Referral], actor: Actor) -> dict[tuple[str, str], tuple[Past, ...]]:
    """What each agency did when it had one of these before: declined or returned it, or let the offer lapse."""
    ids = [referral.pk for referral in referrals if referral.status in OPEN]
    found: dict[tuple[str, str], list[Past]] = defaultdict(list)
    steps = visible_history(actor).filter(referral__in=ids, step__in=("decline", "return"))
    for step in steps.order_by("-version"):
        why = RETURN_CODES.get(step.reason_code, step.reason_code)
        said = PAST[step.step].format(day=_day(step.at), why=why[0].lower() + why[1:])
        found[str(step.referral_id), str(step.agency_id)].append(Past(step.step, step.reason_code, said))
    lapsed = visible_offers(actor).filter(referral__in=ids, state=Offer.State.EXPIRED)
    for offer in lapsed.order_by("-closed_at"):
        said = PAST["expire"].format(day=_day(offer.closed_at))
        found[str(offer.referral_id), str(offer.to_agency_id)].append(Past("expire", "", said))
    return {pair: tuple(past) for pair, past in found.items()}


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%-d %B}"
