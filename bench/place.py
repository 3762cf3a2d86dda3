"""Where is everything that a benchmark runs? A PostgreSQL of its own, durable as a real one, a database for each size,
and a web server for each database: the real gunicorn with its real settings, under `var/bench`."""

import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from bench.loading import CHUNK, Plan, load
from deploy.local import frontend
from deploy.local.console import Failure, progress, say
from deploy.local.demo import collect_static_files, compile_own_code, manage
from deploy.local.place import ROOT, Place
from deploy.local.postgres import Postgres
from deploy.local.redis import Redis
from deploy.local.supervisor import Service, Supervisor
from deploy.local.surroundings import APP, OWNER, SEALER, Databases, process_environment, settings

# Every commit is on the disk before it is answered. Only what a commit costs later, the checkpoint, comes less often
# than by default, as on any server that writes much.
POSTGRES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_wal_size": "4GB"}


@dataclass
class Site:
    """One size: its database, and the web server that serves it."""

    plan: Plan
    databases: Databases
    env: dict[str, str]
    listener: socket.socket
    load_seconds: float = 0.0
    disk_bytes: int = 0
    start_seconds: float = 0.0
    service: Service | None = field(default=None, repr=False)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def name(self) -> str:
        return f"{self.plan.referrals:,}"

    @property
    def pid(self) -> int:
        """The web server's first process."""
        assert self.service is not None
        assert self.service.process is not None
        return self.service.process.pid

    def facts(self) -> dict[str, float]:
        return {
            "referrals": self.plan.referrals,
            "load_seconds": round(self.load_seconds, 1),
            "disk_bytes": self.disk_bytes,
            "start_seconds": round(self.start_seconds, 2),
        }


class Grounds:
    """The servers of one benchmark."""

    def __init__(self, place: Place, supervisor: Supervisor) -> None:
        self.place, self.supervisor = place, supervisor
        self.postgres = Postgres(place, POSTGRES)
        self.redis = Redis(place, False)

    def open(self) -> None:
        frontend.build(self.supervisor)
        compile_own_code()
        with progress("PostgreSQL") as step:
            self.postgres.prepare()
            service = self.postgres.service()
            self.supervisor.start(service)
            assert service.process is not None
            self.postgres_pid = service.process.pid
            step.outcome = f"{self.postgres.version} ready"
        with progress("Redis"):
            self.supervisor.start(self.redis.service())

    def site(self, referrals: int, seed: int) -> Site:
        """The database of this size, filled, unless the run before left it; its web server not yet started."""
        name = f"ohsc_{referrals}"
        databases = Databases(
            admin=self.postgres.admin_url,
            owner=self.postgres.url(OWNER, self.place.secret("owner"), name),
            app=self.postgres.url(APP, self.place.secret("app"), name),
            sealer=self.postgres.url(SEALER, self.place.secret("sealer"), name),
        )
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        values = settings(self.place, databases, self.redis.url, base_url)
        filled = self.postgres.url("postgres", self.place.secret("postgres"), name)
        values |= {
            "BENCH_DATABASE_URL": filled,
            "OHSC_LOG_LEVEL": os.environ.get("OHSC_LOG_LEVEL", "INFO"),
        }
        env = process_environment(values, self.place) | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
        plan = Plan(referrals, seed=seed, selector_key=values["OHSC_SELECTOR_KEY"])
        site = Site(plan, databases, env, listener)
        if not self._is_filled(name):
            self._drop(name)
            manage(self.supervisor, env, f"Database for {site.name}: roles", "database_roles")
            manage(self.supervisor, env, f"Database for {site.name}: tables", "migrate", "--database", "owner",
                   "--verbosity=0", "--no-input")  # fmt: skip
            self._fill(site, filled, name)
        with psycopg.connect(filled) as connection:
            [(site.disk_bytes,)] = connection.execute(
                "SELECT pg_database_size(current_database())"
            ).fetchall()
        return site

    def serve(self, site: Site) -> None:
        """Start the web server as a deployment does, and wait for its first 200 on /readyz."""
        collect_static_files(self.supervisor, site.env, self.place)
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "deploy/gunicorn.conf.py",
            "bench.wsgi:application",
        ]
        began = time.monotonic()
        site.service = Service(
            f"web {site.plan.referrals}",
            command,
            site.env | {"OHSC_BIND": f"fd://{site.listener.fileno()}"},
            pass_fds=[site.listener.fileno()],
            ready=lambda: _is_ready(site.port),
            stop_seconds=10.0,
            cwd=ROOT,
        )
        with progress(f"Web server for {site.name}"):
            self.supervisor.start(site.service, within=90.0)
        site.start_seconds = time.monotonic() - began

    def _fill(self, site: Site, url: str, name: str) -> None:
        """A million takes minutes: the launcher hears a stop between two chunks, and says how far it is."""
        say(f"  Filling the database with {site.name} referrals of {site.plan.agencies} agencies")
        began = time.monotonic()

        def told(done: int) -> None:
            if done % (4 * CHUNK) == 0 or done == site.plan.referrals:
                say(f"    {done:>9,} after {time.monotonic() - began:.0f} s")
            self.supervisor.pause(0.0)

        with psycopg.connect(url, autocommit=True) as connection:
            load(connection, site.plan, told=told)
            site.load_seconds = time.monotonic() - began
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
            connection.execute(comment.format(sql.Identifier(name), sql.Literal("filled")))

    def _is_filled(self, name: str) -> bool:
        with psycopg.connect(self.postgres.admin_url) as connection:
            found = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
            ).fetchone()
        return bool(found and found[0] == "filled")

    def _drop(self, name: str) -> None:
        with psycopg.connect(self.postgres.admin_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def clear(place: Place) -> None:
    """Take away the data; the results and logs stay."""
    for path in [place.dir / "postgres", place.dir / "redis", place.dir / "static", *place.remembered_dirs()]:
        if path.is_relative_to(place.dir) or path.name.startswith("ohsc-"):
            shutil.rmtree(path, ignore_errors=True)
    for note in (*place.dir.glob("*.path"), *place.dir.glob("*.collected-from")):
        note.unlink()


def free_space(place: Place, wanted: int) -> None:
    """Refuse before the disk is full. A referral with all that hangs on it takes about 12 KB."""
    free = shutil.disk_usage(place.dir).free
    if free < wanted:
        raise Failure(f"This needs about {wanted / 1e9:.0f} GB of disk; {free / 1e9:.0f} GB are free.")


def _is_ready(port: int) -> bool:
    from http.client import HTTPConnection, HTTPException

    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=2.0)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
