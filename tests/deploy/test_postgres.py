"""A cluster of the clone's own: kept between starts, reachable wherever the clone lies, closed to a wrong password."""

import os
import shutil
import signal
from pathlib import Path

import psycopg
import pytest

from deploy.local.console import Failure
from deploy.local.place import LONGEST_SOCKET_PATH, SOCKET_NAME, Place
from deploy.local.postgres import THROWN_AWAY, Postgres
from deploy.local.processes import spawn
from tests.deploy.conftest import eventually


@pytest.fixture
def place(tmp_path):
    place = Place("demo", tmp_path / "clone")
    place.make()
    yield place
    place.remove()


@pytest.fixture
def running():
    """Start a cluster's server; it is stopped after the test."""
    started = []

    def start(place: Place, settings: dict[str, str] = THROWN_AWAY) -> tuple[Postgres, int]:
        postgres = Postgres(place, settings)
        postgres.prepare()
        service = postgres.service()
        service.process = spawn(
            service.command, env=service.env, become=service.become, cwd=Path("/"), output=-3
        )
        started.append(service.process)
        assert eventually(service.ready)
        return postgres, service.process.pid

    yield start
    for process in started:
        process.send_signal(signal.SIGINT)
        process.wait(15)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def test_data_is_kept_between_starts_and_after_a_kill(place, running):
    postgres, pid = running(place, {})
    ask(postgres.admin_url, "create table kept as select 41 + 1 as answer")
    os.kill(pid, signal.SIGKILL)
    again, other_pid = running(place, {})
    assert other_pid != pid
    assert ask(again.admin_url, "select answer from kept") == 42


def test_a_pid_file_naming_somebody_else_does_not_stop_it(place, running):
    postgres = Postgres(place, THROWN_AWAY)
    postgres.prepare()
    (postgres.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{postgres.data}\n0\n5432\n{postgres.sockets}\n"
    )
    postgres, _ = running(place)
    assert ask(postgres.admin_url, "select 1") == 1


def test_a_wrong_password_is_refused_and_only_a_socket_is_offered(place, running):
    postgres, _ = running(place)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url("postgres", "wrong", "postgres"))
    assert ask(postgres.admin_url, "select setting from pg_settings where name = 'listen_addresses'") == ""
    assert ask(postgres.admin_url, "select setting from pg_settings where name = 'data_checksums'") == "on"
    assert postgres.data.stat().st_mode & 0o077 == 0


def test_the_socket_is_within_reach_however_long_the_path_of_the_clone(tmp_path, running):
    clone = tmp_path / ("a-long-name-" * 8) / ("and-a-longer-one-" * 6)
    place = Place("demo", clone)
    place.make()
    try:
        postgres, _ = running(place)
        assert len(str(postgres.sockets / SOCKET_NAME)) <= LONGEST_SOCKET_PATH
        assert postgres.sockets.stat().st_mode & 0o077 == 0
        assert place.socket_dir() == postgres.sockets  # the same at the next start
        assert ask(postgres.admin_url, "select 1") == 1
    finally:
        place.remove()
    assert not postgres.sockets.exists()


def test_data_of_another_version_is_refused_with_the_way_out(place):
    postgres = Postgres(place, THROWN_AWAY)
    postgres.prepare()
    (postgres.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Failure, match="make demo-reset"):
        postgres.prepare()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_manages_without_user_namespaces(place, running, monkeypatch):
    monkeypatch.setenv("OHSC_NO_USER_NAMESPACE", "1")
    postgres, _ = running(place)
    assert postgres.identity.owner is not None
    assert postgres.data.stat().st_uid == postgres.identity.owner.pw_uid
    assert ask(postgres.admin_url, "select 1") == 1


def test_programs_named_by_hand_must_be_there(place, monkeypatch, tmp_path):
    monkeypatch.setenv("OHSC_PG_BIN", str(tmp_path))
    with pytest.raises(Failure, match="OHSC_PG_BIN"):
        Postgres(place)


def test_debians_programs_do_as_well(place, running, monkeypatch):
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not debian:
        assert shutil.which("postgres") is None
        return
    monkeypatch.setenv("OHSC_PG_BIN", str(debian[-1]))
    postgres, _ = running(place)
    assert postgres.identity.bin_dir == debian[-1]
    assert ask(postgres.admin_url, "select 1") == 1
