"""Bring a backup into an empty server, and prove that what is there is what was backed up, guarded as it was."""

import os
import subprocess
import sys
import time
from typing import BinaryIO

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ohsc.core.backups import (
    Manifest,
    Refused,
    differences,
    environment,
    find_program,
    is_empty,
    progress,
    read_manifest,
    take_manifest,
)
from ohsc.core.exempt import LOGIN_ONLY, REFERENCE

PIECE = 1024 * 1024
EVERY = 10.0
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database: makes the roles and the database, restores, and verifies row "
        "counts, policies, rights, triggers and constraints against the backup's manifest. Needs DATABASE_ADMIN_URL "
        "(a superuser), DATABASE_OWNER_URL and DATABASE_URL. Exit status: 0 restored and verified, 1 the database "
        "refused or pg_restore failed, 2 no backup of OHSC, 3 the database is not empty, 4 no fitting pg_restore, "
        "5 restored, but not what was backed up."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="the backup; - is the standard input")

    def handle(self, *, file, **options):
        try:
            if file == "-":
                _restore(sys.stdin.buffer)
            else:
                with open(file, "rb") as backup:
                    _restore(backup)
        except Refused as refused:
            raise CommandError(str(refused), returncode=refused.code) from refused
        except psycopg.Error as error:
            raise CommandError(f"The database refused: {error}") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}", returncode=2) from error


def _restore(backup: BinaryIO) -> None:
    manifest = read_manifest(backup)
    admin = _given("DATABASE_ADMIN_URL")
    app = conninfo_to_dict(_given("DATABASE_URL"))
    _given("DATABASE_OWNER_URL")
    if manifest.logins != [app["user"]]:
        raise Refused(f"The backup's login is {manifest.logins[0]}, and DATABASE_URL's is {app['user']}.", 2)
    url = make_conninfo(**conninfo_to_dict(admin) | {"dbname": app["dbname"]})
    program = _refuse_what_cannot_be_restored(admin, app["dbname"], manifest)
    progress(f"Backup of {manifest.made_at}, OHSC {manifest.version}, PostgreSQL {manifest.server}")
    call_command("database_roles", verbosity=0)
    _feed(
        [program, "--exit-on-error", "--single-transaction", "--no-password", f"--dbname={app['dbname']}"],
        environment(url),
        backup,
    )
    progress("Verifying")
    wrong = _verify(url, manifest) + _let_through(_given("DATABASE_URL"))
    if wrong:
        shown = "\n".join(f"  {line}" for line in wrong[:SHOWN])
        raise Refused(f"What was restored is not what was backed up ({len(wrong)}):\n{shown}", 5)
    progress(
        f"Restored and verified: {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, of them "
        f"{manifest.rows.get('audit_event', 0)} audit events; {len(manifest.shape['policies'])} policies, "
        f"{len(manifest.shape['rights'])} rights."
    )
    if manifest.version != settings.VERSION:
        progress(
            f"This is OHSC {settings.VERSION}: run `manage.py migrate --database owner` before it serves."
        )


def _given(name: str) -> str:
    if name not in os.environ:
        raise Refused(f"Set {name}.", 1)
    return os.environ[name]


def _refuse_what_cannot_be_restored(admin: str, database: str, manifest: Manifest):
    """Before anything is made: the database must be absent or empty, and the server not older than the backup's."""
    with psycopg.connect(admin, autocommit=True) as connection:
        server = connection.info.server_version // 10000
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    if there:
        with psycopg.connect(make_conninfo(**conninfo_to_dict(admin) | {"dbname": database})) as connection:
            if not is_empty(connection):
                raise Refused(f"The database {database} is not empty, and nothing in it was touched.", 3)
    if server < manifest.server:
        raise Refused(f"The backup is of PostgreSQL {manifest.server}, and the server is {server}.", 4)
    return find_program("pg_restore", server)


def _feed(command: list, env: dict[str, str], backup: BinaryIO) -> None:
    given, said = 0, time.monotonic()
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE) as restoring:
        assert restoring.stdin is not None
        try:
            while piece := backup.read(PIECE):
                restoring.stdin.write(piece)
                given += len(piece)
                if time.monotonic() - said > EVERY:
                    said = time.monotonic()
                    progress(f"  {given / PIECE:.0f} MB")
            restoring.stdin.close()
        except BrokenPipeError:
            pass  # it gave up, and says why itself
    if restoring.returncode:
        raise Refused("pg_restore failed, and nothing was kept of what it did; it says above why.", 1)


def _verify(url: str, manifest: Manifest) -> list[str]:
    with psycopg.connect(url) as connection:
        found = take_manifest(connection, version=manifest.version, logins=manifest.logins)
        connection.rollback()
        connection.autocommit = True
        connection.execute("ANALYZE")
    return differences(manifest, found)


def _let_through(url: str) -> list[str]:
    """Tables that show a row to the bare login, which acts for nobody. Those that signing in needs are its own."""
    said = []
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in tables.fetchall():
            if table in LOGIN_ONLY or table in REFERENCE:
                continue
            right = connection.execute(
                "SELECT has_table_privilege(%s, 'SELECT') AND NOT EXISTS (SELECT 1 FROM pg_policies"
                " WHERE tablename = %s AND 'ohsc_app' = ANY(roles))",
                [table, table],
            ).fetchone()[0]
            if (
                right
                and connection.execute(
                    sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))
                ).fetchone()
            ):
                said.append(f"{table} shows its rows to the bare login")
    return said
