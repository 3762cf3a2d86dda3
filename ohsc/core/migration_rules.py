"""Can this migration be applied while the release before it still serves? docs/migrations.md says why each rule is.

Migrations up to the baseline were made before anything ran. A rule that does not fit is set aside in the migration
itself, in words: `set_aside = {"removes": "nothing has read the column since 0.4"}`.
"""

import re
from collections.abc import Iterator

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from ohsc.core.while_running import AddIndexWhileRunning

# The last migration of each app that was made before the first release. Nothing ran then that could be disturbed.
BASELINE = {
    "core": "0002",
    "audit": "0002",
    "agencies": "0003",
    "notifications": "0006",
    "cases": "0002",
    "referrals": "0007",
    "exchange": "0002",
}

RULES = {
    "not null": "a column that the release before does not write is null or has a db_default",
    "removes": "what the release before still reads or writes is neither removed nor renamed",
    "index": "an index on a table in use is made by AddIndexWhileRunning, in a migration with atomic = False",
    "constraint": "a constraint on a table in use is added NOT VALID, and validated in a migration of its own",
    "rewrites": "a column in use keeps its type, and becomes NOT NULL only by a validated constraint",
    "no way back": "RunPython and RunSQL have a reverse",
}
IN_SQL = {
    "index": r"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)",
    "constraint": r"ADD\s+(CONSTRAINT|FOREIGN\s+KEY|CHECK|UNIQUE)\b(?!.*NOT\s+VALID)",
    "removes": r"DROP\s+(TABLE|COLUMN)|RENAME\s+(TO|COLUMN)",
    "rewrites": r"ALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE|SET\s+NOT\s+NULL",
}
REMOVING = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def broken_rules() -> dict[str, list[str]]:
    """Of every migration of ours after the baseline: which rules it breaks, by its name."""
    loader = MigrationLoader(None)
    found = {}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in BASELINE and name[:4] > BASELINE[app]:
            before = loader.project_state((app, name), at_end=False)
            if broken := sorted(set(breaks(migration, before)) - set(getattr(migration, "set_aside", {}))):
                found[f"{app}.{name}"] = broken
    return found


def breaks(migration: Migration, before: ProjectState) -> Iterator[str]:
    """The rules this migration breaks. Tables that it makes itself are nobody's yet."""
    made: set[str] = set()
    validated = any(isinstance(operation, ValidateConstraint) for operation in migration.operations)
    for operation in _flat(migration.operations):
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif getattr(operation, "model_name", "").lower() not in made or not hasattr(operation, "model_name"):
            yield from _of_operation(operation, migration, before)
        if isinstance(operation, AddConstraintNotValid) and validated:
            yield "constraint"


def _of_operation(operation: Operation, migration: Migration, before: ProjectState) -> Iterator[str]:
    match operation:
        case migrations.RunSQL():
            yield from _of_sql(operation)
        case migrations.RunPython():
            if not operation.reversible:
                yield "no way back"
        case migrations.AddField():
            yield from _of_new_column(operation.field)
        case migrations.AlterField():
            yield from _of_changed_column(operation, migration.app_label, before)
        case AddIndexConcurrently():
            if migration.atomic or not isinstance(operation, AddIndexWhileRunning):
                yield "index"
        case migrations.AddIndex():
            yield "index"
        case migrations.RemoveIndex() if not isinstance(operation, RemoveIndexConcurrently):
            yield "index"
        case migrations.AddConstraint() if not isinstance(operation, AddConstraintNotValid):
            yield "constraint"
        case migrations.AlterUniqueTogether() | migrations.AlterIndexTogether():
            yield "index"
        case _ if isinstance(operation, REMOVING):
            yield "removes"


def _of_sql(operation: migrations.RunSQL) -> Iterator[str]:
    if not operation.reversible:
        yield "no way back"
    if isinstance(operation.sql, str):
        for statement in operation.sql.split(";"):
            for rule, pattern in IN_SQL.items():
                if re.search(pattern, statement, re.IGNORECASE | re.DOTALL):
                    yield rule


def _of_new_column(field: models.Field) -> Iterator[str]:
    """Django's own `default` is gone from the table once the migration is done, and older code does not know it."""
    if field.many_to_many:
        return
    if not field.null and not field.has_db_default():
        yield "not null"
    if field.unique or field.db_index:
        yield "index"
    if field.remote_field and getattr(field, "db_constraint", False):
        yield "constraint"


def _of_changed_column(operation: migrations.AlterField, app: str, before: ProjectState) -> Iterator[str]:
    old = before.models[app, operation.model_name_lower].fields[operation.name]
    new = operation.field
    if old.null and not new.null:
        yield "rewrites"
    longer = (
        isinstance(old, models.CharField)
        and isinstance(new, models.CharField)
        and (new.max_length or 0) >= (old.max_length or 0)
    )
    if not longer and _type(old) != _type(new):
        yield "rewrites"
    if (new.unique, new.db_index) != (old.unique, old.db_index):
        yield "index"


def _type(field: models.Field) -> str:
    """What the column is. Of one that points elsewhere only that it does: its model is not at hand here."""
    return type(field).__name__ if field.remote_field else str(field.db_type(connection))


def _flat(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation
