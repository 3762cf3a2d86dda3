"""Which settings do the processes get? As environment variables, and for `manage.py` in a file only its owner reads."""

import hashlib
import hmac
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from deploy.local.place import Place, write_private

DATABASE = "ohsc"
APP, OWNER, SEALER = "ohsc_app", "ohsc_owner", "ohsc_sealer"
# What the person may say about their own machine; everything else of ours is set by the launcher.
PASSED_ON = (
    "OHSC_LOG_LEVEL",
    "OHSC_SWEEP_SECONDS",
    "OHSC_WEB_PROCESSES",
    "OHSC_WEB_THREADS",
    "OHSC_CHROMIUM",
    "OHSC_SECOND_FACTOR",
)


@dataclass(frozen=True)
class Databases:
    """The administrator's login makes the others; the owner migrates, the application runs, the sealer seals."""

    admin: str
    owner: str
    app: str
    sealer: str


def database_name(place: Place) -> str:
    return f"{DATABASE}_{place.name}_{place.clone_id}"


def drop_database(given: str, place: Place) -> None:
    """Drop this clone's database on the server the person named; its roles stay, for other clones use them."""
    name = sql.Identifier(database_name(place))
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def databases_on_given_server(given: str, place: Place) -> Databases:
    """Logins on a server the person named. Each clone has a database of its own there.

    Clones that share the server share its roles, so the passwords are derived from the address: they agree.
    """
    name = database_name(place)

    def login(role: str) -> str:
        password = hmac.new(given.encode(), role.encode(), hashlib.sha256).hexdigest()
        parts = urlsplit(given)
        server = parts.netloc.rpartition("@")[2]
        return urlunsplit(
            parts._replace(netloc=f"{role}:{quote(password, safe='')}@{server}", path=f"/{name}")
        )

    return Databases(admin=given, owner=login(OWNER), app=login(APP), sealer=login(SEALER))


def settings(place: Place, databases: Databases, redis_url: str, base_url: str) -> dict[str, str]:
    return {
        "OHSC_DEMO": "1" if place.name == "demo" else "0",
        "OHSC_SECRET_KEY": place.secret("secret-key"),
        "OHSC_SELECTOR_KEY": place.secret("selector-key"),
        "OHSC_BASE_URL": base_url,
        "OHSC_INSECURE_HTTP": "1",
        "OHSC_WEBHOOK_ALLOW": "127.0.0.1,localhost,::1",
        "OHSC_EMAIL_URL": f"file:{place.dir / 'mail'}",
        "OHSC_STATIC_ROOT": str(place.dir / "static"),
        "DATABASE_URL": databases.app,
        "DATABASE_OWNER_URL": databases.owner,
        "DATABASE_ADMIN_URL": databases.admin,
        "DATABASE_SEALER_URL": databases.sealer,
        "OHSC_SEALER_KEY_FILE": str(place.dir / "sealer.key"),
        "OHSC_AUDIT_KEYS_FILE": str(place.dir / "audit.keys"),
        "REDIS_URL": redis_url,
    }


def process_environment(values: dict[str, str], place: Place) -> dict[str, str]:
    """The person's environment without settings meant for another installation, and ours on top."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON
        or not name.startswith(("OHSC_", "DATABASE_", "REDIS_", "CELERY_", "DJANGO_", "PG"))
    }
    kept |= {"PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "ohsc.settings"}
    if not os.access(kept.get("HOME", "/nonexistent"), os.W_OK):
        home = place.dir / "home"
        home.mkdir(exist_ok=True)
        kept["HOME"] = str(home)
    return kept | values


def write_env_file(path: Path, values: dict[str, str]) -> None:
    """KEY=value lines, readable by a shell and by `manage.py` alike."""
    write_private(path, "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()))
