"""Under whose rights does the database work now?

The login of web, workers and clock owns nothing and sees nothing. `acting_as(actor)` opens one transaction in
which it becomes a reading role and carries the actor's agency; `writing()` becomes, inside that, the one role
that may change rows. Only `actions` enter `writing()`, after the check made as the actor.

The settings are local to the transaction, so a pooled connection carries nothing to its next user. A savepoint
does not take them back when it is released (PostgreSQL keeps SET LOCAL until the transaction ends), so leaving
puts back what was there before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from ohsc.core.actor import READ_AUDIT, Actor

AGENCY_ROLE = "ohsc_agency"
CENTRE_ROLE = "ohsc_centre"
STEPS_ROLE = "ohsc_steps"


class Rights(NamedTuple):
    """What PostgreSQL's policies read: the role, and for whom it works."""

    role: str = "none"
    agency_id: str = ""
    actor_id: str = ""
    every_event: str = ""  # "on": one of the Centre's who may read the audit, and so every agency's events


def rights_now() -> Rights:
    """The rights this connection works under; no role outside `acting_as`."""
    return getattr(connection, "ohsc_rights", Rights())


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """One unit of work: a transaction in which the database answers what this actor may see, and no more."""
    role = CENTRE_ROLE if actor.is_centre else AGENCY_ROLE
    every_event = "on" if actor.is_centre and actor.may(READ_AUDIT) else ""
    with _under(Rights(role, str(actor.agency_id or ""), str(actor.id), every_event)):
        yield


@contextmanager
def writing() -> Iterator[None]:
    """Become the writing role, for the actor already acting. For `actions` only (an architecture test looks)."""
    before = rights_now()
    if before.role == "none":
        raise RuntimeError("writing() belongs inside acting_as(actor).")
    with _under(before._replace(role=STEPS_ROLE)):
        yield


@contextmanager
def as_the_login() -> Iterator[None]:
    """Step back to the bare login within an actor's transaction, for the tables that are the login's alone
    (`ohsc.core.exempt`). For `actions` only, as `writing()` is."""
    with _under(Rights()):
        yield


@contextmanager
def _under(rights: Rights) -> Iterator[None]:
    before = rights_now()
    nested = connection.in_atomic_block
    try:
        with transaction.atomic():
            _set(rights)
            yield
            if nested and not connection.needs_rollback:
                _set(before)
    finally:
        connection.ohsc_rights = before


def _set(rights: Rights) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('ohsc.agency_id', %s, true),"
            " set_config('ohsc.actor_id', %s, true), set_config('ohsc.every_event', %s, true)",
            rights,
        )
    connection.ohsc_rights = rights
