"""PostgreSQL and Redis for one place: the person's own where DATABASE_URL and REDIS_URL name them, ours otherwise."""

import os
from dataclasses import dataclass

from deploy.local.console import progress, say
from deploy.local.place import Place
from deploy.local.postgres import THROWN_AWAY, Postgres
from deploy.local.redis import Redis
from deploy.local.supervisor import Supervisor
from deploy.local.surroundings import APP, DATABASE, OWNER, SEALER, Databases, databases_on_given_server


@dataclass(frozen=True)
class Servers:
    databases: Databases
    redis_url: str


def start_servers(supervisor: Supervisor, place: Place, keep: bool) -> Servers:
    """Start what is not given. With `keep` false the data is thrown away and need not survive a power cut."""
    return Servers(_databases(supervisor, place, keep), _redis_url(supervisor, place, keep))


def _databases(supervisor: Supervisor, place: Place, keep: bool) -> Databases:
    if given := os.environ.get("DATABASE_URL"):
        say("  PostgreSQL: the one DATABASE_URL names")
        return databases_on_given_server(given, place)
    with progress("PostgreSQL") as step:
        postgres = Postgres(place, {} if keep else THROWN_AWAY)
        postgres.prepare()
        supervisor.start(postgres.service())
        step.outcome = f"{postgres.version} ready"
    if postgres.identity.note:
        say(f"  ({postgres.identity.note})")
    return Databases(
        admin=postgres.admin_url,
        owner=postgres.url(OWNER, place.secret("owner"), DATABASE),
        app=postgres.url(APP, place.secret("app"), DATABASE),
        sealer=postgres.url(SEALER, place.secret("sealer"), DATABASE),
    )


def _redis_url(supervisor: Supervisor, place: Place, keep: bool) -> str:
    if given := os.environ.get("REDIS_URL"):
        say("  Redis: the one REDIS_URL names")
        return given
    with progress("Redis") as step:
        redis = Redis(place, keep)
        supervisor.start(redis.service())
        step.outcome = "ready"
    return redis.url
