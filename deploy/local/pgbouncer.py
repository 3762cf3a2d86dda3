"""A PgBouncer of a test's own, in transaction mode, in front of the tests' PostgreSQL. Never skipped in silence."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from deploy.local.console import Failure
from deploy.local.place import write_private
from deploy.local.redis import free_port
from deploy.local.supervisor import Service

PLACES = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


def find_or_install() -> Path:
    """OHSC_PGBOUNCER, else the system's, else Debian's package when we are root."""
    if chosen := os.environ.get("OHSC_PGBOUNCER"):
        if not os.access(chosen, os.X_OK):
            raise Failure(f"OHSC_PGBOUNCER is {chosen}, but that cannot be run.")
        return Path(chosen)
    if found := shutil.which("pgbouncer", path=PLACES):
        return Path(found)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # RUNLEVEL: the package is not to start a server of its own.
        env = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "pgbouncer"]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=env, capture_output=True, check=False)
        if found := shutil.which("pgbouncer", path=PLACES):
            return Path(found)
    raise Failure(
        "The tests of pooling need PgBouncer: install it (`apt-get install pgbouncer`), or set OHSC_PGBOUNCER to "
        "its program."
    )


class PgBouncer:
    """One pooler on a free loopback port. `become` gives up root's rights, which it refuses to run with."""

    def __init__(
        self, folder: Path, database_url: str, *, pool: int, become: Callable[[], None] | None = None
    ) -> None:
        self.folder, self.pool, self.become = folder, pool, become
        self.behind = conninfo_to_dict(database_url)
        self.port = free_port()

    @property
    def url(self) -> str:
        user, password, name = (self.behind[key] for key in ("user", "password", "dbname"))
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{name}"

    def service(self, program: Path) -> Service:
        config, users = self.folder / "pgbouncer.ini", self.folder / "users"
        write_private(users, f'"{self.behind["user"]}" "{self.behind["password"]}"\n')
        write_private(config, self._config(users))
        return Service(
            "PgBouncer",
            [program, config],
            env={"LC_ALL": "C.UTF-8"},
            ready=self._is_ready,
            stop_signal=signal.SIGINT,
            server=True,
            become=self.become,
            cwd=Path("/"),
        )

    def _config(self, users: Path) -> str:
        behind = " ".join(
            f"{key}={self.behind[key]}" for key in ("host", "port", "dbname") if key in self.behind
        )
        return "\n".join(
            [
                "[databases]",
                f"{self.behind['dbname']} = {behind}",
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                f"listen_port = {self.port}",
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                f"auth_file = {users}",
                "pool_mode = transaction",
                f"default_pool_size = {self.pool}",
                "max_client_conn = 200",
                "query_wait_timeout = 20",
                "",
            ]
        )

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1.0):
                return True
        except OSError:
            return False
