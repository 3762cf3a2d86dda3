"""How every event comes to its seal: the queue, the sealer stopped anywhere or doubled, and who may do what."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection as login
from django.utils import timezone

from audit import actions as audit
from audit.keys import make_key
from audit.notes import Unreadable
from audit.sealing import seal_all, seal_batch
from ohsc.core.acting import acting_as, writing
from tests.audit.conftest import AGAIN, found, many_events, superuser
from tests.deploy.conftest import eventually

ROOT = Path(__file__).resolve().parents[2]


# The queue: nothing passes by, and nothing is switched off.


def test_whoever_appends_an_event_queues_it(committed_cast, seals):
    cast = committed_cast

    def append(actor):
        audit.record(audit.Kind.ACCESS, "test.appended", by=actor, at=timezone.now())

    ben, cora = cast.actor(cast.ben), cast.actor(cast.cora)
    with acting_as(ben):
        append(ben)  # as ohsc_agency
        with writing():
            append(ben)  # as ohsc_steps
    with acting_as(cora):
        append(cora)  # as ohsc_centre
    append(None)  # as the bare login, signing in
    assert seals.rows("SELECT count(*) FROM audit_pending p JOIN audit_event e ON e.id = event_id") == [(4,)]
    seals.seal()
    seals.verify()


SWITCHES = [
    "SET session_replication_role = replica",
    "ALTER TABLE audit_event DISABLE TRIGGER audit_queue",
    "DROP TRIGGER audit_queue ON audit_event",
    "CREATE OR REPLACE FUNCTION audit_queue() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "INSERT INTO audit_pending VALUES (gen_random_uuid(), now())",
    "DELETE FROM audit_pending",
    "SET ROLE ohsc_seal",
]


@pytest.mark.parametrize("statement", SWITCHES)
def test_the_login_of_the_runtime_cannot_switch_the_queue_off_or_write_to_it(seals, statement):
    with (
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as login,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        login.execute(statement)


def test_nor_does_a_setting_that_other_triggers_heed(committed_cast, seals):
    ben = committed_cast.actor(committed_cast.ben)
    with acting_as(ben), login.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{audit_event:audit_queue}', true)")
        audit.record(audit.Kind.ACCESS, "test.appended", by=ben, at=timezone.now())
    assert seals.rows("SELECT count(*) FROM audit_pending") == [(1,)]
    with superuser() as admin:  # in a session that is told to fire no trigger
        admin.execute(AGAIN)
    assert seals.rows("SELECT count(*) FROM audit_pending") == [(2,)]


def test_a_transaction_that_is_rolled_back_queues_nothing_and_a_late_one_is_sealed_once(
    committed_cast, seals
):
    url, names = os.environ["DATABASE_URL"], "kind, action, actor_kind, agency_id, subject_type, subject_ids"
    insert = (
        f"INSERT INTO audit_event (id, at, {names}, recipient_ids, purpose, details, request_id) VALUES"
        " (gen_random_uuid(), now(), 'access', %s, '', NULL, '', '{}', '{}', '', '{}', '')"
    )
    with psycopg.connect(url) as late, psycopg.connect(url) as never:
        late.execute(insert, ["late"])
        never.execute(insert, ["never"])
        committed_cast.referral()
        before = seals.seal()[-1].size
        assert seals.seal()[-1].size == before, "what is not committed is not there yet"
        late.commit()
        never.rollback()
        assert seals.seal()[-1].size == before + 1
    assert seals.seal()[-1].size == before + 1
    assert seals.rows(
        "SELECT e.action FROM audit_leaf JOIN audit_event e ON e.id = event_id WHERE idx = %s", before
    ) == [("late",)]
    seals.verify()


# The sealer: stopped anywhere, doubled, or without its key.


def run_sealer(seals, *words: str) -> subprocess.Popen:
    env = os.environ | {"OHSC_SEALER_KEY_FILE": str(seals.private)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "audit_seal", *words], cwd=ROOT, env=env, stderr=subprocess.PIPE
    )


def test_a_sealer_that_is_killed_midway_leaves_no_gap_and_no_double(committed_cast, seals):
    many_events(12_000)
    sealer = run_sealer(seals)
    try:
        assert eventually(lambda: seals.rows("SELECT count(*) > 0 FROM audit_head") == [(True,)])
    finally:
        sealer.kill()
        sealer.communicate()
    seals.seal()
    assert seals.rows("SELECT count(*), max(idx) FROM audit_leaf") == [(12_000, 11_999)]
    assert seals.rows("SELECT count(*) FROM audit_pending") == [(0,)]
    seals.verify()


def test_a_batch_that_is_cut_off_is_wholly_undone(committed_cast, seals):
    committed_cast.referral()
    waiting = seals.rows("SELECT event_id FROM audit_pending ORDER BY 1")
    with closing(seals.connect()) as connection, superuser() as admin:
        connection.execute("BEGIN")
        assert seal_batch(connection, seals.key).events == len(waiting)
        admin.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            connection.execute("COMMIT")
    assert seals.rows("SELECT event_id FROM audit_pending ORDER BY 1") == waiting
    assert seals.rows("SELECT count(*) FROM audit_leaf") == [(0,)]


def test_two_sealers_at_once_make_one_log(committed_cast, seals):
    many_events(6_000)
    failed: list[Exception] = []

    def seal():
        try:
            with seals.connect() as connection:
                for _ in seal_all(connection, seals.key):
                    pass
        except Exception as error:
            failed.append(error)

    both = [threading.Thread(target=seal) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failed == []
    assert seals.rows("SELECT count(*), max(idx) FROM audit_leaf") == [(6_000, 5_999)]
    seals.verify()


def test_it_seals_until_it_is_told_to_stop(committed_cast, seals):
    sealer = run_sealer(seals, "--every", "0.1")
    try:
        for _ in range(2):
            many_events(3)
            assert eventually(lambda: seals.rows("SELECT count(*) FROM audit_pending") == [(0,)])
        sealer.send_signal(signal.SIGTERM)
        assert sealer.wait(10) == 0
    finally:
        sealer.kill()
        sealer.communicate()
    seals.verify()


def test_a_key_is_changed_and_what_the_old_one_signed_still_holds(committed_cast, log, seals, tmp_path):
    seals.private = tmp_path / "second.key"
    make_key(seals.private, seals.keys, "log.example/audit")
    committed_cast.referral()
    seals.seal()
    assert len({row[0] for row in seals.rows("SELECT key_id FROM audit_head")}) == 2
    seals.verify()
    old, new = seals.keys.read_text().splitlines()
    seals.keys.write_text(new)
    assert "signed with the key" in found()
    seals.keys.write_text(old)
    assert f"Record {len(log)}" in found()


def test_a_key_is_its_owners_alone_and_is_never_overwritten(seals):
    assert seals.private.stat().st_mode & 0o077 == 0
    before = seals.private.read_text()
    with pytest.raises(Unreadable, match="is there already"):
        make_key(seals.private, seals.keys, "log.example/audit")
    assert seals.private.read_text() == before
    seals.private.chmod(0o644)
    sealer = run_sealer(seals, "--once")
    assert b"Everybody may read" in sealer.communicate()[1]
    assert sealer.returncode == 1


# Who may do what.

TABLES = ("audit_event", "audit_pending", "audit_leaf", "audit_head", "audit_trace")
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def test_the_sealers_login_may_do_this_and_nothing_else(seals):
    may = {
        (table, verb)
        for (table,) in seals.rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND"
                                   " relnamespace = 'public'::regnamespace")
        for verb in VERBS
        if seals.rows("SELECT has_table_privilege(%s, %s)", table, verb) == [(True,)]
    }  # fmt: skip
    assert may == {
        *((table, "SELECT") for table in TABLES),
        ("audit_leaf", "INSERT"),
        ("audit_head", "INSERT"),
        ("audit_trace", "INSERT"),
        ("audit_pending", "DELETE"),
    }
    with seals.connect() as sealer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        sealer.execute("SET ROLE ohsc_steps")


@pytest.mark.parametrize("role", ["ohsc_app", "ohsc_agency", "ohsc_centre", "ohsc_steps"])
def test_no_role_of_the_runtime_writes_a_seal_or_takes_one_away(seals, role):
    may = {
        (table, verb)
        for table in TABLES
        for verb in VERBS[1:]
        if seals.rows("SELECT has_table_privilege(%s, %s, %s)", role, table, verb) == [(True,)]
    }
    assert may == {("audit_event", "INSERT")}


@pytest.mark.parametrize("table", TABLES[1:])
def test_not_even_the_owner_changes_a_seal_without_taking_the_triggers_away(log, seals, table):
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        column = {"audit_leaf": "hash", "audit_head": "root"}.get(table, "event_id")
        statements = [f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table}"]
        statements += [f"DELETE FROM {table}"] if table != "audit_pending" else []
        if table == "audit_pending":
            owner.execute("INSERT INTO audit_pending VALUES (gen_random_uuid(), now())")
        for statement in statements:
            with pytest.raises(psycopg.Error, match=r"Cannot update|never removed"), owner.transaction():
                owner.execute(statement)
        owner.rollback()
