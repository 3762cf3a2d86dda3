"""A database beside the tests' own, for what a test may not do to theirs: migrate it away, or fill it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo


@contextmanager
def scratch_database(ending: str) -> Iterator[tuple[str, str]]:
    """An empty one; its name and the owner's address. The alias `owner` leads to it until it is dropped."""
    admin = os.environ["DATABASE_ADMIN_URL"]
    name = f"{connections['default'].settings_dict['NAME']}_{ending}"
    assert name.startswith("test_"), name
    app, owner = (
        make_conninfo(**conninfo_to_dict(os.environ[variable]) | {"dbname": name})
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    )
    drop(admin, name)
    call_command("database_roles", verbosity=0, admin_url=admin, app_url=app, owner_url=owner)
    settings = connections["owner"].settings_dict
    connections["owner"].close()
    before, settings["NAME"] = settings["NAME"], name
    try:
        yield name, owner
    finally:
        connections["owner"].close()
        settings["NAME"] = before
        drop(admin, name)


def drop(admin: str, name: str) -> None:
    """Whoever is still connected to it."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
