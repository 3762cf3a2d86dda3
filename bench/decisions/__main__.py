"""`make decisions`: does the plan decide well? A simulated year under each policy. See docs/decisions-simulated.md."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.decisions.arrivals import SCENARIOS
from bench.decisions.clairvoyant import Bound, bound_of, most_kept
from bench.decisions.figures import Figures, figures_of
from bench.decisions.picture import picture
from bench.decisions.policies import POLICIES
from bench.decisions.report import said, table
from bench.decisions.setting import Setting
from bench.decisions.world import World

HINDSIGHT = "hindsight"
BEGINS, ENDS = "<!-- figures -->", "<!-- end of figures -->"
Job = tuple[str, str, int, int]  # policy, scenario, weeks, seed


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.decisions", description=__doc__)
    parser.add_argument("--weeks", type=int, default=52, help="at least 2; 52 unless given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", default=",".join(SCENARIOS), help="some of them, with commas")
    parser.add_argument("--policy", default=",".join(POLICIES), help="some of them, with commas")
    parser.add_argument("--docs", type=Path, help="a folder: write the page’s figures and the picture there")
    chosen = parser.parse_args(words)
    scenarios, policies = chosen.scenario.split(","), chosen.policy.split(",")
    unknown = [
        *(one for one in scenarios if one not in SCENARIOS),
        *(p for p in policies if p not in POLICIES),
    ]
    if unknown or chosen.weeks < 2:
        parser.error(f"Not known: {', '.join(unknown)}." if unknown else "A year has two weeks at least.")
    began = time.monotonic()
    # What takes longest comes first, so that two processors end together.
    slow_first = sorted(policies, key=lambda policy: policy != "ours")
    jobs: list[Job] = [
        (policy, scenario, chosen.weeks, chosen.seed)
        for policy in (*slow_first, HINDSIGHT)
        for scenario in scenarios
    ]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        done = dict(zip(jobs, pool.map(result, jobs), strict=True))
    found: dict[str, list[Figures]] = {}
    bounds: dict[str, Bound] = {}
    pages = []
    for scenario in scenarios:
        where = (scenario, chosen.weeks, chosen.seed)
        found[scenario] = [done[(policy, *where)] for policy in policies]
        bounds[scenario], most = done[(HINDSIGHT, *where)]
        pages.append(f"### {SCENARIOS[scenario]}\n\n{table(found[scenario], bounds[scenario])}")
        pages += [
            said(scenario, one, bounds[scenario], most) for one in found[scenario] if one.policy == "ours"
        ]
    text = "\n\n".join(pages)
    print(text)
    print(f"\nWeeks {chosen.weeks}, seed {chosen.seed}; took {time.monotonic() - began:.0f} s.")
    if chosen.docs:
        worth = {scenario: bound.objective for scenario, bound in bounds.items()}
        keep(chosen.docs, text, picture(found, worth))
    return 0


def result(job: Job) -> Figures | tuple[Bound, dict[str, float]]:
    """One policy in one scenario, or what hindsight could have done."""
    policy, *where = job
    setting = Setting(*where)
    if policy == HINDSIGHT:
        return bound_of(setting), most_kept(setting)
    return figures_of(policy, World(setting, POLICIES[policy]()).run())


def keep(docs: Path, text: str, drawn: str) -> None:
    """The tables between their marks in the page, and the picture."""
    page = docs / "decisions-simulated.md"
    before, _, rest = page.read_text().partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    page.write_text(f"{before}{BEGINS}\n\n{text}\n\n{ENDS}{after}")
    (docs / "pictures" / "decisions.svg").write_text(drawn)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
