"""How is a process started so that it can never be left behind?

Three nets, one under the other. Each child leads its own process group, so that what it started is ended with it.
The kernel signals a child when its parent dies (PR_SET_PDEATHSIG). And supervisor and warden adopt, and in the end
kill, whatever escaped both.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

ON_LINUX = sys.platform == "linux"
_SET_PDEATHSIG = 1
_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def signal_me_when_my_parent_dies(parent: int, number: int = signal.SIGTERM) -> None:
    """Call in the child. `parent` closes the gap: it may have died before the kernel was asked."""
    if not ON_LINUX:
        return
    _libc.prctl(_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def adopt_orphans() -> None:
    """From now on descendants whose parent dies become this process's children, not init's."""
    if ON_LINUX:
        _libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
    stdin: int = subprocess.DEVNULL,
    become: Callable[[], None] | None = None,
    on_orphaned: int = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child that leads its own process group and is signalled when this process dies.

    `become` runs in the child before the program does, for giving up root's rights. Call from the main thread only:
    the kernel takes the end of the starting *thread* for the end of the parent.
    """
    parent = os.getpid()

    def prepare() -> None:
        if become is not None:
            become()
        # After `become`: a change of identity makes the kernel forget the request.
        signal_me_when_my_parent_dies(parent, on_orphaned)

    return subprocess.Popen(
        [str(word) for word in command],
        env=dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        process_group=0,
        pass_fds=pass_fds,
        preexec_fn=prepare,
    )


def signal_group(leader: int, number: int) -> bool:
    """Signal a process group; false when nobody is left in it."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def descendants(ancestor: int) -> list[int]:
    """Every living process below `ancestor`, as the kernel tells it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue  # it ended while we were looking
        if state != "Z":
            children.setdefault(int(parent), []).append(int(entry.name))
    found, todo = [], [ancestor]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def reap() -> tuple[int, int] | None:
    """One ended child, whoever started it: its number and how it ended."""
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else None


def gone_within(seconds: float) -> bool:
    """Wait for every descendant to end; reaps all children, so only for when none is waited for elsewhere."""
    deadline = time.monotonic() + seconds
    while True:
        while reap() is not None:
            pass
        if not descendants(os.getpid()):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)


def end_descendants(seconds: float = 2.0) -> None:
    """End whatever is left below this process: asked first, then killed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if gone_within(seconds):
            return
