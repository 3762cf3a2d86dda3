"""How long does a plan of 10,000 referrals for 200 agencies take, how good is it, and how good is working from the top?

The facts are drawn from a seed: environments, places and bands as they come, agencies with a few lines each and points
enough for nine of ten. Once each referral takes one point, and once up to three: then the flow is a bound. No database
is asked; what gathering costs is the queue's matter.
"""

import random
import time
from datetime import UTC, datetime, timedelta

from bench.measuring import Case
from bench.report import Row
from ohsc.core.words import Environment
from referrals.routing.facts import Between, Line, Receiver, Task
from referrals.routing.matching import WANTED
from referrals.routing.planning import problem_of, propose, ranked
from referrals.routing.solving import solve
from referrals.rules import Rules

REFERRALS, AGENCIES = 10_000, 200
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLACES = ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR", "")
BANDS = {"P1": 2, "P2": 16, "P3": 40, "P4": 32, "INFO": 10}
CLOCKS = {"P1": 4, "P2": 7 * 24, "P3": 14 * 24, "P4": 30 * 24, "INFO": 180 * 24}


def plans(seed: int) -> tuple[list[Row], list[Case]]:
    """One plan without weights, which is solved exactly, and one with them, which says how far from the best it is."""
    rows: list[Row] = []
    for heaviest, name in ((1, "one point each"), (3, "one to three points each")):
        tasks, receivers, weights = facts(random.Random(seed), heaviest)

        def knows(task: Task, receiver: Receiver, weights: dict = weights) -> Between:
            return Between(weight=weights[receiver.id, task.band])

        kinds = {kind_of(task): task for task in tasks}
        alike = {
            kind: ranked(
                task,
                receivers,
                {one.id: knows(task, one) for one in receivers},
                Rules(),
                at=AT - timedelta(9),
            )
            for kind, task in kinds.items()
        }
        problem = problem_of(tasks, receivers, [alike[kind_of(one)] for one in tasks], Rules(), at=AT)
        began = time.perf_counter()
        found = solve(problem)
        solved = time.perf_counter() - began
        began = time.perf_counter()
        proposal = propose(tasks, receivers, knows, Rules(), at=AT, kind=kind_of)
        whole = time.perf_counter() - began
        what = f"a plan of {REFERRALS:,} for {AGENCIES}, {name}"
        rows += [
            Row(f"{what}: solving", solved, "s", most=1, said=f"{len(problem.pairs):,} pairs"),
            Row(f"{what}: whole, with words", whole, "s"),
            Row(
                f"{what}: short of the bound, at most",
                100 * found.gap,
                "%",
                said="proved to be the best" if found.is_best else "",
            ),
            Row(
                f"{what}: working from the top, short of the plan",
                100 * (proposal.worth - proposal.greedy) / proposal.worth,
                "%",
            ),
        ]
    return rows, []


def kind_of(task: Task) -> tuple[str, str, str]:
    return task.environment, task.jurisdiction, task.band


def facts(chance: random.Random, heaviest: int) -> tuple[list[Task], list[Receiver], dict]:
    """Referrals, agencies, and how many points a referral of each band takes of each agency."""
    tasks = [_task(chance, number) for number in range(REFERRALS)]
    receivers = [_receiver(chance, number, heaviest) for number in range(AGENCIES)]
    weights = {(one.id, band): chance.randint(1, heaviest) for one in receivers for band in BANDS}
    return tasks, receivers, weights


def _task(chance: random.Random, number: int) -> Task:
    band = chance.choices(list(BANDS), list(BANDS.values()))[0]
    begun = AT - timedelta(hours=CLOCKS[band] * chance.random())
    return Task(
        id=f"{number:05}",
        reference=f"{number:05}",
        environment=chance.choice(Environment.values),
        harm_type="",
        jurisdiction=chance.choice(PLACES),
        band=band,
        clock_from=begun,
        due_at=begun + timedelta(hours=CLOCKS[band]),
        source="A source",
    )


def _receiver(chance: random.Random, number: int, heaviest: int) -> Receiver:
    environments = chance.sample(Environment.values, chance.choice((1, 1, 2)))
    places = chance.choice((("GB",), ("GB-ENG",), ("GB-ENG", "GB-WLS"), ("GB-SCT",), ("GB-NIR",)))
    lines = tuple(
        Line(environment, chance.choice(sorted(WANTED[environment])), place)
        for environment in environments
        for place in places
    )
    points = round(chance.uniform(0.4, 1.4) * REFERRALS * (1 + heaviest) / 2 * 0.9 / AGENCIES)
    return Receiver(
        id=f"{number:03}", slug=f"agency-{number}", name=f"Agency {number:03}", lines=lines, points=points
    )
