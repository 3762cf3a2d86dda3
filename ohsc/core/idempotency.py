"""Was this request made before, and what was answered? The same client hears the same answer, word for word.

The key is claimed in the transaction of the work itself. A twin that comes meanwhile waits at the unique
constraint until that transaction ends: then it replays the answer, or, if nothing was kept, does the work.
A refused request is rolled back with its claim, so that the corrected one may use the same key.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest

from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.models import KeptAnswer
from ohsc.core.problems import FieldError, Problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

# Bare, so that no SELECT policy is asked about the conflicting row: it may be one this role cannot see.
_CLAIM = """INSERT INTO core_keptanswer (id, client_id, key, asked_sha256, at) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT DO NOTHING"""


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


def claim(key: str, request: HttpRequest, body: bytes, *, by: Actor, at: datetime) -> Kept | None:
    """Claim the key for this request: None when it is new. Raises a Problem, 422, where the key came with another
    request before, whatever this one holds."""
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + body).digest()
    with writing():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [uuid4(), by.id, key, asked, at])
            if cursor.rowcount:
                return None
        kept = KeptAnswer.objects.get(client_id=by.id, key=key)
    if bytes(kept.asked_sha256) != asked:
        raise reused()
    return Kept(kept.status, bytes(kept.body))


def keep(key: str, answer: Kept, *, by: Actor) -> None:
    """Keep the answer to a claimed key, with the work it answers."""
    with writing():
        KeptAnswer.objects.filter(client_id=by.id, key=key).update(status=answer.status, body=answer.body)


def reused() -> Problem:
    return Problem(
        422,
        "key-reused",
        "This Idempotency-Key came with another request before. Send a new key, or the same request.",
        errors=[FieldError(HEADER, "reused", "The key belongs to another request.", "header")],
    )
