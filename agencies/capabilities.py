"""What does an agency say it can do, what has it proposed, and what would that change? Each look is recorded."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from agencies import wording
from agencies.access import (
    visible_absences,
    visible_capability_proposals,
    visible_people,
    visible_work_weights,
)
from agencies.actions.capabilities import lines_of
from agencies.calendars import bank_holidays
from agencies.changing import Change, changes
from agencies.lines import CapabilityLine, fingerprint, in_order, read
from agencies.models import Absence, Agency, CapabilityProposal, User, WorkWeight
from agencies.standings import Standing, standings
from audit import actions as audit
from ohsc.core.actor import Actor
from ohsc.core.words import Band, Environment

SHOWN = 50
HOLIDAYS_AHEAD = 4


@dataclass(frozen=True)
class Weighed:
    """A weight, and its kind of work in words."""

    row: WorkWeight
    harm: str

    @property
    def kind(self) -> str:
        named = [
            Environment(self.row.environment).label if self.row.environment else "",
            self.harm,
            Band(self.row.band).label if self.row.band else "",
        ]
        return ", ".join(str(each) for each in named if each) or "Every referral"


@dataclass(frozen=True)
class OwnPage:
    agency: Agency
    lines: list[CapabilityLine]
    standing: Standing
    weights: list[Weighed]
    absences: list[Absence]
    holidays: list[tuple[date, str]]  # the next ones it keeps
    proposal: "Proposed | None"  # the newest

    @property
    def seen(self) -> str:
        """What whoever changes the lines has looked at."""
        return fingerprint(self.lines)


@dataclass(frozen=True)
class Proposed:
    """A proposal with what it would change of the lines as they stand; nothing once it is decided."""

    proposal: CapabilityProposal
    changes: list[Change] = field(default_factory=list)
    today: list[CapabilityLine] = field(default_factory=list)
    lines: list[CapabilityLine] = field(default_factory=list)
    people: dict[UUID, User] = field(default_factory=dict)
    standing: Standing | None = None

    @property
    def seen(self) -> str:
        """What whoever decides has looked at."""
        return fingerprint(self.today)

    @property
    def state(self) -> str:
        return self.proposal.get_verdict_display() if self.proposal.verdict else "Waits for the Centre"

    @property
    def asker(self) -> User | None:
        return self.people.get(self.proposal.proposed_by)

    @property
    def decider(self) -> User | None:
        return self.people.get(self.proposal.decided_by) if self.proposal.decided_by else None


def open_own(actor: Actor, *, at: datetime, today: date) -> OwnPage:
    """Everything that an administrator keeps of what their agency can do, and when it has less."""
    agency = Agency.objects.get(pk=actor.home_id)
    harms = wording.all_harms()
    weights = visible_work_weights(actor).filter(agency=agency).order_by("environment", "harm_type", "band")
    newest = visible_capability_proposals(actor).filter(agency=agency).order_by("-proposed_at").first()
    audit.record(
        audit.Kind.CONSULTATION,
        "capability.own_opened",
        by=actor,
        at=at,
        subject_type="agency",
        subject_ids=[agency.pk],
    )
    return OwnPage(
        agency=agency,
        lines=in_order(lines_of(agency.pk, actor)),
        standing=standings([agency], actor, today=today)[0],
        weights=[Weighed(row, harms.get(row.harm_type, row.harm_type)) for row in weights],
        absences=list(
            visible_absences(actor).filter(agency=agency, ends_on__gte=today).order_by("starts_on", "id")
        ),
        holidays=_next_holidays(agency.calendar, today),
        proposal=_proposed(newest, actor) if newest else None,
    )


def _next_holidays(calendar: str, today: date) -> list[tuple[date, str]]:
    year = today.year
    known = bank_holidays(calendar, year) | bank_holidays(calendar, year + 1)
    ahead = sorted(day for day in known if today <= day <= today + timedelta(days=366))
    return [(day, known[day]) for day in ahead[:HOLIDAYS_AHEAD]]


def open_proposals(actor: Actor, *, at: datetime) -> tuple[list[Proposed], list[Proposed]]:
    """Those that wait, the oldest first, with what each would change; and those decided last."""
    rows = visible_capability_proposals(actor).select_related("agency")
    waiting = list(rows.filter(verdict="").order_by("proposed_at", "id")[:SHOWN])
    decided = list(rows.exclude(verdict="").order_by("-decided_at", "id")[:SHOWN])
    audit.record(
        audit.Kind.CONSULTATION,
        "capability.proposals_listed",
        by=actor,
        at=at,
        subject_type="capability_proposal",
        subject_ids=[row.pk for row in (*waiting, *decided)],
    )
    return [_proposed(row, actor) for row in waiting], [Proposed(row) for row in decided]


def open_one_proposal(proposal_id: UUID, actor: Actor, *, at: datetime, today: date) -> Proposed:
    """One proposal beside the lines of today. Raises CapabilityProposal.DoesNotExist, the same for absent and not
    the reader's."""
    proposal = visible_capability_proposals(actor).select_related("agency").get(pk=proposal_id)
    audit.record(
        audit.Kind.CONSULTATION,
        "capability.proposal_opened",
        by=actor,
        at=at,
        subject_type="capability_proposal",
        subject_ids=[proposal.pk],
    )
    return _proposed(proposal, actor, standings([proposal.agency], actor, today=today)[0])


def _proposed(proposal: CapabilityProposal, actor: Actor, standing: Standing | None = None) -> Proposed:
    today, lines = in_order(lines_of(proposal.agency_id, actor)), read(proposal.lines)
    people = visible_people(actor).filter(pk__in=[proposal.proposed_by, proposal.decided_by])
    return Proposed(
        proposal,
        changes(today, lines) if proposal.is_open else [],
        today,
        lines,
        {person.pk: person for person in people},
        standing,
    )
