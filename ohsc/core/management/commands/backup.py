"""Write everything OHSC knows into one file, with what is needed to prove that a restored database is the same."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ohsc.core.backups import (
    WITHOUT_ROWS,
    Refused,
    environment,
    find_program,
    progress,
    take_manifest,
)

PIECE = 1024 * 1024
EVERY = 10.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = (
        "Back up the database while the system runs: a manifest and pg_dump's custom format in one file. Needs "
        "DATABASE_BACKUP_URL (the login ohsc_backup, which only reads) or DATABASE_ADMIN_URL. Open sessions and "
        "tokens are left out. The file holds everything: keep it encrypted. "
        "Exit status: 0 done, 1 the database refused or the dump failed, 4 no fitting pg_dump."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="where to; - is the standard output")
        parser.add_argument("--url", help="instead of the environment's login")

    def handle(self, *, file, url, **options):
        login = url or os.environ.get("DATABASE_BACKUP_URL") or os.environ.get("DATABASE_ADMIN_URL")
        if not login:
            raise CommandError("Set DATABASE_BACKUP_URL or DATABASE_ADMIN_URL, or give --url.")
        database = conninfo_to_dict(os.environ["DATABASE_URL"])
        url = make_conninfo(**conninfo_to_dict(login) | {"dbname": database["dbname"]})
        try:
            if file == "-":
                _back_up(url, sys.stdout.buffer)
            else:
                _into_a_file(url, Path(file))
        except Refused as refused:
            raise CommandError(str(refused), returncode=refused.code) from refused
        except psycopg.Error as error:
            raise CommandError(f"The database refused: {error}") from error


def _into_a_file(url: str, path: Path) -> None:
    """Whole or not at all, and readable by its owner only."""
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
            _back_up(url, output)
            output.flush()
            os.fsync(output.fileno())
        part.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _back_up(url: str, output: BinaryIO) -> None:
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        program = find_program("pg_dump", connection.info.server_version // 10000)
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
        progress("Counting")
        manifest = take_manifest(
            connection,
            version=settings.VERSION,
            logins=[conninfo_to_dict(os.environ["DATABASE_URL"])["user"]],
        )
        output.write(manifest.line())
        command = [program, "--format=custom", f"--snapshot={snapshot}", "--no-password"]
        command += [f"--exclude-table-data={table}" for table in WITHOUT_ROWS]
        written = _copy(command, environment(url), output)
    rows = sum(manifest.rows.values())
    progress(f"Backed up {rows} rows of {len(manifest.rows)} tables, {written / PIECE:.1f} MB.")


def _copy(command: list, env: dict[str, str], output: BinaryIO) -> int:
    """What the program writes, piece by piece; how much it was."""
    written, said = 0, time.monotonic()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as dump:
        assert dump.stdout is not None
        while piece := dump.stdout.read(PIECE):
            output.write(piece)
            written += len(piece)
            if time.monotonic() - said > EVERY:
                said = time.monotonic()
                progress(f"  {written / PIECE:.0f} MB")
    if dump.returncode:
        raise Refused("pg_dump failed; it says above why.", 1)
    return written
