"""The real thing: web, worker, clock and a broker of their own, as processes on the test's database."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import urllib3
from redis import Redis

from deploy.local.redis import find_server, free_port

ROOT = Path(__file__).resolve().parents[2]
SWEEP_SECONDS = 1.0
UNUSED = ("--ignore=redoc", "--ignore=rest_framework")


def until(condition: Callable, seconds: float = 20.0):
    """Wait for something to become true, and return it; fail after a time no healthy machine needs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


def collect_static(folder: Path) -> None:
    """What `make demo` and a deployment serve: hashed and compressed."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0", *UNUSED],
        cwd=ROOT,
        env=os.environ | {"OHSC_STATIC_ROOT": str(folder)},
        check=True,
    )


class Platform:
    """What an operator runs, started and stopped as a test needs."""

    def __init__(self, folder: Path, database_url: str, static: Path, **more: str):
        self.folder = folder
        self.mail = folder / "mail"
        self.port, self.broker_port = free_port(), free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.broker_url = f"redis://127.0.0.1:{self.broker_port}/0"
        self.processes: dict[str, subprocess.Popen] = {}
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self.http = urllib3.PoolManager(retries=False, timeout=30, maxsize=60)
        self.env = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": self.broker_url,
            "OHSC_BASE_URL": self.base_url,
            "OHSC_BIND": f"127.0.0.1:{self.port}",
            "OHSC_DEMO": "1",
            "OHSC_INSECURE_HTTP": "1",
            "OHSC_WEBHOOK_ALLOW": "127.0.0.1",
            "OHSC_EMAIL_URL": f"file:{self.mail}",
            "OHSC_STATIC_ROOT": str(static),
            "OHSC_SWEEP_SECONDS": str(SWEEP_SECONDS),
            "OHSC_WEB_PROCESSES": "2",
            "OHSC_SECOND_FACTOR": "optional",
            **more,
        }

    def _supervise(self) -> None:
        """Start a worker again that ended by itself, as every deployment does: with work in hand while its broker goes,
        Celery's worker may end rather than reconnect (kombu 5.7, restore_unacked)."""
        while not self._stopping.wait(0.5):
            worker = self.processes.get("worker")
            if worker is not None and worker.poll() is not None:
                self.start_worker()

    def start(self) -> None:
        self.mail.mkdir(exist_ok=True)
        self.start_broker()
        self.start_web()
        self.start_worker()
        self._start("clock", "celery", "-A", "ohsc", "beat", "-s", str(self.folder / "schedule"))
        until(self.is_ready, 60)
        self._supervisor.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
        for name in ("web", "worker", "clock", "broker"):
            self.end(name, signal.SIGTERM)

    def start_web(self) -> None:
        self._start("web", "gunicorn", "-c", "deploy/gunicorn.conf.py", "ohsc.wsgi")

    def start_worker(self) -> None:
        self._start("worker", "celery", "-A", "ohsc", "worker", "--concurrency", "2")

    def start_broker(self) -> None:
        self.processes["broker"] = subprocess.Popen(
            [find_server(), "--port", str(self.broker_port), "--save", "", "--bind", "127.0.0.1"],
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
        until(self._broker_answers)

    def end(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End one process and its children, and wait until they are gone."""
        process = self.processes.pop(name, None)
        if process is None or process.poll() is not None:
            return
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(how)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for child in family:
            if child.is_running() and how == signal.SIGKILL:
                child.kill()
        psutil.wait_procs(family, 15)

    def is_ready(self) -> bool:
        try:
            return self.http.request("GET", f"{self.base_url}/readyz", timeout=5).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def mails(self) -> list[str]:
        return [path.read_text() for path in sorted(self.mail.iterdir())]

    def _start(self, name: str, program: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [Path(sys.executable).parent / program, *arguments],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
            )

    def _broker_answers(self) -> bool:
        try:
            with Redis.from_url(self.broker_url) as redis:
                return redis.ping()
        except OSError:
            return False
        except Exception:
            return False
