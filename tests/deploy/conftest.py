"""A launcher with small stand-in services, run as a real process; nothing of Django."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LAUNCHER = """
import os, sys
from pathlib import Path
from deploy.local.console import say
from deploy.local.supervisor import Service, StopRequested, Supervisor
from deploy.local.warden import guarded

here = Path(sys.argv[1])

def main():
    try:
        with Supervisor(here / "log") as supervisor:
            for name in sys.argv[2:]:
                supervisor.start(Service(name, [sys.executable, here / f"{name}.py"], os.environ, stop_seconds=1.0))
            (here / "supervisor.new").write_text(str(os.getpid()))
            (here / "supervisor.new").rename(here / "supervisor.pid")
            say("up")
            supervisor.watch()
    except StopRequested:
        say("stopped")
    return 0

sys.exit(guarded(main))
"""

# Each starts a child of its own, and notes its number in a file once it stands.
SERVICES = {
    "plain": """
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        note("plain")
        time.sleep(60)
    """,
    # Its child has left the process group, as PostgreSQL's and a browser's do, and neither heeds TERM.
    "stubborn": """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        note("stubborn")
        time.sleep(60)
    """,
}

PREAMBLE = """
import os, pathlib, signal, subprocess, sys, time
def note(name):
    path = pathlib.Path(__file__).with_name(name + ".pid")
    path.with_suffix(".new").write_text(str(os.getpid()))
    path.with_suffix(".new").rename(path)
"""


def eventually(holds: Callable[[], object], seconds: float = 15.0) -> object:
    """What `holds` says as soon as it says something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := holds():
            return answer
        time.sleep(0.05)
    return holds()


@dataclass
class Launched:
    process: subprocess.Popen[str]
    here: Path
    mark: str

    def pid(self, name: str) -> int:
        path = self.here / f"{name}.pid"
        assert eventually(path.exists), f"{name} did not start"
        return int(path.read_text())

    def alive(self) -> list[int]:
        """Every living process that came of this launch, wherever it went."""
        wanted = f"OHSC_TEST_MARK={self.mark}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Launched]]:
    """Start a launcher with the named services; whatever it leaves is killed after the test."""
    started: list[Launched] = []

    def start(*services: str, through: list[str] | None = None, ignoring: int | None = None) -> Launched:
        (tmp_path / "launcher.py").write_text(LAUNCHER)
        for name in services:
            (tmp_path / f"{name}.py").write_text(PREAMBLE + textwrap.dedent(SERVICES[name]))
        mark = uuid.uuid4().hex
        env = os.environ | {"PYTHONPATH": str(ROOT), "OHSC_TEST_MARK": mark}
        command = through or [sys.executable, str(tmp_path / "launcher.py"), str(tmp_path), *services]

        def before() -> None:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)  # the tests themselves may run under nohup
            if ignoring is not None:
                signal.signal(ignoring, signal.SIG_IGN)

        process = subprocess.Popen(
            command,
            env=env,
            cwd=tmp_path,
            start_new_session=True,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=before,
        )
        launched = Launched(process, tmp_path, mark)
        started.append(launched)
        launched.pid("supervisor")
        for name in services:
            launched.pid(name)
        return launched

    yield start
    for launched in started:
        for pid in launched.alive():
            with suppress(ProcessLookupError):  # it ended by itself since it was listed
                os.kill(pid, signal.SIGKILL)
        launched.process.wait(10)
        assert launched.process.stdout is not None
        launched.process.stdout.close()
