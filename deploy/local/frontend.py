"""Is the browser's part built? From the locked npm packages into `static/vendor/`, and only when they changed."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

from deploy.local import stamps
from deploy.local.console import Failure, progress
from deploy.local.place import ROOT
from deploy.local.supervisor import Supervisor

SOURCE = ROOT / "frontend"
BUILT = ROOT / "static" / "vendor"
STAMP = ROOT / "var" / "frontend.built-from"
OLDEST_NODE = 20


def build(supervisor: Supervisor) -> None:
    """Run `npm ci` and `npm run build` unless the result is there and was made from these very sources."""
    if _is_built():
        return
    with (ROOT / "var" / "frontend.lock").open("w") as lock:
        while not _locked(lock):  # `make demo` and `make test` may both be building
            supervisor.pause(0.5)
        if not _is_built():
            _build(supervisor)


def _is_built() -> bool:
    return BUILT.is_dir() and stamps.is_current(STAMP, [SOURCE])


def _build(supervisor: Supervisor) -> None:
    env = _node_environment(supervisor)
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    with progress("Front end: packages") as step:
        # Packages run no code of their own while they are installed.
        supervisor.run(["npm", "ci", "--ignore-scripts", *quiet], env=env, name="npm ci", cwd=SOURCE)
        step.outcome = "installed"
    with progress("Front end: build") as step:
        supervisor.run(["npm", "run", "build"], env=env, name="npm run build", cwd=SOURCE)
        step.outcome = "built"
    stamps.write(STAMP, [SOURCE])


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _node_environment(supervisor: Supervisor) -> dict[str, str]:
    """An environment whose PATH has npm and a node new enough; installed into .venv when the machine has none."""
    # A Node.js that came in a wheel would else trust its own list only, and not the machine's (a company's proxy).
    env = {"NODE_USE_SYSTEM_CA": "1"} | os.environ
    programs = Path(sys.executable).parent
    if not _node_is_new_enough(env):
        env["PATH"] = f"{programs}{os.pathsep}{env.get('PATH', '')}"
    if not _node_is_new_enough(env):
        with progress("Node.js, for building the front end") as step:
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
            locked = ROOT / "requirements" / "node.txt"
            supervisor.run([*command, "-r", locked], env=env, name="install node")
            step.outcome = "installed"
    if not _node_is_new_enough(env):
        raise Failure("The front end needs Node.js 20 or newer with npm, and its wheel did not help.")
    if not os.access(env.get("HOME", "/"), os.W_OK):
        env["HOME"] = str(supervisor.log_dir.parent)
    return env


def _node_is_new_enough(env: dict[str, str]) -> bool:
    node, npm = shutil.which("node", path=env.get("PATH")), shutil.which("npm", path=env.get("PATH"))
    if not node or not npm:
        return False
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, env=env).stdout
    except OSError:
        return False
    found = re.match(r"v(\d+)", said)
    return found is not None and int(found[1]) >= OLDEST_NODE
