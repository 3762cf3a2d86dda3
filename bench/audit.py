"""How fast does what is done come under a seal, and how fast is the whole log verified?

Eight writers append events as requests do (a transaction each, under an agency's rights, durable), while the sealer
works beside them on the same processors. What counts is from the first event appended to the last one sealed.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import psycopg

from bench.figures import Callers
from bench.loading import TYPICAL
from bench.measuring import Case
from bench.place import Site
from bench.report import Row
from deploy.local.console import Failure, say
from deploy.local.place import ROOT
from deploy.local.supervisor import Service, Supervisor

WRITERS, PROCESSES = 8, 2
SECONDS = 15.0


def seals(supervisor: Supervisor, site: Site, callers: Callers) -> tuple[list[Row], list[Case]]:
    """Make a key, let the sealer catch up with what was loaded, append beside it, and verify all of it."""
    key, published = site.env["OHSC_SEALER_KEY_FILE"], site.env["OHSC_AUDIT_KEYS_FILE"]
    manage = [sys.executable, "manage.py"]
    command = [*manage, "audit_key", key, published, "--if-absent"]
    supervisor.run(command, env=site.env, name="audit key", cwd=ROOT)
    with psycopg.connect(site.env["BENCH_DATABASE_URL"], autocommit=True) as connection:
        backlog, began = _waiting(connection), time.monotonic()
        supervisor.start(Service("sealer", [*manage, "audit_seal"], site.env, cwd=ROOT))
        _until(lambda: _waiting(connection) == 0, supervisor)
        caught_up = backlog / (time.monotonic() - began)
        say(f"  {backlog:,} events of the load sealed, {caught_up:,.0f} a second")
        appended, took, oldest = _append(connection, site, callers, supervisor)
        began = time.monotonic()
        supervisor.run([*manage, "audit_verify"], env=site.env, name="audit verify", cwd=ROOT)
        records = _one(connection, "SELECT count(*) FROM audit_leaf")
    verified = records / (time.monotonic() - began)
    note = f"{appended:,.0f} events in {took:.1f} s, {WRITERS} writers, the sealer beside them"
    return [
        Row("audit, from append to sealed", appended / took, "events/s", least=1000, said=note),
        Row("audit, the longest that one waited for its seal", oldest, "s", most=5),
        Row("audit, sealing what waits", caught_up, "events/s"),
        Row("audit, verifying all of it", verified, "events/s", said=f"{records:,.0f} events"),
    ], []


def _append(
    connection: psycopg.Connection, site: Site, callers: Callers, supervisor: Supervisor
) -> tuple[float, float, float]:
    """How many events the writers appended, how long it took until the last was sealed, and the longest wait seen."""
    agency = callers[site.plan.referrals][TYPICAL].agency
    command = [sys.executable, "-m", "bench.appending", str(agency), str(WRITERS // PROCESSES), str(SECONDS)]
    writers = [
        subprocess.Popen(
            command, env=site.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    _told(writers)  # each says when it is ready, and has appended one
    _until(lambda: _waiting(connection) == 0, supervisor)
    before = _one(connection, "SELECT count(*) FROM audit_leaf")
    began, oldest = time.monotonic(), 0.0
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    while any(writer.poll() is None for writer in writers) or _waiting(connection):
        oldest = max(oldest, _one(connection, OLDEST))
        supervisor.pause(0.1)
    took = time.monotonic() - began
    appended = sum(json.loads(line) for line in _told(writers))
    sealed = _one(connection, "SELECT count(*) FROM audit_leaf") - before
    if sealed != appended:
        raise Failure(f"{appended} events were appended, and {sealed} sealed.")
    return appended, took, oldest


OLDEST = "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0)::float FROM audit_pending"


def _waiting(connection: psycopg.Connection) -> float:
    return _one(connection, "SELECT count(*) FROM audit_pending")


def _one(connection: psycopg.Connection, query: str) -> float:
    [(found,)] = connection.execute(query).fetchall()
    return found


def _told(writers: Sequence[subprocess.Popen[str]]) -> list[str]:
    lines = []
    for writer in writers:
        assert writer.stdout is not None
        lines.append(writer.stdout.readline())
    if not all(lines):
        raise Failure("A writer of events ended.")
    return lines


def _until(reached: Callable[[], bool], supervisor: Supervisor) -> None:
    while not reached():
        supervisor.pause(0.1)
