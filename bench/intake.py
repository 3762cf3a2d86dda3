"""How much comes in? One POST after another, eight at once, and a day of the world's reports in bulk.

The floor leaves the same rows by one statement in one commit. Every commit is on the disk before it is answered.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import median

import psycopg

from bench import floors
from bench.callers import BODY, Caller, sent_body
from bench.figures import Callers, statements
from bench.generator import KEY
from bench.loading import TYPICAL
from bench.measuring import Case, Measurer, ratio
from bench.place import Site
from bench.report import Row
from deploy.local.console import say

POST = "/api/v1/referrals"
BULK = "/api/v1/referrals/bulk"
A_DAY = 56_000
LINES = 10_000
AT_ONCE = 8


def one_by_one(
    measurer: Measurer, sites: Sequence[Site], callers: Callers, rounds: int
) -> tuple[list[Row], list[Case]]:
    """Each POST with a key, an external_ref and a selector of its own."""
    rows: list[Row] = []
    cases: list[Case] = []
    body = sent_body()
    for site in sites:
        caller = callers[site.plan.referrals][TYPICAL]
        ours = [caller.post(POST, body)]
        floor = [caller.post(f"/bench/floor/insert?agency={caller.agency}", body, signed=False)]
        at = f"into {site.name}"
        cases += [
            Case(f"floor's statement alone, {at}", count=50, call=_insert(site, caller)),
            Case(f"floor of a POST, 1 at once, {at}", site.port, floor, 50, 1, 201),
            Case(f"POST, 1 at once, {at}", site.port, ours, 50, 1, 201),
            Case(f"floor of a POST, {AT_ONCE} at once, {at}", site.port, floor, 400, AT_ONCE, 201),
            Case(f"POST, {AT_ONCE} at once, {at}", site.port, ours, 400, AT_ONCE, 201),
        ]
    measurer.rounds(cases, rounds)
    for site, (_, floor_1, one, floor_8, eight) in zip(sites, _by_five(cases), strict=True):
        at = f"into {site.name}"
        rows += [
            Row(f"POST by POST, {AT_ONCE} at once, {at}", eight.sent / eight.wall, "req/s", least=200),
            Row(f"its floor, {AT_ONCE} at once, {at}", floor_8.sent / floor_8.wall, "req/s"),
            Row(f"POST by POST, 1 at once, {at}", one.sent / one.wall, "req/s"),
            Row(f"POST, 1 at once, {at}", ratio(one, floor_1), "× floor"),
        ]
    caller = callers[sites[0].plan.referrals][TYPICAL]
    counted = caller.post(POST, body, counted=True).replace(KEY, _own(f"{time.time_ns():x}", 0))
    total, rights = statements(caller, counted)
    rows.append(Row("statements of a POST", total, "", most=10, said=f"{rights} of them set rights"))
    return rows, cases


def in_bulk(
    site: Site, callers: Callers, lines: int = A_DAY, clients: int = 2
) -> tuple[list[Row], list[Case]]:
    """A day's reports, in requests of up to ten thousand lines, from two clients at once: there are two processors."""
    caller = callers[site.plan.referrals][TYPICAL]
    status, _ = _send(caller, "")
    if status in (404, 405):
        say("  There is no POST /api/v1/referrals/bulk yet: not measured.")
        return [Row(f"{A_DAY:,} in bulk", None, "s", most=60)], []
    before = _count(site)
    took: list[float] = []

    def send(body: str) -> None:
        began = time.perf_counter()
        status, said = _send(caller, body)
        took.append(time.perf_counter() - began)
        if status >= 400:
            say(f"  A bulk request was answered {status}: {said[:300]!r}")

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, bodies(lines)))
    wall = time.perf_counter() - began
    made = _count(site) - before
    note = f"{made:,} of {lines:,} made, {made / wall:,.0f} a second, {median(took):.1f} s a request"
    measured = wall if made == lines else None
    return [Row(f"{lines:,} in bulk into {site.name}", measured, "s", most=60, said=note)], []


def bodies(lines: int) -> Iterator[str]:
    """So many lines in as few requests as may be, each line a report of its own."""
    run = f"{time.time_ns():x}"
    text = json.dumps(BODY)
    for first in range(0, lines, LINES):
        yield "".join(
            text.replace(KEY, _own(run, number)) + "\n" for number in range(first, min(first + LINES, lines))
        )


def _own(run: str, number: int) -> str:
    return f"{run}-{number:08d}".rjust(len(KEY), "0")


def _send(caller: Caller, body: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", caller.site.port, timeout=300.0)
    headers = {
        "Authorization": f"Bearer {caller.token}",
        "Content-Type": "application/x-ndjson",
        "Idempotency-Key": f"{time.time_ns():x}",
    }
    connection.request("POST", BULK, body.encode(), headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer.status, said


def _insert(site: Site, caller: Caller) -> Callable[[], None]:
    run = psycopg.connect(site.env["BENCH_DATABASE_URL"], autocommit=True, prepare_threshold=None)
    own = (_own(f"{time.time_ns():x}", number) for number in range(10**8))

    def insert() -> None:
        key = next(own)
        floors.insert(caller.agency, key, sent_body().replace(KEY, key).encode(), run)

    return insert


def _count(site: Site) -> int:
    with psycopg.connect(site.env["BENCH_DATABASE_URL"]) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM referrals_referral").fetchall()
    return int(count)


def _by_five(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    return (cases[first : first + 5] for first in range(0, len(cases), 5))
