"""A backup of the running system, restored into a cluster where nothing was, guards every row as before."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy.local.place import Place
from deploy.local.postgres import THROWN_AWAY, Postgres
from deploy.local.processes import spawn
from tests.access.test_two_locks import SEES, what_each_sees
from tests.deploy.conftest import eventually

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def manage(*arguments: str, env: dict[str, str], **how) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | env, capture_output=True, **how
    )


def named(url: str) -> str:
    """The address with the name of the database that the tests work on."""
    return make_conninfo(**conninfo_to_dict(url) | {"dbname": connection.settings_dict["NAME"]})


def of_this_database(**more: str) -> dict[str, str]:
    """The environment of that database, as an operator would have it."""
    return {name: named(os.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")} | more


@pytest.fixture
def empty_cluster(tmp_path):
    """A second server with nothing in it, and the environment that leads to it."""
    place = Place("demo", tmp_path / "elsewhere")
    place.make()
    postgres = Postgres(place, THROWN_AWAY)
    postgres.prepare()
    service = postgres.service()
    service.process = spawn(service.command, env=service.env, become=service.become, cwd=Path("/"), output=-3)
    try:
        assert eventually(service.ready)
        name = connection.settings_dict["NAME"]
        yield {
            "DATABASE_ADMIN_URL": postgres.admin_url,
            "DATABASE_OWNER_URL": postgres.url("ohsc_owner", "of-the-owner", name),
            "DATABASE_URL": postgres.url("ohsc_app", "of-the-login", name),
        }
    finally:
        service.process.send_signal(signal.SIGINT)
        service.process.wait(15)
        place.remove()


@contextmanager
def working_on(url: str):
    """The runtime's login of these tests, on another server."""
    settings, parts = connections["default"].settings_dict, conninfo_to_dict(url)
    before = dict(settings)
    connections["default"].close()
    settings.update(
        NAME=parts["dbname"], USER=parts["user"], PASSWORD=parts["password"], HOST=parts["host"], PORT=""
    )
    try:
        yield
    finally:
        connections["default"].close()
        settings.update(before)


def rows(url: str, query: str):
    with psycopg.connect(url, autocommit=True) as asked:
        return asked.execute(query).fetchall()


def test_what_was_backed_up_is_restored_elsewhere_and_each_still_sees_its_own(
    committed_cast,
    world,
    empty_cluster,
    tmp_path,
    request,
):
    file = tmp_path / "backup"
    made = manage("backup", str(file), env=of_this_database())
    assert made.returncode == 0, made.stderr.decode()
    assert b"Backed up" in made.stderr
    assert file.stat().st_mode & 0o077 == 0

    restored = manage("restore", str(file), env=empty_cluster)
    assert restored.returncode == 0, restored.stderr.decode()
    assert b"Restored and verified" in restored.stderr

    with working_on(empty_cluster["DATABASE_URL"]):
        assert what_each_sees(committed_cast, world) == SEES
        request.getfixturevalue("without_the_filters")
        assert what_each_sees(committed_cast, world) == SEES, "the database alone"
    here, there = named(os.environ["DATABASE_ADMIN_URL"]), named(empty_cluster["DATABASE_ADMIN_URL"])
    for query in ("SELECT count(*) FROM audit_event", "SELECT id FROM referrals_referral ORDER BY 1"):
        assert rows(there, query) == rows(here, query)
    assert rows(there, "SELECT count(*) FROM oauth2_provider_accesstoken") == [(0,)]

    again = manage("restore", str(file), env=empty_cluster)
    assert again.returncode == 3
    assert b"is not empty, and nothing in it was touched" in again.stderr


def test_a_login_that_only_reads_backs_up_everything_to_a_pipe(committed_cast, empty_cluster):
    committed_cast.referral("accepted")
    name = connection.settings_dict["NAME"]
    reader = make_conninfo(
        **conninfo_to_dict(os.environ["DATABASE_ADMIN_URL"])
        | {"user": "ohsc_backup_of_tests", "password": "only-reads", "dbname": name}
    )
    env = of_this_database(DATABASE_BACKUP_URL=reader)
    assert manage("database_roles", env=env).returncode == 0
    try:
        piped = manage("backup", "-", env=env | {"DATABASE_ADMIN_URL": ""})
        assert piped.returncode == 0, piped.stderr.decode()
        manifest = json.loads(piped.stdout.split(b"\n", 1)[0])
        assert manifest["rows"]["referrals_referral"] == 1
        assert manifest["rows"]["audit_event"] > 3
        with psycopg.connect(reader) as connected, pytest.raises(psycopg.errors.Error):
            connected.execute("UPDATE referrals_referral SET summary = ''")
        restored = manage("restore", "-", env=empty_cluster, input=piped.stdout)
        assert restored.returncode == 0, restored.stderr.decode()
    finally:
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
            admin.execute(f"REVOKE ALL ON DATABASE {name} FROM ohsc_backup_of_tests")
            admin.execute("DROP ROLE ohsc_backup_of_tests")


def test_a_backup_that_is_damaged_or_cut_or_none_leaves_an_empty_database(
    committed_cast, empty_cluster, tmp_path
):
    file = tmp_path / "backup"
    assert manage("backup", str(file), env=of_this_database()).returncode == 0
    whole = file.read_bytes()
    none = manage("restore", "-", env=empty_cluster, input=b"PGDMP")
    assert (none.returncode, b"no backup of OHSC" in none.stderr) == (2, True)
    cut = manage("restore", "-", env=empty_cluster, input=whole[: len(whole) * 3 // 4])
    assert cut.returncode == 1
    line, dump = whole.split(b"\n", 1)
    claims = json.loads(line)
    claims["rows"]["audit_event"] += 1
    claims["shape"]["policies"].append("one more")
    other = manage("restore", "-", env=empty_cluster, input=json.dumps(claims).encode() + b"\n" + dump)
    assert other.returncode == 5
    assert b"audit_event has" in other.stderr
    assert b"policies: missing: one more" in other.stderr


def test_both_commands_explain_themselves():
    for command in ("backup", "restore"):
        said = manage(command, "--help", env={})
        assert said.returncode == 0
        assert b"Exit status" in said.stdout
