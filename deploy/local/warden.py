"""Who ends what is left when the supervisor itself is killed?

The warden is the process the person started. It forks the supervisor, passes stop signals on to it, and adopts every
orphan below it. Should the supervisor die, by its own decision or by `kill -9`, the warden ends whatever still
runs before it ends itself. Should the warden be killed, the kernel tells the supervisor to stop in good order.
"""

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.local.processes import (
    adopt_orphans,
    end_descendants,
    gone_within,
    reap,
    signal_me_when_my_parent_dies,
)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 6.0  # children told by the kernel that the supervisor died stop in good order within this


def guarded(main: Callable[[], int]) -> int:
    """Run `main` in a forked supervisor; return its exit status once no process is left below this one."""
    caller = os.getppid()
    if _is_make(caller):
        signal_me_when_my_parent_dies(caller)
    adopt_orphans()
    # A shell starts background jobs with INT ignored; Ctrl-C and `kill -INT` must stop us all the same.
    for number in STOP_SIGNALS:
        if not (
            number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
        ):  # asked for by `nohup`
            signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    watched = {*STOP_SIGNALS, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    warden = os.getpid()
    supervisor = os.fork()
    if supervisor == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, watched)
        signal_me_when_my_parent_dies(warden)
        return main()
    status = _wait_for(supervisor, caller, watched)
    if os.WIFSIGNALED(status):
        gone_within(GRACE_SECONDS)  # the kernel has told the services to stop, and they are doing it
    end_descendants()
    exit_code = os.waitstatus_to_exitcode(status)
    return exit_code if exit_code >= 0 else 128 - exit_code


def _wait_for(supervisor: int, caller: int, watched: Iterable[int]) -> int:
    make_listens_to = _make_listens(caller)
    while True:
        got = signal.sigtimedwait(watched, 0.5)
        if got is not None and got.si_signo in STOP_SIGNALS:
            os.kill(supervisor, got.si_signo)
        elif make_listens_to & ~_make_listens(caller):
            make_listens_to = 0
            os.kill(supervisor, signal.SIGTERM)
        while (ended := reap()) is not None:
            if ended[0] == supervisor:
                return ended[1]


# GNU make passes TERM on to what it runs, but swallows INT and HUP sent to it alone: it stops listening to that
# signal and waits for us. That it stopped listening can be seen, and is how `kill -HUP` of make reaches us.


def _is_make(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "comm").read_text().strip() in {"make", "gmake"}
    except OSError:
        return False


def _make_listens(pid: int) -> int:
    """The set of stop signals make handles, as bits; 0 when the caller is not make."""
    if not _is_make(pid):
        return 0
    try:
        status = (Path("/proc") / str(pid) / "status").read_text()
    except OSError:
        return 0
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return caught & sum(1 << (number - 1) for number in STOP_SIGNALS)
