"""How are rows of many tables read in one statement?

What hangs on a record lies in ten tables, and ten questions one after another are ten journeys. `read_together` asks
them all of the row they hang on, and makes of each answer what its queryset would have given: the same rows, in its
order, with what it joins. Each list stays a queryset of its own, so who may see which rows is said where it always is.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BinaryField, F, Field, Model, QuerySet
from django.db.models.functions import JSONObject

# What is told of a row that is only pointed at: enough to name it and to lead to it.
NAMES = {"id", "name", "slug", "is_centre"}


def read_together(of: QuerySet, *lists: QuerySet) -> list[list[Any]]:
    """The rows of each list, if the one row of `of` is there: raises its DoesNotExist otherwise.

    Bytes are left out, and so is all but the names of what `select_related` joins.
    """
    asked = {f"list_{number}": ArraySubquery(_as_json(rows)) for number, rows in enumerate(lists)}
    found = of.values_list(*asked.values()).get()
    return [
        [_made(rows.model, _joined(rows), row) for row in answer or ()]  # nothing, where `none()` was asked
        for rows, answer in zip(lists, found, strict=True)
    ]


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
