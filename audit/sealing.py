"""How does an event come under a seal? The sealer takes what waits, gives it places in the log, and signs the new head.

It works under a login of its own that can do nothing else, with a key that web and workers never hold. A batch is one
transaction: the queue shrinks by just what the log grows, whenever the sealer is stopped. A lock of the database lets
one sealer work at a time, and each begins from the head it finds, so two of them never fork the log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from audit.canonical import COLUMNS, SELECTED, payload
from audit.merkle import EMPTY, Frontier, leaf
from audit.notes import Checkpoint, SigningKey

BATCH = 2_000  # events under one head: some tenths of a second
LOCK = "SELECT pg_advisory_xact_lock(hashtext('ohsc.audit.sealer'))"

LAST_HEAD = "SELECT size, root, frontier FROM audit_head ORDER BY size DESC LIMIT 1"
WAITING = "SELECT event_id FROM audit_pending LIMIT %s"
EVENTS = f"SELECT {SELECTED} FROM audit_event e WHERE e.id = ANY(%s) ORDER BY e.at, e.id"  # noqa: S608
SEALED = "SELECT event_id FROM audit_leaf WHERE event_id = ANY(%s)"
DONE = "DELETE FROM audit_pending WHERE event_id = ANY(%s)"
LEAVES = """INSERT INTO audit_leaf (idx, event_id, hash)
SELECT * FROM unnest(%b::bigint[], %b::uuid[], %b::bytea[])"""
TRACES = """INSERT INTO audit_trace (subject_id, at, event_id)
SELECT DISTINCT subject, e.at, e.id FROM audit_event e, unnest(e.subject_ids) subject WHERE e.id = ANY(%s)
ON CONFLICT DO NOTHING"""
HEAD = """INSERT INTO audit_head (size, root, previous_size, previous_root, frontier, origin, key_id, signature, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp())"""


@dataclass(frozen=True)
class Sealed:
    """What one batch did: events sealed, the log's size after it, and whether more may wait."""

    events: int
    size: int
    more: bool


def seal_batch(connection: psycopg.Connection, key: SigningKey, *, limit: int = BATCH) -> Sealed:
    """Seal at most so many of the events that wait, in one transaction.

    One that waits and is not in the table goes on waiting: `audit_verify` names it. One that has its place already (it
    was queued twice) gives up waiting.
    """
    with connection.transaction():
        connection.execute(LOCK)
        size, root, hashes = _last_head(connection)
        frontier = Frontier(size, hashes)
        waiting = [row[0] for row in connection.execute(WAITING, [limit]).fetchall()]
        if not waiting:
            return Sealed(0, size, False)
        placed = {row[0] for row in connection.execute(SEALED, [waiting]).fetchall()}
        events = connection.execute(EVENTS, [[one for one in waiting if one not in placed]]).fetchall()
        ids = [event[0] for event in events]
        if events:
            _add_leaves(connection, frontier, events)
            connection.execute(TRACES, [ids])
            _sign(connection, key, frontier, previous=(size, root))
        connection.execute(DONE, [ids + list(placed)])
        return Sealed(len(events), frontier.size, len(waiting) == limit and bool(ids or placed))


def seal_all(connection: psycopg.Connection, key: SigningKey) -> Iterator[Sealed]:
    """Batch after batch until nothing waits."""
    while True:
        sealed = seal_batch(connection, key)
        yield sealed
        if not sealed.more:
            return


def _last_head(connection: psycopg.Connection) -> tuple[int, bytes, list[bytes]]:
    return connection.execute(LAST_HEAD).fetchone() or (0, EMPTY, [])


def _add_leaves(connection: psycopg.Connection, frontier: Frontier, events: Sequence[Sequence[Any]]) -> None:
    first = frontier.size
    hashes = [leaf(payload(index, event)) for index, event in enumerate(events, first)]
    for hashed in hashes:
        frontier.append(hashed)
    ids = [event[COLUMNS.index("id")] for event in events]
    connection.execute(LEAVES, [list(range(first, frontier.size)), ids, hashes])


def _sign(
    connection: psycopg.Connection, key: SigningKey, frontier: Frontier, *, previous: tuple[int, bytes]
) -> None:
    checkpoint = Checkpoint(key.name, frontier.size, frontier.root)
    connection.execute(
        HEAD,
        (
            frontier.size,
            frontier.root,
            *previous,
            frontier.hashes,
            key.name,
            key.public.id,
            key.sign(checkpoint),
        ),
    )


def missing(connection: psycopg.Connection) -> list[UUID]:
    """Events that wait for their seal and are not in the table: somebody took them away before it."""
    found = connection.execute(
        "SELECT event_id FROM audit_pending p WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.id = p.event_id)"
        " ORDER BY since, event_id LIMIT 100"
    )
    return [row[0] for row in found.fetchall()]
