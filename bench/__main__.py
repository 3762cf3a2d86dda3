"""`make bench`: fill, serve, measure, say. See docs/performance.md."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from bench.audit import seals
from bench.callers import callers_of
from bench.figures import Callers, one, queue, search
from bench.intake import in_bulk, one_by_one
from bench.measuring import Case, Generator, Measurer
from bench.meter import memory
from bench.place import POSTGRES, Grounds, Site, clear
from bench.planning import plans
from bench.report import Row, machine, table, times, write
from deploy.local.__main__ import alone
from deploy.local.console import say
from deploy.local.place import Place
from deploy.local.supervisor import StopRequested, Supervisor

ALL = "10000,100000,1000000"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default=ALL, help=f"referrals; {ALL} unless given")
    parser.add_argument("--rounds", type=int, default=9, help="how often the kinds of requests take turns")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the data")
    parser.add_argument(
        "--hold", action="store_true", help="fill and serve, then wait: for looking with other tools"
    )
    parser.add_argument("--only", default="", help="parts: queue,one,search,intake,bulk,seals,plans")
    chosen = parser.parse_args(words)
    place = Place("bench")
    return alone(place, "A benchmark", lambda: run(place, chosen))


def run(place: Place, chosen: argparse.Namespace) -> int:
    place.sign_lock()
    if not chosen.keep:
        clear(place)
    try:
        with Supervisor(place.log_dir) as supervisor:
            grounds = Grounds(place, supervisor)
            grounds.open()
            sizes = sorted({int(size) for size in chosen.sizes.split(",")})
            sites = [grounds.site(size, chosen.seed) for size in sizes]
            for site in sites:
                grounds.serve(site)
            callers = {site.plan.referrals: callers_of(site) for site in sites}
            if chosen.hold:
                hold(place, supervisor, sites, callers)
            measure(grounds, sites, callers, chosen.rounds, chosen.only)
    except StopRequested:
        say("\nStopped.")
        return 130
    finally:
        if not chosen.keep:
            clear(place)
    return 0


def measure(grounds: Grounds, sites: list[Site], callers: Callers, rounds: int, only: str = "") -> None:
    """Everything, or the parts named, from what changes nothing to what changes most; told as it comes, and kept."""
    facts: dict[str, Any] = {"machine": machine(), "postgres": grounds.postgres.version, "settings": POSTGRES}
    generator = Generator()
    pids = {site.port: site.pid for site in sites}
    measurer = Measurer(generator, pids, grounds.postgres_pid, grounds.supervisor.pause)
    rows: list[Row] = []
    cases: list[Case] = []
    ends = sites if len(sites) == 1 else [sites[0], sites[-1]]
    for part, what, job in (
        ("queue", "An agency's queue", lambda: queue(measurer, sites, callers, rounds)),
        ("one", "One referral", lambda: one(measurer, ends, callers, rounds)),
        ("search", "A search", lambda: search(measurer, ends, callers, rounds)),
        ("intake", "Intake, POST by POST", lambda: one_by_one(measurer, ends, callers, max(rounds // 3, 2))),
        ("bulk", "Intake in bulk", lambda: in_bulk(sites[-1], callers)),
        ("seals", "The audit's seals", lambda: seals(grounds.supervisor, sites[0], callers)),
        ("plans", "A plan of ten thousand", lambda: plans(sites[0].plan.seed)),
    ):
        if only and part not in only.split(","):
            continue
        say(f"\n{what}")
        found, timed = job()
        say(times(timed) if timed else "")
        rows, cases = rows + found, cases + timed
    generator.close()
    failed = {case.name: case.failed for case in cases if case.failed}
    rows.append(Row("requests that failed", sum(failed.values()), "", most=0, said=", ".join(failed)))
    facts["sites"] = [site.facts() for site in sites]
    facts["memory_mb"] = {site.name: memory(site.pid) for site in sites}
    facts["machine"]["load_after"] = os.getloadavg()[0]
    say("\n" + summary(facts) + "\n\n" + table(rows))
    write(grounds.place.dir / "results.json", facts, rows, cases)
    say(f"\n  All of it: {grounds.place.dir / 'results.json'}")


def summary(facts: dict[str, Any]) -> str:
    """What was loaded, how the web server started, and what it holds in memory."""
    lines = ["| referrals | filled in | on disk | first 200 on /readyz | web server's memory (PSS) |"]
    lines.append("|--:|--:|--:|--:|--:|")
    for site in facts["sites"]:
        held = sum(process["pss"] for process in facts["memory_mb"][f"{site['referrals']:,}"])
        filled = f"{site['load_seconds']:.0f} s" if site["load_seconds"] else "kept"
        lines.append(
            f"| {site['referrals']:,} | {filled} | {site['disk_bytes'] / 1e9:.2f} GB"
            f" | {site['start_seconds']:.1f} s | {held:.0f} MB |"
        )
    load = f"load {facts['machine']['load_before']:.1f} before, {facts['machine']['load_after']:.1f} after"
    return f"{facts['machine']['cpus']} processors, {load}\n\n" + "\n".join(lines)


def hold(place: Place, supervisor: Supervisor, sites: list[Site], callers: Callers) -> None:
    """Say in a file where everything is, and wait."""
    facts = [
        {
            "referrals": site.plan.referrals,
            "port": site.port,
            "env": site.env,
            "callers": {
                number: {"agency": c.agency, "token": c.token, "session": c.session}
                for number, c in callers[site.plan.referrals].items()
            },
        }
        for site in sites
    ]
    (place.dir / "held.json").write_text(json.dumps(facts))
    say(f"  Held; {place.dir / 'held.json'} says where. Ctrl-C stops it.")
    supervisor.watch()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
