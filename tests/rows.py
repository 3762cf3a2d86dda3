"""Rows as they stand, whoever may see them; changed behind everybody's back; and left as they were."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Model

from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK


def rows(model: type[Model], **conditions) -> list:
    with acting_as(CLOCK), writing():
        return list(model.objects.filter(**conditions))


def change_all(model: type[Model], **values) -> None:
    with acting_as(CLOCK), writing():
        model.objects.update(**values)


def change(row: Model, **values) -> None:
    """In the database; the object in hand stays as it was read."""
    with acting_as(CLOCK), writing():
        type(row).objects.filter(pk=row.pk).update(**values)


def now(row: Model) -> Model:
    """Read anew."""
    with acting_as(CLOCK):
        return type(row).objects.get(pk=row.pk)


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
