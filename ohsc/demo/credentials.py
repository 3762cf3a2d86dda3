"""Who can sign in to the demonstration, and with what? One file that only its owner reads.

Secrets are stored hashed in the database, so this file is the only place they can be read. When it is lost, new
ones are set.
"""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from agencies.models import Client, User
from ohsc.demo.agencies import AGENCIES

_WORDS = (
    "amber", "bracken", "candle", "drizzle", "ember", "fennel", "gable", "hazel", "island", "kettle", "lantern",
    "meadow", "nettle", "orchard", "pebble", "quarry", "ribbon", "saddle", "thistle", "walnut",
)  # fmt: skip


def path() -> Path:
    """Where the file lies: OHSC_DEMO_CREDENTIALS, else var/demo/credentials.json."""
    return Path(
        os.environ.get("OHSC_DEMO_CREDENTIALS", settings.BASE_DIR / "var" / "demo" / "credentials.json")
    )


def new_password() -> str:
    """Easy to type, and long enough for the rules everybody's password follows."""
    return "-".join(secrets.choice(_WORDS) for _ in range(3)) + f"-{secrets.randbelow(9000) + 1000}"


def read() -> dict[str, Any]:
    """What the file says; {} when there is none, or when it is broken."""
    try:
        known = json.loads(path().read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def covers(known: dict[str, Any], clients: Iterable[Client]) -> bool:
    """Does the file name somebody to sign in as, and the secret of every one of these clients?"""
    secret = {client.get("client_id"): client.get("client_secret") for client in known.get("clients", [])}
    return bool(known.get("users")) and all(secret.get(client.client_id) for client in clients)


def listed(people: list[User], password: str, clients: dict[Client, str]) -> dict[str, Any]:
    """The file's content, in the order of the agencies, so the Centre first."""
    order = {agency.slug: place for place, agency in enumerate(AGENCIES)}
    return {
        "base_url": settings.BASE_URL,
        "users": [
            {"email": person.email, "password": password, "role": person.role, "agency": person.agency.slug}
            for person in sorted(people, key=lambda person: order[person.agency.slug])
        ],
        "clients": [
            {
                "agency": client.agency.slug,
                "sector": str(client.agency.sector),
                "client_id": client.client_id,
                "client_secret": secret,
                "scopes": list(client.scopes),
            }
            for client, secret in sorted(clients.items(), key=lambda pair: order[pair[0].agency.slug])
        ],
    }


def write(content: dict[str, Any]) -> None:
    """All of it or nothing, and never readable by others, not even for a moment."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    temporary.replace(target)
