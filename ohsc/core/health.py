"""Can this process serve, and does the rest of the installation keep up? Each part says for itself what is wrong.

Only what serving needs takes a process out of service: the database, with the schema the code expects. Without the
broker or the clock pages and interface go on and nothing is lost, so those are told of and not refused for.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis import Redis, RedisError

from ohsc.core.heartbeats import beats

OK = "ok"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Health:
    database: str
    migrations: str | list[str]  # ok, or the names of those not applied
    broker: str
    clock: str | list[str]  # ok, or which job was last done when
    can_serve: bool = False

    @property
    def status(self) -> str:
        if not self.can_serve:
            return "not ready"
        return "ready" if self.broker == self.clock == OK else "degraded"


def health() -> Health:
    """Asked at each call; nothing of it is remembered."""
    broker = _broker()
    try:
        missing = _missing_migrations()
    except Error:
        return Health("unreachable", UNKNOWN, broker, UNKNOWN)
    if missing:
        return Health(OK, missing, broker, UNKNOWN)
    try:
        clock = _clock()
    except Error:
        return Health("refuses", OK, broker, UNKNOWN)
    return Health(OK, OK, broker, clock, can_serve=True)


def _missing_migrations() -> list[str]:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _broker() -> str:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "unreachable"
    return OK


def _clock() -> str | list[str]:
    late = [
        f"{beat.job} was last done {beat.age:.0f} s ago, and should be every {beat.every:g} s"
        for beat in beats(at=timezone.now())
        if beat.is_late
    ]
    return late or OK
