"""What does a coordinator see of plans? Where to begin, what each agency would get, and the ways to change it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import Agency
from ohsc.core.actor import Actor
from referrals import record
from referrals.access import visible_plan_lines, visible_plans, visible_referrals
from referrals.actions.deciding import matches_of
from referrals.actions.plans import UNDER_WAY
from referrals.board import PRESSING
from referrals.models import Plan, PlanLine, Referral
from referrals.routing.facts import Receiver, read_receiver
from referrals.routing.matching import Match
from referrals.transitions import Status

CHOICES = (50, 100, 200, 500)
SHOWN = 40  # lines of one agency before the rest is asked for
RECENT = 20


@dataclass(frozen=True)
class Choosing:
    """The unassigned that a plan may be asked for, the most pressing first, and how many there are."""

    rows: list[Referral]
    count: int


@dataclass(frozen=True)
class Share:
    """What one agency would get, and its week before and after."""

    agency: Agency
    receiver: Receiver | None
    lines: list[PlanLine]
    more: int  # lines beyond those shown
    bands: dict[str, int]
    gets: int  # points

    @property
    def count(self) -> int:
        return len(self.lines) + self.more

    @property
    def after(self) -> int:
        return (self.receiver.load if self.receiver else 0) + self.gets


@dataclass(frozen=True)
class Shown:
    """A plan as a page has it."""

    plan: Plan
    shares: list[Share]
    stays: list[PlanLine]
    stay_count: int
    late: int
    changed: int
    offered: int
    refused: list[PlanLine]

    @property
    def count(self) -> int:
        return sum(share.count for share in self.shares) + self.stay_count

    @property
    def placed(self) -> int:
        return sum(share.count for share in self.shares)

    @property
    def is_under_way(self) -> bool:
        return self.plan.state in UNDER_WAY

    @property
    def gap(self) -> str:
        """How far it may be from the best, in per cent, in words; "" where it is the best."""
        return _share(self.plan.figures.get("worth", 0), self.plan.figures.get("bound", 0))

    @property
    def less_from_the_top(self) -> str:
        """How much less it would be worth to work the queue from the top; "" where it comes out the same."""
        return _share(self.plan.figures.get("greedy", 0), self.plan.figures.get("worth", 0))


def choose(actor: Actor, narrows: Mapping[str, str], most: int, *, at: datetime) -> Choosing:
    """What is unassigned, narrowed; the look is recorded."""
    rows = visible_referrals(actor).filter(status=Status.TRIAGED, **narrows)
    found = list(rows.select_related("source", "harm_type").order_by(*PRESSING)[:most])
    record.consulted("plan.chosen_from", [row.pk for row in found], actor, at=at, purpose="coordination")
    return Choosing(found, rows.count() if len(found) == most else len(found))


def recent_plans(actor: Actor) -> list[Plan]:
    return list(visible_plans(actor).defer("referral_ids").order_by("-asked_at")[:RECENT])


def open_plan(plan_id: UUID, actor: Actor, *, at: datetime, whole: str = "") -> Shown:
    """One plan; of each agency the first lines, of the one named by its slug all. Raises Plan.DoesNotExist."""
    plan = visible_plans(actor).select_related("snapshot").get(pk=plan_id)
    rows = visible_plan_lines(actor).filter(plan=plan).select_related("agency", "proposed", "referral")
    lines = list(rows.order_by("position"))
    receivers = {one["id"]: read_receiver(one) for one in plan.snapshot.receivers} if plan.snapshot else {}
    by_agency: dict[Agency, list[PlanLine]] = defaultdict(list)
    stays = []
    for line in lines:
        (by_agency[line.agency] if line.agency else stays).append(line)
    shares = [
        _share_of(agency, by_agency[agency], receivers.get(str(agency.pk)), whole)
        for agency in sorted(by_agency, key=lambda agency: agency.name)
    ]
    stays_shown = stays if whole == "stays" else stays[:SHOWN]
    ids = [line.referral_id for share in shares for line in share.lines] + [
        line.referral_id for line in stays_shown
    ]
    record.consulted("plan.opened", ids, actor, at=at, purpose="coordination", plan=str(plan.pk))
    return Shown(
        plan,
        shares,
        stays_shown,
        len(stays),
        late=sum(line.is_late for line in lines),
        changed=sum(line.changed_by is not None for line in lines),
        offered=sum(line.offer_id is not None for line in lines),
        refused=[line for line in lines if line.refused],
    )


def progress_of(plan_id: UUID, actor: Actor) -> Plan:
    """How far it is, without its lines. Raises Plan.DoesNotExist."""
    return visible_plans(actor).defer("referral_ids", "figures").get(pk=plan_id)


def open_line(line_id: UUID, actor: Actor, *, at: datetime) -> tuple[PlanLine, Sequence[Match]]:
    """One line, and every agency for it as things are now. Raises PlanLine.DoesNotExist."""
    rows = visible_plan_lines(actor).select_related(
        "plan", "agency", "referral__source", "referral__harm_type"
    )
    line = rows.get(pk=line_id)
    record.consulted("plan.opened", [line.referral_id], actor, at=at, purpose="coordination")
    return line, matches_of(line.referral, actor, at=at)[3]


def _share_of(agency: Agency, lines: list[PlanLine], receiver: Receiver | None, whole: str) -> Share:
    shown = lines if whole == agency.slug else lines[:SHOWN]
    bands = Counter(line.task["band"] for line in lines)
    return Share(
        agency,
        receiver,
        shown,
        len(lines) - len(shown),
        bands=dict(sorted(bands.items(), key=lambda pair: (pair[0] == "INFO", pair[0]))),
        gets=sum(line.weight for line in lines),
    )


def _share(part: int, whole: int) -> str:
    if not whole or part >= whole:
        return ""
    return f"{100 * (whole - part) / whole:.1f}" if part < 0.9995 * whole else "less than 0.1"
