"""Behind a real PgBouncer in transaction mode: few connections for many processes, and no rights left on any."""

import os
import shutil
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from deploy.local.identity import identity_for
from deploy.local.pgbouncer import PgBouncer, find_or_install
from deploy.local.place import Place
from deploy.local.postgres import find_programs
from deploy.local.processes import spawn
from tests.deploy.conftest import eventually
from tests.e2e.conftest import Partner
from tests.e2e.platform import Platform, until
from tests.e2e.receiver import receiver

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("platform")]
CONNECTIONS = 4  # to PostgreSQL, for eight threads of the web and three workers
REFERRALS = 10
REPORT = {
    "environment": "surface_web",
    "harm_type": "grooming",
    "summary": "An account asked a child to move to a private channel.",
}


@pytest.fixture
def pooled(django_db_setup, tmp_path):
    """PgBouncer before the tests' database, as an ordinary user; its address and its log."""
    program = find_or_install()
    identity = identity_for(find_programs(), Place("test"))
    folder = Path(tempfile.mkdtemp(prefix="ohsc-pool-"))
    pooler = PgBouncer(folder, os.environ["DATABASE_URL"], pool=CONNECTIONS, become=identity.become)
    service = pooler.service(program)
    if identity.owner is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, identity.owner.pw_uid, identity.owner.pw_gid)
    log = tmp_path / "pgbouncer.log"
    with log.open("wb") as output:
        process = spawn(
            service.command, env=service.env, cwd=service.cwd, output=output, become=service.become
        )
    try:
        assert eventually(service.ready), log.read_text()
        yield pooler.url, log
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(15)
        shutil.rmtree(folder)


@pytest.fixture
def platform(pooled, tmp_path, committed_cast):
    """Two web processes and three workers that reach PostgreSQL through the pool alone."""
    url, _ = pooled
    platform = Platform(tmp_path, url, tmp_path / "static")
    platform.mail.mkdir()
    workers = ["worker", "second worker", "third worker"]
    try:
        platform.start_broker()
        platform.start_web()
        for name in workers:
            node = f"{name.replace(' ', '-')}@%h"
            platform._start(name, "celery", "-A", "ohsc", "worker", "--concurrency", "1", "-n", node)
        until(platform.is_ready, 60)
        yield platform
    finally:
        for name in ("web", *workers, "broker"):
            platform.end(name, signal.SIGTERM)


def test_agencies_work_at_once_over_a_few_pooled_connections_and_each_sees_its_own(
    platform, pooled, committed_cast
):
    cast = committed_cast
    names = ("lumen", "centre", "police", "eastmoor", "harbour")
    lumen, centre, police, eastmoor, harbour = (
        Partner(platform, getattr(cast, f"{name}_client").client_id) for name in names
    )
    takers = {"northshire-police": police, "eastmoor-police": eastmoor}

    def travel(number: int) -> str:
        made = lumen.refer(REPORT | {"external_ref": f"LS-{number}"})
        slug = sorted(takers)[number % 2]
        centre.step(made, "triage", priority="P3")
        centre.step(made, "offer", to_agency=slug)
        assert harbour.get("/api/v1/referrals") == {"items": [], "next": None}
        other = takers[sorted(takers)[1 - number % 2]]
        other.get(f"/api/v1/referrals/{made['id']}", 404)
        assert takers[slug].step(made, "accept")["custodian"] == slug
        mine = other.get("/api/v1/referrals?role=custodian")["items"]
        assert {referral["custodian"] for referral in mine} <= {sorted(takers)[1 - number % 2]}
        return slug

    with receiver() as inbox:
        lumen.post("/api/v1/webhooks", {"url": inbox.url}, 201)
        with ThreadPoolExecutor(8) as pool:
            went = list(pool.map(travel, range(REFERRALS)))
        until(lambda: len({call.id for call in inbox.of_type("referral.accept")}) == REFERRALS, 60)
    for slug, partner in takers.items():
        assert len(partner.get("/api/v1/referrals")["items"]) == went.count(slug)
    assert len(lumen.get("/api/v1/referrals")["items"]) == REFERRALS

    url, log = pooled
    assert connections_used() <= CONNECTIONS
    assert what_is_left_on_each(url) == {("none", "", "")}
    said = log.read_text() + "".join(path.read_text() for path in platform.folder.glob("*.log"))
    assert "prepared statement" not in said
    assert '"level": "error"' not in said


def connections_used() -> int:
    """Of the login to this database, but for the tests' own."""
    name = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"]
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ohsc_app' AND datname = %s AND pid <> ALL(%s)"
    )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = [cursor.fetchone()[0]]
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
        return admin.execute(query, [name, own]).fetchone()[0]


def what_is_left_on_each(url: str) -> set[tuple]:
    """Role, agency and actor that the next user of each pooled connection finds: all are held at once."""
    query = (
        "SELECT current_setting('role'), coalesce(current_setting('ohsc.agency_id', true), ''),"
        " coalesce(current_setting('ohsc.actor_id', true), ''), pg_backend_pid()"
    )
    held = [psycopg.connect(url, prepare_threshold=None) for _ in range(CONNECTIONS)]
    try:
        found = [connection.execute(query).fetchone() for connection in held]  # in transactions left open
    finally:
        for connection in held:
            connection.close()
    assert len({row[3] for row in found}) == CONNECTIONS, "each was asked"
    return {row[:3] for row in found}


def test_without_it_the_tests_say_what_to_install(monkeypatch, tmp_path):
    from deploy.local.console import Failure

    monkeypatch.setenv("OHSC_PGBOUNCER", str(tmp_path / "absent"))
    with pytest.raises(Failure, match="cannot be run"):
        find_or_install()
    monkeypatch.delenv("OHSC_PGBOUNCER")
    monkeypatch.setattr("deploy.local.pgbouncer.PLACES", str(tmp_path))
    monkeypatch.setattr("deploy.local.pgbouncer.os.geteuid", lambda: 1000)
    with pytest.raises(Failure, match="apt-get install pgbouncer"):
        find_or_install()
