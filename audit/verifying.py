"""Is every event still what it was when it was sealed? Looked at in the log's order; the first that is not is named.

Of each record: it is there, and it gives its leaf. Of the leaves: none is missing, and together they give the root of
every head. Of the heads: each follows the one before, and a known key signed it. Then what has no leaf: it waits for
its seal, or somebody put it there past the queue.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus

from audit import merkle
from audit.canonical import SELECTED, payload
from audit.notes import Checkpoint, PublicKey

LEAVES = f"""SELECT l.idx, l.event_id, l.hash, {SELECTED} FROM audit_leaf l
LEFT JOIN audit_event e ON e.id = l.event_id ORDER BY l.idx"""  # noqa: S608
HEADS = """SELECT size, root, previous_size, previous_root, origin, key_id, signature, at FROM audit_head
ORDER BY size"""
UNQUEUED = """SELECT id FROM audit_event e WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.event_id = e.id)
AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.event_id = e.id) ORDER BY at, id LIMIT 1"""
VANISHED = """SELECT event_id FROM audit_pending p
WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.id = p.event_id) ORDER BY since, event_id LIMIT 1"""
WAITING = "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0)::float FROM audit_pending"
AT_ONCE = 2_000  # rows fetched
LOOKED_AROUND = (
    100_000  # places after the one where a record does not fit, to tell one moved from one changed
)


class Tampered(Exception):
    """The log is not what was sealed. `index` is the first record concerned, `event_id` its event, where known."""

    def __init__(self, says: str, *, index: int | None = None, event_id: UUID | None = None) -> None:
        record = f"Record {index}" if index is not None else "A record"
        event = f", event {event_id}" if event_id else ""
        super().__init__(f"{record}{event}: {says}")
        self.index, self.event_id = index, event_id


class Head(NamedTuple):
    size: int
    root: bytes
    previous_size: int
    previous_root: bytes
    origin: str
    key_id: str
    signature: bytes
    at: Any

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.origin, self.size, self.root)

    @property
    def note(self) -> str:
        return self.checkpoint.signed_by(self.key_id, self.signature)


@dataclass(frozen=True)
class Report:
    """What was found in order."""

    records: int
    heads: int
    last: Head | None
    waiting: int
    oldest_waiting: float  # seconds


@contextmanager
def as_it_is_now(connection: psycopg.Connection) -> Iterator[None]:
    """One moment's log, however long the looking takes and whatever is sealed meanwhile."""
    assert connection.info.transaction_status == TransactionStatus.IDLE
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # The whole of it is read: a plan for the first rows would look up each event by itself.
        connection.execute("SET LOCAL cursor_tuple_fraction = 1.0")
        yield


def verify(
    connection: psycopg.Connection, keys: Sequence[PublicKey], *, since: Checkpoint | None = None
) -> Report:
    """Look at all of it, within `as_it_is_now`. With `since`, the log must have grown out of that head, and only the
    records after it are compared with their leaves. Raises Tampered."""
    if since is not None and since.size == 0:
        since = None
    log = _Log(connection, keys, since)
    for idx, event_id, hashed, *event in _rows(connection, "leaves", LEAVES):
        log.take(idx, event_id, hashed, event)
    log.end()
    if found := _first(connection, VANISHED):
        raise Tampered("It waited for its seal, and was removed before it.", event_id=found)
    if found := _first(connection, UNQUEUED):
        raise Tampered("It was put there past the queue, and has no seal.", event_id=found)
    waiting, oldest = connection.execute(WAITING).fetchone() or (0, 0.0)
    return Report(log.tree.size, log.heads_seen, log.last, waiting, max(oldest, 0.0))


