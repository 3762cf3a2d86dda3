"""A sealer for tests: its own login, and a key made for the one test."""

import os
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from audit.keys import make_key, signing_key
from audit.sealing import Sealed, seal_all

# Every event once more.
AGAIN = """INSERT INTO audit_event SELECT gen_random_uuid(), now(), kind, action, actor_kind, actor_id, agency_id,
subject_type, subject_ids, recipient_ids, purpose, details, request_id FROM audit_event"""


def superuser() -> psycopg.Connection:
    """Somebody who may do anything on the server, and takes the triggers away first."""
    name = conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"]
    connection = psycopg.connect(
        make_conninfo(os.environ["DATABASE_ADMIN_URL"], dbname=name), autocommit=True
    )
    connection.execute("SET session_replication_role = replica")
    return connection


def many_events(count: int) -> None:
    with superuser() as admin:
        admin.execute(
            "INSERT INTO audit_event (id, at, kind, action, actor_kind, subject_type, subject_ids, recipient_ids,"
            " purpose, details, request_id) SELECT gen_random_uuid(), clock_timestamp(), 'access', 'test.many', '', '',"
            " ARRAY[gen_random_uuid()], '{}', '', '{}', '' FROM generate_series(1, %s)",
            [count],
        )


class Seals:
    """What seals and what verifies, on the database of the tests."""

    def __init__(self, folder: Path, settings) -> None:
        self.folder, self.private, self.keys = folder, folder / "sealer.key", folder / "audit.keys"
        make_key(self.private, self.keys, "log.example/audit")
        settings.AUDIT_KEYS_FILE = str(self.keys)

    @property
    def key(self):
        return signing_key(str(self.private))

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(os.environ["DATABASE_SEALER_URL"], autocommit=True)

    def seal(self) -> list[Sealed]:
        with self.connect() as connection:
            return list(seal_all(connection, self.key))

    def rows(self, query: str, *given) -> list[tuple]:
        with self.connect() as connection:
            return connection.execute(query, given).fetchall()

    def verify(self, *words: str) -> None:
        call_command("audit_verify", *words)


@pytest.fixture
def seals(tmp_path, settings, transactional_db):
    return Seals(tmp_path, settings)


@pytest.fixture
def log(committed_cast, seals):
    """Three heads over some dozen events; the ids in the order of the log."""
    for status in ("triaged", "offered", "concluded"):
        committed_cast.referral(status)
        seals.seal()
    return [row[0] for row in seals.rows("SELECT event_id FROM audit_leaf ORDER BY idx")]


def found(*words: str) -> str:
    """What audit_verify says, and it must say that something is wrong."""
    with pytest.raises(CommandError) as refused:
        call_command("audit_verify", *words)
    assert refused.value.returncode == 1
    return str(refused.value)
