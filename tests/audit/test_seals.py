"""Every event comes under a seal, once, in its place; whoever changes, removes or moves one is found out."""

from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from audit.canonical import SELECTED, payload
from audit.merkle import leaf
from tests.audit.conftest import AGAIN, found, superuser

ROOT = Path(__file__).resolve().parents[2]


def tamper(*statements: str) -> None:
    with superuser() as connection:
        for statement in statements:
            connection.execute(statement)


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
