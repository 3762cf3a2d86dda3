"""What exactly is sealed of an event? All its columns and its place, as one text that never comes out differently.

JSON with sorted keys and no spaces, in ASCII; moments in UTC with six digits of a second and Z; ids in small letters
with hyphens. Whoever has this text can compute the leaf: SHA-256(0x00 ‖ text).
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

COLUMNS = (
    "id", "at", "kind", "action", "actor_kind", "actor_id", "agency_id", "subject_type", "subject_ids", "recipient_ids",
    "purpose", "details", "request_id",
)  # fmt: skip
SELECTED = ", ".join(f"e.{column}" for column in COLUMNS)


def payload(index: int, row: Sequence[Any]) -> bytes:
    """The text of an event, given as its columns in the order of COLUMNS; `index` is its place, so that a leaf that is
    moved fits nowhere else."""
    return _encoder.encode({"index": index, **dict(zip(COLUMNS, row, strict=True))}).encode()


def _form(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no column of an event")


_encoder = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_form)
