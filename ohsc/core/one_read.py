"""How are rows of many tables read in one statement?

What hangs on a record lies in ten tables, and ten questions one after another are ten journeys. `ReadTogether` asks
them all of the row they hang on, and makes of each answer what its queryset would have given: the same rows, in its
order, with what it joins. Each list stays a queryset of its own, so who may see which rows is said where it always is.

Django takes longer to write such a statement than PostgreSQL to answer it. So it is written once for each kind of
reader, with ids that stand for the reader's, the agency's and the record's, and those are put in for each reading.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BinaryField, F, Field, Model, QuerySet
from django.db.models.functions import JSONObject

from ohsc.core.actor import Actor

# What is told of a row that is only pointed at: enough to name it and to lead to it.
NAMES = {"id", "name", "slug", "is_centre"}


class Lists(NamedTuple):
    """The one row that must be there, and the lists that hang on it."""

    of: QuerySet
    lists: Sequence[QuerySet]


class Written(NamedTuple):
    """A statement, what stands in it for ids, and the lists it reads."""

    sql: str
    parameters: tuple
    stands_for: tuple[UUID, UUID, UUID]  # the reader, the reader's agency, the record
    of: type[Model]
    lists: Sequence[tuple[type[Model], list[str]]]


class ReadTogether:
    """`ask(actor, record_id, *choices)` gives the lists; calling this with the same gives their rows.

    `ask` may put in the ids it was given and fixed words, nothing else of the moment: a time, or an id found on the
    way, would be kept for the next reader, so such a statement is refused when it is written.
    """

    def __init__(self, ask: Callable[..., Lists]):
        self.ask = ask
        self.written: dict[tuple, Written] = {}

    def __call__(self, actor: Actor, record_id: UUID, *choices: bool) -> list[list[Any]]:
        """The rows of each list. Raises the record's DoesNotExist where it is not in the actor's sight.

        Bytes are left out, and so is all but the names of what `select_related` joins.
        """
        kind = (actor.kind, actor.is_centre, actor.agency_id is None, actor.permissions, choices)
        written = self.written.get(kind)
        if written is None:
            written = self.written[kind] = _write(self.ask, actor, choices)
        ids = dict(zip(written.stands_for, (actor.id, actor.agency_id, record_id), strict=True))
        with connection.cursor() as cursor:
            cursor.execute(written.sql, [ids.get(value, value) for value in written.parameters])
            found = cursor.fetchone()
        if found is None:
            raise written.of.DoesNotExist  # type: ignore[attr-defined]
        return [
            [
                _made(model, joined, json.loads(row)) for row in answer or ()
            ]  # nothing, where `none()` was asked
            for (model, joined), answer in zip(written.lists, found, strict=True)
        ]

    def forget(self) -> None:
        """Write anew: for tests that change who may see what."""
        self.written.clear()


def _write(ask: Callable[..., Lists], actor: Actor, choices: tuple[bool, ...]) -> Written:
    reader, agency, record = uuid4(), uuid4(), uuid4()
    standing_in = replace(actor, id=reader, agency_id=agency if actor.agency_id else None)
    of, lists = ask(standing_in, record, *choices)
    asked = {f"list_{number}": ArraySubquery(_as_json(rows)) for number, rows in enumerate(lists)}
    sql, parameters = of.values_list(*asked.values()).query.sql_with_params()
    for value in parameters:
        if not isinstance(value, str | bool | int | None) and value not in (reader, agency, record):
            raise TypeError(f"{value!r} would be kept for the next reader; only the ids given may differ.")
    return Written(
        sql, parameters, (reader, agency, record), of.model, [(rows.model, _joined(rows)) for rows in lists]
    )


def _as_json(rows: QuerySet) -> QuerySet:
    columns: dict[str, Any] = {field.attname: F(field.attname) for field in _columns(rows.model)}
    for name in _joined(rows):
        pointed_at = rows.model._meta.get_field(name).related_model
        columns[name] = JSONObject(
            **{field.attname: F(f"{name}__{field.attname}") for field in _names(pointed_at)}
        )
    return rows.values_list(JSONObject(**columns))


def _made(model: type[Model], joined: list[str], row: dict[str, Any]) -> Model:
    made = _revived(model, _columns(model), row)
    for name in joined:
        field = model._meta.get_field(name)
        pointed_at = field.related_model
        there = row[field.attname] is not None
        setattr(made, name, _revived(pointed_at, _names(pointed_at), row[name]) if there else None)
    return made


def _revived(model: type[Model], fields: list[Field], row: dict[str, Any]) -> Model:
    return model.from_db(
        DEFAULT_DB_ALIAS,
        [field.attname for field in fields],
        [field.to_python(row[field.attname]) for field in fields],
    )


def _columns(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, BinaryField)]


def _names(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if field.attname in NAMES]


def _joined(rows: QuerySet) -> list[str]:
    """The names given to `select_related`."""
    asked = rows.query.select_related
    return list(asked) if isinstance(asked, dict) else []
