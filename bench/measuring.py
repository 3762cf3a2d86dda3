"""How is a fair figure made? Kinds of requests take turns, round after round, so that whatever slows the machine slows
all of them; the median of all sendings is compared within one run, never with another machine's."""

import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from time import perf_counter
from typing import Any

from bench.meter import cpu_seconds
from deploy.local.console import Failure
from deploy.local.place import ROOT

TURN, FEWEST = 2.0, 4  # seconds of one case in one round, and requests at the least


@dataclass
class Case:
    """One kind of request, or of statement (`call`), and what it took so far, in seconds."""

    name: str
    port: int = 0
    requests: Sequence[str] = ()
    count: int = 25
    clients: int = 1
    expect: int = 200
    call: Callable[[], Any] | None = None
    took: list[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    bytes: int = 0
    sent: int = 0
    failed: int = 0
    body: str = ""

    def figures(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "requests": self.sent,
            "failed": self.failed,
            "clients": self.clients,
            "median_ms": round(median(self.took) * 1000, 3),
            "p95_ms": round(percentile(self.took, 95) * 1000, 3),
            "per_second": round(self.sent / self.wall, 1),
            "cpu_ms": {who: round(spent / self.sent * 1000, 2) for who, spent in self.cpu.items()},
            "bytes": self.bytes,
        }


class Generator:
    """The load generator's process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.generator"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.jobs = 0

    def work(self, **job: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.jobs += 1
        self.process.stdin.write(json.dumps({"prefix": f"{self.process.pid}-{self.jobs}", **job}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Failure("The load generator ended.")
        return json.loads(line)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10.0)


class Measurer:
    """Runs cases in rounds, and reads the processors' time of the web server's and PostgreSQL's processes beside."""

    def __init__(
        self, generator: Generator, pids: dict[int, int], postgres: int, pause: Callable[[float], None]
    ):
        self.generator, self.pids, self.postgres, self.pause = generator, pids, postgres, pause

    def rounds(self, cases: Sequence[Case], rounds: int) -> list[Case]:
        """Each case once a round, in an order that turns about, so that none always comes after the same one."""
        for case in cases:
            self._warm_up(case)
        for number in range(rounds):
            for case in cases if number % 2 == 0 else reversed(cases):
                self.once(case)
                self.pause(0.0)
        return list(cases)

    def _warm_up(self, case: Case) -> None:
        """A few that do not count. What is slow is then sent less often, for a round is to stay short."""
        first = replace(case, count=min(case.count, 8), took=[], cpu={}, failed=0)
        self.once(first)
        case.count = max(min(case.count, int(case.clients * TURN / median(first.took))), FEWEST)

    def once(self, case: Case) -> None:
        if case.call is not None:
            self._statements(case)
            return
        before = self._cpu(case.port)
        result = self.generator.work(
            port=case.port, requests=list(case.requests), count=case.count, clients=case.clients, show=True
        )
        after = self._cpu(case.port)
        well = result["statuses"].get(str(case.expect), 0)
        if not well:
            raise Failure(f"{case.name}: answered {result['statuses']}.\n{result.get('body', '')[:1000]}")
        case.failed += case.count - well
        case.took += result["took"]
        case.sent += case.count
        case.wall += result["wall"]
        case.bytes, case.body = result["bytes"], result["body"]
        for who in after:
            case.cpu[who] = case.cpu.get(who, 0.0) + after[who] - before[who]
        case.cpu["generator"] = case.cpu.get("generator", 0.0) + result["cpu"]

    def _statements(self, case: Case) -> None:
        assert case.call is not None
        before, began = self._cpu(0), perf_counter()
        for _ in range(case.count):
            start = perf_counter()
            case.call()
            case.took.append(perf_counter() - start)
        case.wall += perf_counter() - began
        case.sent += case.count
        for who, spent in self._cpu(0).items():
            case.cpu[who] = case.cpu.get(who, 0.0) + spent - before[who]

    def _cpu(self, port: int) -> dict[str, float]:
        web = {"web": cpu_seconds(self.pids[port])} if port in self.pids else {}
        return web | {"postgres": cpu_seconds(self.postgres)}


def percentile(values: Sequence[float], of: int) -> float:
    """The value that so many in a hundred do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * of / 100) - 1, 0)]


def ratio(ours: Case, floor: Case) -> float:
    """How many times the floor's median ours takes."""
    return median(ours.took) / median(floor.took)
