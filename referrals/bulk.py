"""What becomes of each line of a bulk intake?

Lines are taken in chunks. A chunk is one transaction and a number of statements that does not grow with its lines; a
bad line fails alone. Each line has the idempotency key of the request and its own number, so that a request that
broke off can be sent again as it was: what was made is answered again, the rest is made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError

from audit import actions as audit
from ohsc.core import idempotency, strict_json
from ohsc.core.acting import acting_as
from ohsc.core.actor import Actor
from ohsc.core.api import read_body
from ohsc.core.models import KeptAnswer
from ohsc.core.problems import Problem, of_database, unavailable
from referrals import representation
from referrals.actions import AlreadyReceived, receive_each
from referrals.drafts import Arrival, Draft
from referrals.models import Referral
from referrals.record import consulted
from referrals.serializers import CreateShape, draft_from

LINES = 10_000  # in one request
CHUNK = 500  # lines in one transaction
TRIES = 3  # of a chunk in which the same came at the same moment


@dataclass(frozen=True)
class Line:
    """One line as it was sent; `number` counts from 1, blank lines too."""

    number: int
    raw: bytes
    asked_sha256: bytes


@dataclass
class Chunk:
    """What is known so far of the lines of one chunk, by their numbers."""

    results: dict[int, bytes] = field(default_factory=dict)
    replayed: list[UUID] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Intake:
    """One request: who sends, under which key, and where the site is."""

    by: Actor
    key: str
    root: str

    def results(self, lines: Iterator[Line], clock) -> Iterator[bytes]:
        """A line of JSON for each line sent, in their order, as each chunk is committed."""
        while some := list(islice(lines, CHUNK)):
            yield b"".join(self._chunk(some, at=clock()))

    def _chunk(self, lines: Sequence[Line], *, at: datetime) -> list[bytes]:
        for tried in range(1, TRIES + 1):
            try:
                with acting_as(self.by):
                    return self._take(lines, at)
            except IntegrityError:
                # Somebody sent the same at this moment. It is committed by now, and is seen on the next look.
                if tried == TRIES:
                    return self._put_off(lines)
            except DatabaseError as error:
                return self._put_off(lines, of_database(error))
        raise AssertionError("unreachable")

    def _put_off(self, lines: Sequence[Line], problem: Problem | None = None) -> list[bytes]:
        """Nothing of this chunk was made; the same request sent again makes it."""
        return [refused(line, problem or unavailable()) for line in lines]

    def _take(self, lines: Sequence[Line], at: datetime) -> list[bytes]:
        chunk = Chunk()
        idempotency.lock(self._key(lines[0]), by=self.by)
        self._answer_again(lines, chunk)
        drafts = self._read([line for line in lines if line.number not in chunk.results], chunk)
        self._make(drafts, chunk, at)
        self._record(chunk, at)
        return [chunk.results[line.number] for line in lines]

    def _key(self, line: Line) -> str:
        return f"{self.key}:{line.number}"

    def _answer_again(self, lines: Sequence[Line], chunk: Chunk) -> None:
        """Lines that were answered before, under the same key."""
        keys = {self._key(line): line for line in lines}
        for kept in idempotency.visible_answers(self.by).filter(key__in=list(keys)):
            line = keys[kept.key]
            if bytes(kept.asked_sha256) == line.asked_sha256:
                body = strict_json.parse(bytes(kept.body))
                chunk.results[line.number] = made(line, body, replayed=True)
                chunk.replayed.append(UUID(body["id"]))
            else:
                self._refuse(line, idempotency.reused(), chunk)

    def _read(self, lines: Sequence[Line], chunk: Chunk) -> list[tuple[Line, Draft]]:
        drafts = []
        for line in lines:
            try:
                found = read_body(line.raw, CreateShape, actor=self.by)
            except Problem as problem:
                self._refuse(line, problem, chunk)
            else:
                drafts.append((line, draft_from(found)))
        return drafts

    def _make(self, drafts: Sequence[tuple[Line, Draft]], chunk: Chunk, at: datetime) -> None:
        bodies: dict[UUID, dict[str, Any]] = {}
        sent = [(Arrival("rest", "application/json", line.raw), draft) for line, draft in drafts]

        def answers(made_of: Sequence[tuple[int, Referral]]) -> list[KeptAnswer]:
            rows = []
            for place, referral in made_of:
                line = drafts[place][0]
                body = bodies[referral.pk] = representation.line(
                    representation.row_of(referral), self.by, self.root
                )
                kept = idempotency.Kept(201, strict_json.render(body))
                rows.append(idempotency.kept(self._key(line), line.asked_sha256, kept, by=self.by, at=at))
            return rows

        for (line, _), result in zip(
            drafts, receive_each(sent, by=self.by, at=at, written_with=answers), strict=True
        ):
            if isinstance(result, AlreadyReceived):
                self._refuse(line, already_received(result), chunk)
            else:
                chunk.results[line.number] = made(line, bodies[result.pk])

    def _refuse(self, line: Line, problem: Problem, chunk: Chunk) -> None:
        chunk.results[line.number] = refused(line, problem)
        chunk.refused.append({"line": line.number, "status": problem.status, **problem.noted})

    def _record(self, chunk: Chunk, at: datetime) -> None:
        if chunk.replayed:
            consulted("referral.answer_replayed", chunk.replayed, self.by, at=at)
        if chunk.refused:
            audit.record(
                audit.Kind.REFUSAL, "request.refused", by=self.by, at=at,
                details={"route": "api-bulk", "method": "POST", "lines": chunk.refused},
            )  # fmt: skip


def made(line: Line, body: dict[str, Any], *, replayed: bool = False) -> bytes:
    """The line that says what was made of a line sent."""
    result = {"line": line.number, "status": 201, "referral": body}
    return strict_json.render(result | ({"replayed": True} if replayed else {})) + b"\n"


def refused(line: Line, problem: Problem) -> bytes:
    """The line that says why nothing was made of a line sent."""
    result = {"line": line.number, "status": problem.status, "problem": problem.shown()}
    return strict_json.render(result) + b"\n"


def already_received(known: AlreadyReceived) -> Problem:
    """409, with what the client needs to go on: what it made the first time."""
    earlier = [
        {"id": str(one.pk), "reference": one.reference, "external_ref": one.external_ref or None}
        for one in known.referrals
    ]
    return Problem(409, "already-received", str(known), more={"referrals": earlier})
