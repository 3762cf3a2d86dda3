"""Who can take this referral, in which order to ask, and why, in words? A pure function of what is known.

What keeps an agency from it is a blocker. A missing agreement or a marking forbids the offer; the others a person may
set aside, with a reason: they know what the map does not say. A plan sets none aside.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agencies.jurisdictions import reaches
from ohsc.core.words import Environment, Skill
from referrals.routing.facts import Between, Line, Receiver, Task
from referrals.rules import Rules

WEEK = timedelta(days=7)
URGENT = ("P1", "P2")  # whether the desk is open now matters to these

# What each environment is there to let people do: disrupt, direct, educate and safeguard.
WANTED: dict[str, set[str]] = {
    Environment.DARK_WEB: {Skill.INVESTIGATION, Skill.INTELLIGENCE, Skill.DISRUPTION},
    Environment.SURFACE_WEB: {Skill.INVESTIGATION, Skill.TAKEDOWN, Skill.ACCOUNT_ACTION, Skill.REGULATION},
    Environment.PHYSICAL_WORLD: {Skill.SAFEGUARDING, Skill.INVESTIGATION, Skill.SUPPORT, Skill.PREVENTION},
}


@dataclass(frozen=True)
class Blocker:
    """What keeps an agency from a referral. `forbids`: the offer cannot be made at all."""

    code: str
    says: str
    forbids: bool = False


@dataclass(frozen=True)
class Match:
    """One agency for one referral: how well it fits, of a hundred, and why, or what keeps it from it."""

    receiver: Receiver
    between: Between
    points: int
    reasons: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    cautions: tuple[str, ...]
    is_late: bool = False  # it would be begun after it is due

    @property
    def is_forbidden(self) -> bool:
        return any(blocker.forbids for blocker in self.blockers)

    @property
    def against(self) -> tuple[str, ...]:
        """What a person would set aside, and what speaks against it besides."""
        return (*(one.says for one in self.blockers if not one.forbids), *self.cautions)


def ranked(
    task: Task, receivers: Iterable[Receiver], between: Mapping[str, Between], rules: Rules, *, at: datetime
) -> list[Match]:
    """Every agency: those that nothing keeps from it first, the best fit at the top; equals by load, then by name."""
    found = [match(task, receiver, between[receiver.id], rules, at=at) for receiver in receivers]
    return sorted(found, key=_order)


def match(task: Task, receiver: Receiver, between: Between, rules: Rules, *, at: datetime) -> Match:
    """How well one agency fits, and what keeps it from it."""
    covering, elsewhere = _lines(task, receiver)
    late = begins(receiver, task.band, at) > task.due_at
    points = _points(task, receiver, covering, rules)
    return Match(
        receiver,
        between,
        points=less_if_late(points, late, rules),
        reasons=tuple(_reasons(task, receiver, covering)),
        blockers=tuple(_blockers(task, receiver, between, covering, elsewhere)),
        cautions=tuple(_cautions(task, receiver, between, late=late, at=at)),
        is_late=late,
    )


def what_is_set_aside(chosen: Match, every: Sequence[Match]) -> str:
    """Why whoever chooses this one is to give a reason, as a sentence; "" where nothing keeps it from it and none fits
    better."""
    if chosen.is_forbidden:
        return ""
    if chosen.blockers:
        return chosen.blockers[0].says
    best = every[0]
    return f"{best.receiver.name} fits better." if best.points > chosen.points else ""


def _order(match: Match) -> tuple:
    receiver = match.receiver
    return (
        match.is_forbidden,
        any(blocker.code in ("before", "conflict") for blocker in match.blockers),
        len(match.blockers),
        -match.points,
        receiver.load / receiver.points if receiver.points else 1,
        receiver.name,
        receiver.id,
    )


def _lines(task: Task, receiver: Receiver) -> tuple[list[Line], list[Line]]:
    """What it can do there, and in the same environment elsewhere."""
    here = [line for line in receiver.lines if line.environment == task.environment]
    covering = [line for line in here if reaches(line.jurisdiction, task.jurisdiction)]
    return covering, [line for line in here if line not in covering]


def _points(task: Task, receiver: Receiver, covering: Sequence[Line], rules: Rules) -> int:
    skills = len({line.skill for line in covering} & WANTED.get(task.environment, set()))
    total = rules.first_skill if skills else 0
    total += rules.more_skills if skills > 1 else 0
    if covering and not task.jurisdiction:
        total += rules.no_place
    elif any(line.jurisdiction == task.jurisdiction for line in covering):
        total += rules.same_place
    elif covering:
        total += rules.wider_place
    total += rules.wished if receiver.id == task.wished else 0
    total += rules.open_now if not receiver.opens else 0
    total += rules.has_room if receiver.points and 2 * receiver.load < receiver.points else 0
    return total


def less_if_late(points: int, late: bool, rules: Rules) -> int:
    """The fit of one that would begin after it is due; it never falls to nought."""
    return max(points - (rules.late if late else 0), 1)


def begins(receiver: Receiver, band: str, at: datetime) -> datetime:
    """When it would come to it, working off what it has at the pace that it said. For a P1 it drops the rest."""
    if band == "P1" or not receiver.points:
        return at
    return at + WEEK * receiver.load / receiver.points


def _reasons(task: Task, receiver: Receiver, covering: Sequence[Line]) -> Iterator[str]:
    for place, lines in _by_place(covering):
        yield f"Covers {_environment(task)} {listed(_skill(line) for line in lines)} in {place}."
    if receiver.id == task.wished:
        yield f"{task.source} asks for it to go there."
    if receiver.room:
        more = "more point" if receiver.room == 1 else "more points"
        yield f"Has room for {receiver.room} {more} this week."
    if task.band in URGENT and not receiver.opens:
        yield "Its desk is open now."


def _blockers(
    task: Task, receiver: Receiver, between: Between, covering: Sequence[Line], elsewhere: Sequence[Line]
) -> Iterator[Blocker]:
    if between.barred:
        yield Blocker("agreement", between.barred, forbids=True)
    for past in between.past:
        yield Blocker("conflict" if past.code == "conflict_of_interest" else "before", past.says)
    if not covering and elsewhere:
        places = listed(place for place, _ in _by_place(elsewhere))
        yield Blocker(
            "jurisdiction", f"Works on the {_environment(task)} in {places}; this is in {task.jurisdiction}."
        )
    elif not covering and task.environment:
        yield Blocker("skill", f"Has said nothing of what it can do on the {_environment(task)}.")
    if covering and not receiver.points and receiver.full_week:
        yield Blocker("full", "Is away this week: it takes nothing.")
    elif covering and not receiver.points:
        yield Blocker("capacity", "Has not said how much it can take in a week.")
    elif between.weight > receiver.room and receiver.points:
        takes = "" if between.weight == 1 else f" This takes {between.weight}."
        yield Blocker("full", f"Is full: {receiver.load} of {receiver.points} points this week.{takes}")
    if task.band == "P1" and receiver.opens and not receiver.answers_at_night:
        yield Blocker(
            "closed", f"Its desk is closed until {receiver.opens}, and nobody can be rung before that."
        )


def _cautions(task: Task, receiver: Receiver, between: Between, *, late: bool, at: datetime) -> Iterator[str]:
    if task.band in URGENT and receiver.opens and receiver.answers_at_night:
        yield f"Its desk is closed until {receiver.opens}: ring out of hours."
    elif task.band == "P2" and receiver.opens:
        yield f"Its desk is closed until {receiver.opens}."
    if late:
        overdue = task.due_at <= at
        yield "It is late already." if overdue else "Would come to it after it is due, with what it has now."


def _by_place(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    places = defaultdict(list)
    for line in lines:
        places[line.jurisdiction].append(line)
    return sorted(places.items())


def _environment(task: Task) -> str:
    return Environment(task.environment).label.lower()


def _skill(line: Line) -> str:
    return Skill(line.skill).label.lower()


def listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
