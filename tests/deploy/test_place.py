"""Clones side by side do not meet, and one clone runs one launcher at a time."""

import os
import shutil
import subprocess
import sys

import pytest

from deploy.local.console import Failure
from deploy.local.place import Place
from deploy.local.surroundings import databases_on_given_server, settings, write_env_file
from tests.deploy.conftest import ROOT

HOLDER = """
import sys
from pathlib import Path
from deploy.local.place import Place
place = Place("demo", Path(sys.argv[1]))
place.lock("The demonstration")
place.sign_lock()
"""


def test_two_clones_have_nothing_in_common(tmp_path):
    here, there = Place("demo", tmp_path / "here"), Place("demo", tmp_path / "there")
    for place in (here, there):
        place.make()
    assert here.secret("app") != there.secret("app")
    assert here.socket_dir() != there.socket_dir()
    for place in (here, there):
        shutil.rmtree(place.socket_dir())
    given = "postgresql://admin:pass@db.example:5432/postgres?sslmode=require"
    one, other = databases_on_given_server(given, here), databases_on_given_server(given, there)
    assert one.app != other.app, "each has its own database"
    assert one.app.split("@")[0] == other.app.split("@")[0], "but shared roles have one password"


def test_logins_on_a_given_server_keep_its_address_and_options(tmp_path):
    databases = databases_on_given_server(
        "postgresql://admin:pass@db.example:6000/postgres?sslmode=require", Place("demo", tmp_path)
    )
    assert databases.admin == "postgresql://admin:pass@db.example:6000/postgres?sslmode=require"
    assert databases.owner.startswith("postgresql://ohsc_owner:")
    assert databases.owner.split("@")[1].startswith("db.example:6000/ohsc_demo_")
    assert databases.app.endswith("?sslmode=require")
    assert "pass" not in databases.app


def test_what_is_written_is_private(tmp_path):
    place = Place("demo", tmp_path / "a clone's place")
    place.make()
    databases = databases_on_given_server("postgresql://admin:pass@db.example/postgres", place)
    values = settings(place, databases, "redis://:secret@127.0.0.1:1/0", "http://127.0.0.1:8000")
    write_env_file(place.env_file, values)
    assert place.env_file.stat().st_mode & 0o777 == 0o600
    assert place.dir.stat().st_mode & 0o777 == 0o700
    read_back = subprocess.run(
        ["sh", "-c", 'set -a; . "$0"; env', place.env_file],
        capture_output=True,
        text=True,
        check=True,
        env={},
    ).stdout.splitlines()
    assert {f"{name}={value}" for name, value in values.items()} <= set(read_back)


def test_a_second_launcher_is_told_of_the_first(tmp_path):
    place = Place("demo", tmp_path)
    place.lock("The demonstration")
    place.sign_lock()
    with pytest.raises(Failure, match=rf"already runs in this clone \(process {os.getpid()}\)"):
        Place("demo", tmp_path).lock("The demonstration", wait_seconds=0.2)


def test_a_lock_is_free_when_its_holder_is_gone(tmp_path):
    subprocess.run([sys.executable, "-c", HOLDER, tmp_path], check=True, cwd=ROOT)
    Place("demo", tmp_path).lock("The demonstration", wait_seconds=0.2)
