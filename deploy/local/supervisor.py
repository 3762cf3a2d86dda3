"""Which processes should be running, and what happens when one of them ends?

A service that ends is started again after a short, growing pause. A stop signal ends all of them in order: first
what uses the servers, then the servers. Services are stopped by their own signal and, past their deadline, killed
with everything they started.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.console import Failure, say
from deploy.local.processes import adopt_orphans, end_descendants, signal_group, spawn
from deploy.local.warden import STOP_SIGNALS

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before a service is started again, the last one repeating
STEADY_SECONDS = 30.0  # a service that ran this long starts again at the shortest pause
GIVE_UP_AFTER = 3  # ends during start-up that make the start a failure


class StopRequested(BaseException):
    """Somebody asked the launcher to stop. Not an Exception: no handler may swallow it."""


@dataclass
class Service:
    """A process that should always be running."""

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    ready: Callable[[], bool] | None = None
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 15.0
    server: bool = False  # stopped only when nothing uses it any more
    become: Callable[[], None] | None = None
    cwd: Path | None = None
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    start_again_at: float | None = field(default=None, init=False)
    ends: int = field(default=0, init=False)


class Supervisor:
    """Starts services, keeps them running, and stops them. Used as a context: leaving it stops everything."""

    def __init__(self, log_dir: Path) -> None:
        self.log_dir = log_dir
        self.services: list[Service] = []
        self._stop_asked_at: float | None = None
        self._hurry = False

    def __enter__(self) -> Self:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        adopt_orphans()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a child's end cuts a pause short
        for number in STOP_SIGNALS:
            if not (number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN):
                signal.signal(number, self._on_stop_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.stop()

    def _on_stop_signal(self, *_: object) -> None:
        now = time.monotonic()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
        elif now - self._stop_asked_at > 2.0:  # asked again, not the same Ctrl-C arriving by a second way
            self._hurry = True

    # Starting

    def start(self, service: Service, within: float = 60.0) -> None:
        """Start a service and wait until it is ready; from then on it is kept running."""
        self.services.append(service)
        self._launch(service)
        deadline = time.monotonic() + within
        while service.ready is not None and not (service.process and service.ready()):
            if service.ends >= GIVE_UP_AFTER:
                raise Failure(f"{service.name} does not start.\n{self.last_lines(service.name)}")
            if time.monotonic() > deadline:
                raise Failure(
                    f"{service.name} is not ready after {within:.0f} s.\n{self.last_lines(service.name)}"
                )
            self.pause(0.05)

    def run(
        self, command: Sequence[str | Path], *, env: Mapping[str, str], name: str, cwd: Path | None = None
    ) -> None:
        """Run one command to its end, its output in the log; a failure shows the last of it."""
        with self._log(name).open("wb") as output:
            try:
                process = spawn(command, env=env, cwd=cwd, output=output)
            except OSError as error:
                raise Failure(f"{name} cannot be started: {error}") from error
            try:
                while process.poll() is None:
                    self.pause(0.2)
            finally:
                self._end_group(process, signal.SIGTERM, 5.0)
        if process.returncode:
            raise Failure(f"{name} failed (exit {process.returncode}).\n{self.last_lines(name)}")

    def pause(self, seconds: float) -> None:
        """Wait, while looking after the services. The only place where the launcher sleeps, so a stop is never late."""
        self._tend()
        if self._stop_asked_at is not None:
            raise StopRequested
        select.select([self._wake_read], [], [], seconds)
        self._drain()
        if self._stop_asked_at is not None:
            raise StopRequested
        self._tend()

    def watch(self) -> None:
        """Keep everything running until a stop is asked for."""
        while True:
            self.pause(0.5)

    def _tend(self) -> None:
        now = time.monotonic()
        for service in self.services:
            if service.process is not None and (status := service.process.poll()) is not None:
                self._note_end(service, status, now)
            elif service.start_again_at is not None and now >= service.start_again_at:
                self._launch(service)

    def _launch(self, service: Service) -> None:
        service.start_again_at = None
        with self._log(service.name).open("ab") as output:
            service.process = spawn(
                service.command,
                env=service.env,
                cwd=service.cwd,
                output=output,
                become=service.become,
                on_orphaned=service.stop_signal,
                pass_fds=service.pass_fds,
            )
        service.started_at = time.monotonic()

    def _note_end(self, service: Service, status: int, now: float) -> None:
        assert service.process is not None
        signal_group(
            service.process.pid, signal.SIGKILL
        )  # what a killed leader left, before a second one starts
        service.process = None
        if now - service.started_at > STEADY_SECONDS:
            service.ends = 0
        pause = PAUSES[min(service.ends, len(PAUSES) - 1)]
        service.ends += 1
        service.start_again_at = now + pause
        how = f"signal {-status}" if status < 0 else f"exit {status}"
        say(
            f"  {service.name} ended ({how}); starting it again in {pause:g} s. See {self._log(service.name)}"
        )

    # Stopping

    def stop(self) -> None:
        """End every service: those that use the servers first, then the servers. A second stop signal hurries."""
        for stage in (False, True):
            self._stop_all(
                [service for service in self.services if service.server is stage and service.process]
            )
        self.services.clear()
        end_descendants()

    def _stop_all(self, services: list[Service]) -> None:
        for service in services:
            assert service.process is not None
            service.process.send_signal(service.stop_signal)
        waiting, began = services, time.monotonic()
        while waiting:
            waiting = [service for service in waiting if service.process and service.process.poll() is None]
            late = 1.0 if self._hurry else time.monotonic() - began
            for service in waiting:
                if self._hurry or late > service.stop_seconds:
                    assert service.process is not None
                    signal_group(service.process.pid, signal.SIGKILL)
            select.select([self._wake_read], [], [], 0.1)
            self._drain()
        for service in services:
            assert service.process is not None
            signal_group(service.process.pid, signal.SIGKILL)

    def _end_group(self, process: subprocess.Popen[bytes], number: int, seconds: float) -> None:
        if process.poll() is None:
            signal_group(process.pid, number)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                signal_group(process.pid, signal.SIGKILL)
                process.wait()
        signal_group(process.pid, signal.SIGKILL)

    # Logs

    def _log(self, name: str) -> Path:
        return self.log_dir / f"{name.replace(' ', '-').lower()}.log"

    def last_lines(self, name: str, count: int = 25) -> str:
        path = self._log(name)
        lines = path.read_text(errors="replace").splitlines()[-count:] if path.exists() else []
        return "\n".join(f"    {line}" for line in lines) + f"\n  (all of it: {path})"

    def _drain(self) -> None:
        try:
            while os.read(self._wake_read, 512):
                pass
        except BlockingIOError:
            pass
