"""`make test`: servers of its own, thrown away afterwards, a browser, and then every test."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence

from deploy.local import chromium, frontend
from deploy.local.console import say
from deploy.local.demo import compile_own_code, manage
from deploy.local.place import ROOT, Place
from deploy.local.processes import signal_group, spawn
from deploy.local.servers import start_servers
from deploy.local.supervisor import StopRequested, Supervisor
from deploy.local.surroundings import process_environment, settings


def with_test_servers(place: Place, command: Sequence[str], browser: bool) -> int:
    """Run one command with servers, settings and a browser of its own; return its exit status."""
    place.sign_lock()
    _throw_away_what_the_last_run_left(place)
    try:
        with Supervisor(place.log_dir) as supervisor:
            frontend.build(supervisor)
            program = chromium.find_or_install(supervisor) if browser else None
            compile_own_code()
            servers = start_servers(supervisor, place, keep=False)
            values = settings(place, servers.databases, servers.redis_url, "http://127.0.0.1:8000")
            env = process_environment(values, place)
            if program:
                env["OHSC_CHROMIUM"] = program
            manage(supervisor, env, "Database roles", "database_roles")
            say("  " + " ".join(command).replace(sys.executable, "python") + "\n")
            return run_in_front(supervisor, command, env)
    except StopRequested:
        say("\nStopped.")
        return 130


def run_tests(place: Place, arguments: Sequence[str]) -> int:
    """Two processes unless the arguments say otherwise; `-k`, paths and the rest go to pytest as they are."""
    chosen = any(word.startswith(("-n", "--numprocesses", "--pdb", "--collect-only")) for word in arguments)
    command = [
        sys.executable,
        "-m",
        "pytest",
        *([] if chosen else ["-n", "2", "--dist", "loadgroup"]),
        *arguments,
    ]
    return with_test_servers(place, command, browser=True)


def run_in_front(supervisor: Supervisor, command: Sequence[str], env: dict[str, str]) -> int:
    """Run a command that talks to the terminal, so that Ctrl-C and a debugger's prompt reach it and not us."""
    terminal = _terminal()
    process = _spawn_in_front(command, env, terminal)
    try:
        while process.poll() is None:
            supervisor.pause(0.5)
    finally:
        if process.poll() is None:
            signal_group(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15.0)
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        if terminal is not None:
            os.tcsetpgrp(terminal, os.getpgrp())
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _terminal() -> int | None:
    """The terminal's descriptor when we are its foreground job."""
    try:
        return 0 if os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp() else None
    except OSError:
        return None


def _spawn_in_front(
    command: Sequence[str], env: dict[str, str], terminal: int | None
) -> subprocess.Popen[bytes]:
    if terminal is None:
        return spawn(command, env=env, cwd=ROOT)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # or taking the terminal back would stop us
    process = spawn(command, env=env, cwd=ROOT, stdin=terminal)
    os.tcsetpgrp(terminal, process.pid)
    return process


def _throw_away_what_the_last_run_left(place: Place) -> None:
    for path in [place.dir / "postgres", place.dir / "redis", place.log_dir]:
        shutil.rmtree(path, ignore_errors=True)
    place.log_dir.mkdir()