class _Log:
    """The tree as it is built up again, record by record."""

    def __init__(self, connection: psycopg.Connection, keys: Sequence[PublicKey], since: Checkpoint | None):
        self.connection, self.since = connection, since
        self.keys = {key.id: key for key in keys}
        self.tree = merkle.Frontier()
        self.heads = (Head(*row) for row in _rows(connection, "heads", HEADS))
        self.next: Head | None = next(self.heads, None)
        self.last: Head | None = None
        self.heads_seen = 0
        self.first: UUID | None = None  # the event of the first record since the last head

    def take(self, idx: int, event_id: UUID, hashed: bytes, event: Sequence[Any]) -> None:
        here = self.tree.size
        if idx != here:
            raise Tampered("Its seal was removed.", index=here, event_id=_first(self.connection, UNQUEUED))
        if event[0] is None:
            raise Tampered("It was removed.", index=here, event_id=event_id)
        if (self.since is None or here >= self.since.size) and merkle.leaf(payload(here, event)) != hashed:
            raise self._unlike(here, event_id, hashed, event)
        if self.next is None:
            raise Tampered("It is under no head: it was added to the log.", index=here, event_id=event_id)
        self.first = self.first or event_id
        self.tree.append(hashed)
        if self.since is not None and self.tree.size == self.since.size and self.tree.root != self.since.root:
            raise Tampered(
                f"The log did not grow out of the head that was given: of the first {self.since.size} records "
                "at least one is another.",
                index=0,
            )
        if self.tree.size == self.next.size:
            self._check_head(self.next)

    def _check_head(self, head: Head) -> None:
        before = (self.last.size, self.last.root) if self.last else (0, merkle.EMPTY)
        if self.tree.root != head.root:
            # Each record fits its leaf, and the leaves do not give the root: leaves were rewritten, and not all heads.
            others = head.size - before[0] - 1
            also = f" Or one of the {others} sealed with it." if others else ""
            raise Tampered(
                f"It was changed, and its leaf with it.{also}", index=before[0], event_id=self.first
            )
        if (head.previous_size, head.previous_root) != before:
            raise Tampered(f"The head before that of {head.size} was removed or changed.", index=before[0])
        key = self.keys.get(head.key_id)
        if key is None:
            raise Tampered(
                f"The head of {head.size} is signed with the key {head.key_id}, which is not known.",
                index=before[0],
            )
        if not key.signed(head.checkpoint, head.signature):
            raise Tampered(f"The signature of the head of {head.size} is not valid.", index=before[0])
        self.last, self.heads_seen = head, self.heads_seen + 1
        self.next, self.first = next(self.heads, None), None

    def _unlike(self, here: int, event_id: UUID, hashed: bytes, event: Sequence[Any]) -> Tampered:
        """A record that does not give its leaf: a leaf binds its place, so one that fits another place was moved."""
        size = self.next.size if self.next else here
        for place in range(max(size, here + LOOKED_AROUND)):
            if merkle.leaf(payload(place, event)) == hashed:
                return Tampered(f"It was reordered: its place is {place}.", index=here, event_id=event_id)
        return Tampered("It was changed.", index=here, event_id=event_id)

    def end(self) -> None:
        """After the last leaf: nothing that a head, ours or the one given, speaks of may be missing."""
        there, told = (
            self.tree.size,
            max(self.next.size if self.next else 0, self.since.size if self.since else 0),
        )
        if self.next is not None or told > there:
            raise Tampered(
                f"It was removed, with all that came after: a head speaks of {told} records, and there are {there}.",
                index=there,
            )


def last_head(connection: psycopg.Connection) -> Head | None:
    found = connection.execute(HEADS.replace("ORDER BY size", "ORDER BY size DESC LIMIT 1")).fetchone()
    return Head(*found) if found else None


def proof_of(connection: psycopg.Connection, event_id: UUID) -> dict[str, Any]:
    """That this event is in the log: the event as it was sealed, its place, and the path to the last head's root.

    Within `as_it_is_now`. Raises Tampered where it cannot be proven, LookupError where there is no such sealed event.
    """
    head = last_head(connection)
    row = connection.execute(LEAVES.replace("ORDER BY l.idx", "WHERE l.event_id = %s"), [event_id]).fetchone()
    if row is None or head is None:
        raise LookupError(event_id)
    idx, _, hashed, *event = row
    if event[0] is None:
        raise Tampered("It was removed.", index=idx, event_id=event_id)
    text = payload(idx, event)
    path = _roots(connection, merkle.inclusion_ranges(idx, head.size))
    if merkle.leaf(text) != hashed:
        raise Tampered("It was changed.", index=idx, event_id=event_id)
    if not merkle.proves(path, hashed=hashed, index=idx, size=head.size, root=head.root):
        raise Tampered(
            "The log does not give the root of its last head; verify it.", index=idx, event_id=event_id
        )
    return {"head": head.note, "index": idx, "event": text.decode(), "path": [one.hex() for one in path]}


def growth_since(connection: psycopg.Connection, since: Checkpoint, note: str) -> dict[str, Any]:
    """That the log grew out of an earlier head, for somebody who has only the two heads. Within `as_it_is_now`, and
    after `verify`."""
    head = last_head(connection)
    assert head is not None
    path = _roots(connection, merkle.consistency_ranges(since.size, head.size))
    return {"head": head.note, "since": note, "path": [one.hex() for one in path]}


def _roots(connection: psycopg.Connection, ranges: Sequence[merkle.Range]) -> list[bytes]:
    query = "SELECT hash FROM audit_leaf WHERE idx >= {} AND idx < {} ORDER BY idx"
    return [
        merkle.root_of(row[0] for row in _rows(connection, "range", query.format(int(first), int(last))))
        for first, last in ranges
    ]


def _rows(connection: psycopg.Connection, name: str, query: str) -> Iterator[tuple]:
    with connection.cursor(name=name) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(query)
        yield from cursor


def _first(connection: psycopg.Connection, query: str) -> UUID | None:
    found = connection.execute(query).fetchone()
    return found[0] if found else None
