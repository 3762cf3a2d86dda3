"""Every event comes under a seal, once, in its place; whoever changes, removes or moves one is found out."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection as login
from django.utils import timezone

from audit import actions as audit
from audit.canonical import SELECTED, payload
from audit.keys import make_key
from audit.merkle import leaf
from audit.notes import Unreadable
from audit.sealing import seal_all, seal_batch
from ohsc.core.acting import acting_as, writing
from tests.audit.conftest import many_events, superuser
from tests.deploy.conftest import eventually

ROOT = Path(__file__).resolve().parents[2]

# Every event once more.
AGAIN = """INSERT INTO audit_event SELECT gen_random_uuid(), now(), kind, action, actor_kind, actor_id, agency_id,
subject_type, subject_ids, recipient_ids, purpose, details, request_id FROM audit_event"""


def tamper(*statements: str) -> None:
    with superuser() as connection:
        for statement in statements:
            connection.execute(statement)


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


def test_what_was_done_is_sealed_and_verified(committed_cast, seals, capsys):
    committed_cast.referral("accepted")
    (batch,) = seals.seal()
    events = seals.rows("SELECT count(*) FROM audit_event")[0][0]
    assert batch.events == batch.size == events > 3
    assert seals.rows("SELECT count(*) FROM audit_pending") == [(0,)]
    seals.verify()
    assert f"{events} events under 1 heads: all as they were sealed" in capsys.readouterr().out


def test_nothing_new_makes_no_head(log, seals):
    before = seals.rows("SELECT count(*) FROM audit_head")
    assert [batch.events for batch in seals.seal()] == [0]
    assert seals.rows("SELECT count(*) FROM audit_head") == before == [(3,)]


# The first record that is not what it was.


def test_a_changed_event_is_named(log, seals):
    tamper(f"UPDATE audit_event SET purpose = 'none' WHERE id IN ('{log[4]}', '{log[7]}')")
    assert found() == f"Record 4, event {log[4]}: It was changed."


COLUMNS = {
    "at": "at + interval '1 microsecond'", "kind": "'erasure'", "action": "action || 'x'", "actor_kind": "'x'",
    "actor_id": "gen_random_uuid()", "agency_id": "gen_random_uuid()", "subject_type": "'x'",
    "subject_ids": "subject_ids || gen_random_uuid()", "recipient_ids": "ARRAY[gen_random_uuid()]", "purpose": "'x'",
    "details": """details || '{"more": 1}'""", "request_id": "'x'",
}  # fmt: skip


def test_no_column_changes_unseen(log, seals):
    columns = {row[0] for row in seals.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'audit_event'::regclass AND attnum > 0 AND NOT attisdropped"
    )}  # fmt: skip
    assert set(COLUMNS) | {"id"} == columns
    with superuser() as connection:
        for column, value in COLUMNS.items():
            before = connection.execute(
                f"SELECT {column} FROM audit_event WHERE id = %s", [log[3]]
            ).fetchone()[0]
            connection.execute(f"UPDATE audit_event SET {column} = {value} WHERE id = %s", [log[3]])
            assert found() == f"Record 3, event {log[3]}: It was changed.", column
            put_back = psycopg.types.json.Jsonb(before) if column == "details" else before
            connection.execute(f"UPDATE audit_event SET {column} = %s WHERE id = %s", [put_back, log[3]])
            seals.verify()


def test_a_deleted_event_is_named(log, seals):
    tamper(f"DELETE FROM audit_event WHERE id IN ('{log[5]}', '{log[6]}')")
    assert found() == f"Record 5, event {log[5]}: It was removed."


def test_a_deleted_seal_is_named_with_its_event(log, seals):
    tamper(f"DELETE FROM audit_leaf WHERE event_id = '{log[2]}'")
    assert found() == f"Record 2, event {log[2]}: Its seal was removed."


def test_an_event_deleted_with_its_seal_is_named_by_its_place(log, seals):
    tamper(
        f"DELETE FROM audit_leaf WHERE event_id = '{log[2]}'",
        f"DELETE FROM audit_event WHERE id = '{log[2]}'",
    )
    assert found() == "Record 2: Its seal was removed."


def test_two_events_that_changed_places_are_named(log, seals):
    free = "'00000000-0000-0000-0000-000000000001'"
    tamper(
        f"UPDATE audit_event SET id = {free} WHERE id = '{log[3]}'",
        f"UPDATE audit_event SET id = '{log[3]}' WHERE id = '{log[6]}'",
        f"UPDATE audit_event SET id = '{log[6]}' WHERE id = {free}",
    )
    assert found() == f"Record 3, event {log[3]}: It was changed."


@pytest.mark.parametrize(
    ("one", "other"), [(0, 1), (0, 5), (7, 9)], ids=["of one head", "of two", "of the last"]
)
def test_two_seals_that_changed_places_are_named(log, seals, one, other):
    tamper(
        f"UPDATE audit_leaf SET idx = -1 WHERE idx = {one}",
        f"UPDATE audit_leaf SET idx = {one} WHERE idx = {other}",
        f"UPDATE audit_leaf SET idx = {other} WHERE idx = -1",
    )
    assert found() == f"Record {one}, event {log[other]}: It was reordered: its place is {other}."


def test_an_event_changed_together_with_its_seal_is_found_by_the_head(log, seals):
    heads = [row[0] for row in seals.rows("SELECT size FROM audit_head ORDER BY size")]
    tamper(f"UPDATE audit_leaf SET hash = sha256('another') WHERE idx = {heads[0]}",
           f"UPDATE audit_event SET action = 'x' WHERE id = '{log[heads[0]]}'")  # fmt: skip
    (event,) = seals.rows(f"SELECT {SELECTED} FROM audit_event e WHERE id = %s", log[heads[0]])
    with superuser() as connection:
        connection.execute(
            "UPDATE audit_leaf SET hash = %s WHERE idx = %s", [leaf(payload(heads[0], event)), heads[0]]
        )
    said = found()
    assert said.startswith(f"Record {heads[0]}, event {log[heads[0]]}: It was changed, and its leaf with it.")


def test_an_event_written_past_the_queue_is_named(log, seals):
    with superuser() as connection:
        connection.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_queue")
        try:
            connection.execute(AGAIN + " LIMIT 1")
        finally:
            connection.execute("ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_queue")
        ((new,),) = connection.execute(
            "SELECT id FROM audit_event WHERE NOT EXISTS (SELECT 1 FROM audit_leaf WHERE event_id = id)"
        ).fetchall()
    assert found() == f"A record, event {new}: It was put there past the queue, and has no seal."


def test_an_event_removed_before_its_seal_is_named(committed_cast, log, seals):
    committed_cast.referral()
    ((gone,),) = seals.rows("SELECT event_id FROM audit_pending LIMIT 1")
    tamper(f"DELETE FROM audit_event WHERE id = '{gone}'")
    seals.seal()
    assert found() == f"A record, event {gone}: It waited for its seal, and was removed before it."


def test_a_head_that_was_forged_removed_or_added_is_found(log, seals):
    sizes = [row[0] for row in seals.rows("SELECT size FROM audit_head ORDER BY size")]
    for statement, says in (
        (f"UPDATE audit_head SET signature = sha256('x') || sha256('y') WHERE size = {sizes[1]}",
         f"Record {sizes[0]}: The signature of the head of {sizes[1]} is not valid."),
        (f"UPDATE audit_head SET key_id = 'ffffffff' WHERE size = {sizes[1]}",
         f"Record {sizes[0]}: The head of {sizes[1]} is signed with the key ffffffff, which is not known."),
        (f"DELETE FROM audit_head WHERE size = {sizes[1]}",
         f"Record {sizes[0]}: The head before that of {sizes[2]} was removed or changed."),
        (f"DELETE FROM audit_head WHERE size = {sizes[2]}",
         f"Record {sizes[1]}, event {log[sizes[1]]}: It is under no head: it was added to the log."),
        (f"UPDATE audit_head SET size = 999 WHERE size = {sizes[2]}",
         f"Record {sizes[2]}: It was removed, with all that came after: a head speaks of 999 records, and there are "
         f"{sizes[2]}."),
    ):  # fmt: skip
        with put_back_after("audit_head"):
            tamper(statement)
            assert found() == says
    seals.verify()


@contextmanager
def put_back_after(*tables: str):
    """Keep what these tables hold, and bring it back as an old backup would."""
    with superuser() as connection:
        for table in tables:
            connection.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
        try:
            yield
        finally:
            for table in reversed(tables):
                connection.execute(f"DELETE FROM {table}")
                connection.execute(f"INSERT INTO {table} TABLE kept_{table}")
                connection.execute(f"DROP TABLE kept_{table}")


def test_events_put_back_from_an_old_backup_lack_the_first_that_came_after_it(committed_cast, log, seals):
    with put_back_after("audit_event"):
        committed_cast.referral("offered")
        seals.seal()
        (first,) = seals.rows("SELECT event_id FROM audit_leaf WHERE idx = %s", len(log))
    assert found() == f"Record {len(log)}, event {first[0]}: It was removed."


def test_a_whole_audit_put_back_from_an_old_backup_fails_against_a_head_kept_elsewhere(
    committed_cast, log, seals, tmp_path, capsys
):
    kept = tmp_path / "head"
    with put_back_after("audit_event", "audit_pending", "audit_leaf", "audit_head", "audit_trace"):
        committed_cast.referral("offered")
        seals.seal()
        seals.verify()
        kept.write_text(capsys.readouterr().out.partition("\n\n")[2])
        seals.verify("--since-head", str(kept))
    seals.verify()  # by itself it holds: what it lacks, only who keeps a head can tell
    size = int(kept.read_text().split("\n")[1])
    assert found("--since-head", str(kept)) == (
        f"Record {len(log)}: It was removed, with all that came after: a head speaks of {size} records, and there are "
        f"{len(log)}."
    )
    for _ in range(4):  # the system goes on where the backup ended, and grows past the head
        committed_cast.referral("offered")
    seals.seal()
    seals.verify()
    assert "The log did not grow out of the head that was given" in found("--since-head", str(kept))


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
