"""A demonstration, whose passwords are known to all, listens to this machine only."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.local.console import Failure
from deploy.local.demo import refuse_to_leave_this_machine
from deploy.local.redis import free_port
from tests.deploy.conftest import ROOT, eventually

APPLICATION = "def application(environ, start):\n    start('200 OK', [])\n    return [b'']\n"


@pytest.fixture
def gunicorn(tmp_path: Path):
    """Start the web server with our settings and an application of two lines."""
    (tmp_path / "two_lines.py").write_text(APPLICATION)
    started = []

    def start(*arguments: str, pass_fds: Sequence[int] = (), **env: str) -> subprocess.Popen:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            ROOT / "deploy" / "gunicorn.conf.py",
            *arguments,
            "two_lines",
        ]
        log = (tmp_path / "log").open("wb")
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=os.environ | env,
            stdout=log,
            stderr=log,
            process_group=0,
            pass_fds=pass_fds,
        )
        log.close()
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(15)


@pytest.mark.parametrize("bind", ["0.0.0.0:{}", "[::]:{}", ":{}", "a-name.example:{}"])
@pytest.mark.parametrize("by", ["environment", "command line"])
def test_another_address_is_refused_in_a_sentence(gunicorn, tmp_path, bind, by):
    bind = bind.format(free_port())
    if by == "environment":
        process = gunicorn(OHSC_DEMO="1", OHSC_BIND=bind)
    else:
        process = gunicorn("-b", bind, OHSC_DEMO="1")
    assert process.wait(15) != 0
    assert "A demonstration listens to this machine only" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(("host", "demo"), [("127.0.0.1", "1"), ("0.0.0.0", "0")])
def test_loopback_is_fine_and_so_is_any_address_outside_demonstration_mode(gunicorn, tmp_path, host, demo):
    gunicorn(OHSC_DEMO=demo, OHSC_BIND=f"{host}:{free_port()}")
    assert eventually(lambda: "Listening at" in (tmp_path / "log").read_text())


def test_the_launcher_refuses_before_it_starts_anything(monkeypatch):
    monkeypatch.setenv("OHSC_BIND", "0.0.0.0:8000")
    with pytest.raises(Failure, match="this machine only"):
        refuse_to_leave_this_machine()


@pytest.mark.parametrize(("host", "refused"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_a_socket_handed_over_is_looked_at_too(gunicorn, tmp_path, host, refused):
    with socket.socket() as listener:
        listener.bind((host, 0))
        listener.listen()
        listener.set_inheritable(True)
        process = gunicorn(OHSC_DEMO="1", OHSC_BIND=f"fd://{listener.fileno()}", pass_fds=[listener.fileno()])
        said = "A demonstration listens to this machine only" if refused else "Listening at"
        assert eventually(lambda: said in (tmp_path / "log").read_text())
        if refused:
            assert process.wait(15) != 0
