"""How are many rows of many tables written in one statement?

What an arrival makes lies in a dozen tables, written in one order and read by nobody until all is there. Inside
`together()` rows given to `insert` wait, and leave as one call of the database's function `core_insert`, which
writes table after table under the rights of whoever calls it: policies, constraints and triggers look at each row as
at any other. Outside it, `insert` writes at once; a single row, as the event of a look, by the plainest of statements.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import JSONField, Model

# One batch: a table's name, its rows, and whether a row that is there already is left as it is.
_Batch = list[tuple[type[Model], list[Model], bool]]
_waiting: ContextVar[_Batch | None] = ContextVar("rows_written_together", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Rows inserted in here are written at its end, in the order in which they came; the caller is writing."""
    batch: _Batch = []
    token = _waiting.set(batch)
    try:
        yield
    finally:
        _waiting.reset(token)
    _write(batch)


def insert(rows: Sequence[Model], *, once: bool = False) -> None:
    """Write new rows of one table. `once`: a row whose key or unique value is there already is left as it is."""
    rows = list(rows)
    if not rows:
        return
    batch = _waiting.get()
    model = type(rows[0])
    if batch is None:
        _write([(model, rows, once)])
    elif batch and batch[-1][0] is model and batch[-1][2] == once:
        batch[-1][1].extend(rows)
    else:
        batch.append((model, rows, once))


def _write(batch: _Batch) -> None:
    if not batch:
        return
    if len(batch) == 1 and len(batch[0][1]) == 1:
        _write_one(*batch[0])
        return
    said = [
        {"table": model._meta.db_table, "once": once, "rows": [_row(row, _columns(model)) for row in rows]}
        for model, rows, once in batch
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_insert(%s::json)", [json.dumps(said, default=_plain)])


def _write_one(model: type[Model], rows: list[Model], once: bool) -> None:
    values = rows[0].__dict__
    statement, names = _statement(model)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"{statement} ON CONFLICT DO NOTHING" if once else statement,
                [_bound(values[name], is_json) for name, is_json in names],
            )
    except DatabaseError as error:
        error.refused_table = model._meta.db_table  # type: ignore[attr-defined]
        raise


@cache
def _statement(model: type[Model]) -> tuple[str, list[tuple[str, bool]]]:
    """The INSERT of one row, and which values it takes: each attribute, and whether it goes as JSON."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})",  # noqa: S608
        [(field.attname, isinstance(field, JSONField)) for field in fields],
    )


def _bound(value: Any, is_json: bool) -> Any:
    """A list of ids as PostgreSQL writes one: an event names fifty, and adapting each costs more than the insert."""
    if is_json and value is not None:
        return json.dumps(value, default=_plain)
    if isinstance(value, list) and all(isinstance(one, UUID) for one in value):
        return f"{{{','.join(map(str, value))}}}"
    return value


def refused_by(error: DatabaseError, table: str) -> bool:
    """Did the database refuse rows of this table? Of several tables, PostgreSQL says in which statement it stopped."""
    if getattr(error, "refused_table", None) == table:
        return True
    where = getattr(getattr(error.__cause__, "diag", None), "context", None) or ""
    return re.search(rf"INSERT INTO {table}\b", where) is not None


@cache
def _columns(model: type[Model]) -> tuple[tuple[str, str], ...]:
    return tuple((field.column, field.attname) for field in model._meta.concrete_fields)


def _row(instance: Model, columns: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    values = instance.__dict__
    return {column: values[name] for column, name in columns}


def _plain(value: Any) -> Any:
    """How PostgreSQL reads a value out of JSON."""
    if isinstance(value, (bytes, memoryview)):
        return f"\\x{bytes(value).hex()}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (UUID, timedelta)):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no column's value")
