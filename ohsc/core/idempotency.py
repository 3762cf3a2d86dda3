"""Was this request made before, and what was answered? The same client hears the same answer, word for word.

A key is locked until its transaction ends, and its answer is kept in that same transaction. A twin that comes
meanwhile waits for the lock: then it replays the answer or, if nothing was kept, does the work. A refused request
keeps nothing, so that the corrected one may use the same key.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.models import KeptAnswer
from ohsc.core.problems import FieldError, Problem
from ohsc.core.together import insert

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class Kept:
    """An answer given before."""

    status: int
    body: bytes


def key_of(request: HttpRequest) -> str:
    return request.headers.get(HEADER, "")


def faults_of(key: str) -> list[FieldError]:
    """What is wrong with the header, if anything."""
    if _KEY.fullmatch(key):
        return []
    if not key:
        return [
            FieldError(
                HEADER, "required", "This header is missing. Send a new key for each request.", "header"
            )
        ]
    return [FieldError(HEADER, "invalid", "It has 1 to 255 visible ASCII characters, no blanks.", "header")]


def asked(request: HttpRequest, body: bytes) -> bytes:
    """By what a request, or a line of one, is known again: its method, path and body, hashed."""
    return hashlib.sha256(f"{request.method} {request.path}\n".encode() + body).digest()


def lock(key: str, *, by: Actor) -> None:
    """Wait until nobody else works under this client's key, and keep others waiting until the transaction ends."""
    number = hashlib.sha256(by.id.bytes + key.encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(number, "big", signed=True)])


def claim(key: str, asked_sha256: bytes, *, by: Actor) -> Kept | None:
    """The answer kept under this key, or None when it is new and now this request's alone. Raises a Problem, 422,
    where the key came with another request before, whatever this one holds."""
    lock(key, by=by)
    kept = visible_answers(by).filter(key=key).first()
    if kept is None:
        return None
    if bytes(kept.asked_sha256) != asked_sha256:
        raise reused()
    return Kept(kept.status, bytes(kept.body))


def visible_answers(by: Actor) -> QuerySet[KeptAnswer]:
    """What was answered to this very client."""
    return KeptAnswer.objects.filter(client_id=by.id)


def kept(key: str, asked_sha256: bytes, answer: Kept, *, by: Actor, at: datetime) -> KeptAnswer:
    """The answer to a claimed key as a row, to be written with the work it answers."""
    return KeptAnswer(
        client_id=by.id, key=key, asked_sha256=asked_sha256, status=answer.status, body=answer.body, at=at
    )


def keep(row: KeptAnswer) -> None:
    """Keep an answer whose work is written already, in the same transaction."""
    with writing():
        insert([row])


def reused() -> Problem:
    return Problem(
        422,
        "key-reused",
        "This Idempotency-Key came with another request before. Send a new key, or the same request.",
        errors=[FieldError(HEADER, "reused", "The key belongs to another request.", "header")],
    )
