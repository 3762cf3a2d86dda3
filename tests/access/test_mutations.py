"""Take each lock away, one at a time: is it noticed by the tests of that very lock?

A test of the two locks that passes with one of them gone would hold nothing. So each way to see something loses its
filter while the policies are off, each policy lets everything through while the filters are off, and each address
loses its need; what is then seen, or served, must differ from what was typed by hand.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.utils import timezone

from agencies.checks import answered
from ohsc.core import idempotency
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.core.api import ANY
from ohsc.core.routes import Address, class_of, need_of
from tests.access.sweep import people, table
from tests.access.sweep.asking import ask
from tests.access.sweep.people import Asker
from tests.access.sweep.test_inventory import said_by_the_code
from tests.access.sweep.test_sweep import interface, pages
from tests.access.sweep.ways import to_nothing
from tests.access.test_two_locks import (
    SEES,
    STILL_OPEN,
    VIEWERS,
    access_to,
    all_of,
    replace_everywhere,
    said,
    what_anil_reads,
    without_the_policies,
)

# What each of the viewers sees of the tables that no `visible_…` lists: how many rows, by the policies alone.
COUNTED = {  #                           asha  ben  dev  cleo  cora
    "referrals_party": (3, 3, 0, 0, 9),
    "cases_casegroupobjectpermission": (0, 0, 1, 0, 1),
    "core_keptanswer": (0, 0, 0, 0, 0),  # the client's own, and these are people
    "notifications_notice": (0, 0, 0, 0, 0),
}
# What waits for its seal, and the index of who saw what, show no more than the events they point at.
POINTING = ("audit_pending", "audit_trace")
# Where one of the Centre's sees less than Cora, who broke the glass.
CLOSED_TO_ANIL = ("referrals_narrative", "referrals_report")


def test_each_filter_that_is_taken_away_is_noticed_with_the_policies_off(committed_cast, world, monkeypatch):
    unnoticed = []
    with without_the_policies():
        for name in SEES:
            with monkeypatch.context() as patch:
                replace_everywhere(patch, name, all_of(access_to(name)(CLOCK).model))
                if seen_of(name, committed_cast, world) == SEES[name]:
                    unnoticed.append(name)
    assert unnoticed == []


def test_each_policy_that_is_taken_away_is_noticed_with_the_filters_off(
    committed_cast,
    world,
    monkeypatch,
):
    keep_an_answer(committed_cast)
    trace_every_event()
    by_table = {access_to(name)(CLOCK).model._meta.db_table: name for name in SEES}
    for name in SEES:
        replace_everywhere(monkeypatch, name, all_of(access_to(name)(CLOCK).model))

    def noticed(table: str) -> bool:
        if table in POINTING:
            return points_at_what_is_not_seen(table, committed_cast)
        if table in CLOSED_TO_ANIL and what_anil_reads(committed_cast, world) != (STILL_OPEN, STILL_OPEN):
            return True
        if table in by_table:
            try:
                return seen_of(by_table[table], committed_cast, world) != SEES[by_table[table]]
            except ObjectDoesNotExist:  # a row of somebody who is out of sight
                return True
        return counted(table, committed_cast) != COUNTED.get(table)

    tried, unnoticed = 0, []
    for table_, policy in policies_for_readers():
        assert not noticed(table_), f"{table_} has no test of its own here: count it in COUNTED"
        with letting_everything_through(table_, policy):
            tried += 1
            if not noticed(table_):
                unnoticed.append(f"{policy} of {table_}")
    assert tried >= 30
    assert unnoticed == []


def test_the_policy_by_which_events_are_added_keeps_each_to_their_own_agency(committed_cast):
    assert not adds_an_event_for_another(committed_cast)
    with letting_everything_through("audit_event", "append", clause="WITH CHECK"):
        assert adds_an_event_for_another(committed_cast)


def seen_of(name: str, cast, world) -> dict[str, set[str]]:
    found = {}
    for viewer in VIEWERS:
        actor = cast.actor(getattr(cast, viewer))
        with acting_as(actor):
            found[viewer] = {said(name, row, world.names) for row in access_to(name)(actor)}
    return found


def counted(table: str, cast) -> tuple[int, ...]:
    found = []
    for viewer in VIEWERS:
        with acting_as(cast.actor(getattr(cast, viewer))):
            found.append(_rows_shown(table))
    return tuple(found)


def _rows_shown(table: str) -> int:
    """None of a table that the role may not read at all."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return cursor.fetchone()[0]
    except ProgrammingError:
        return 0


def points_at_what_is_not_seen(table: str, cast) -> bool:
    # That something waits for its seal the Centre may know of every agency: its figures say how long.
    for viewer in VIEWERS if table == "audit_trace" else VIEWERS[:-1]:
        with acting_as(cast.actor(getattr(cast, viewer))), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {table} WHERE event_id NOT IN (SELECT id FROM audit_event))"
            )
            if cursor.fetchone()[0]:
                return True
    return False


def trace_every_event() -> None:
    """As the sealer would, off the way of any request."""
    with psycopg.connect(os.environ["DATABASE_SEALER_URL"]) as sealer:
        sealer.execute(
            "INSERT INTO audit_trace (subject_id, event_id, at)"
            " SELECT DISTINCT subject, id, at FROM audit_event, unnest(subject_ids) subject ON CONFLICT DO NOTHING"
        )


def policies_for_readers() -> list[tuple[str, str]]:
    """Every policy that lets a reading role see some rows and not others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE cmd = 'SELECT' AND qual <> 'true'"
            " AND roles && ARRAY['ohsc_agency', 'ohsc_centre']::name[] ORDER BY 1, 2"
        )
        return cursor.fetchall()


@contextmanager
def letting_everything_through(table: str, policy: str, clause: str = "USING") -> Iterator[None]:
    """The owner makes one policy say nothing, and puts it back whatever happens."""
    column = {"USING": "qual", "WITH CHECK": "with_check"}[clause]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        (real,) = owner.execute(
            f"SELECT {column} FROM pg_policies WHERE tablename = %s AND policyname = %s", [table, policy]
        ).fetchone()
        try:
            owner.execute(f"ALTER POLICY {policy} ON {table} {clause} (true)")
            yield
        finally:
            owner.execute(f"ALTER POLICY {policy} ON {table} {clause} ({real})")


def keep_an_answer(cast) -> None:
    lumen = cast.actor(cast.lumen_client)
    with acting_as(lumen):
        answer = idempotency.Kept(201, b"{}")
        idempotency.keep(
            idempotency.kept("kept-for-the-test", bytes(32), answer, by=lumen, at=timezone.now())
        )


def adds_an_event_for_another(cast) -> bool:
    with acting_as(cast.actor(cast.ben)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO audit_event (id, at, kind, action, actor_kind, agency_id, subject_type, subject_ids,"
                    " recipient_ids, purpose, details, request_id)"
                    " VALUES (%s, now(), 'access', 'x', '', %s, '', '{}', '{}', '', '{}', '')",
                    [uuid4(), cast.lumen.pk],
                )
        except DatabaseError:
            return False
    return True


# Permissions: the code's own statement is compared with the table, and somebody who may not is let in.


@pytest.fixture
def askers(cast) -> list[Asker]:
    return [*people.people(cast), *people.systems(cast)]


def test_each_need_that_is_taken_away_is_noticed(askers):
    tried, let_in, unnoticed = 0, 0, []
    for address in [*pages(), *interface()]:
        for method, need in table.routes()[address.name].items():
            agreed = need.removesuffix(" hidden")
            if agreed in ("public", "signed-in", "own", "any"):
                continue
            refused = next((one for one in askers if may_not(one, address, need)), None)
            before = refused and status_of(refused, method, address)
            with without_its_need(address):
                tried += 1
                if said_by_the_code(address)[method] == {agreed}:
                    unnoticed.append(f"{method} {address.route}, by the table")
                if refused and status_of(refused, method, address) != 403:
                    let_in += 1
            # Who may not is refused by the need. Without it many are let in; the others an action refuses by itself.
            if refused and before != 403:
                unnoticed.append(f"{method} {address.route}, by {refused.name}: {before}")
            assert said_by_the_code(address)[method] == {agreed}
    assert tried >= 80
    assert let_in >= 40
    assert unnoticed == []


def may_not(asker: Asker, address: Address, need: str) -> bool:
    return asker.is_system == (need_of(address.view) is None) and not table.serves(
        need, asker.role, centre=asker.agency == "centre"
    )


def status_of(asker: Asker, method: str, address: Address) -> int:
    """What is answered to this one, of something that is not there or needs no id.

    An answer that is sent in parts has begun when the action refuses, and can only break off."""
    try:
        return ask(asker.browser, method, address, to_nothing(address)).status
    except PermissionDenied:
        return 403


@contextmanager
def without_its_need(address: Address) -> Iterator[None]:
    need, view = need_of(address.view), class_of(address.view)
    if need is None:
        real = view.scopes
        view.scopes = dict.fromkeys(answered(view), ANY)
        try:
            yield
        finally:
            view.scopes = real
        return
    real = {name: getattr(need, name) for name in ("permission", "post", "centre")}
    try:
        for name, nothing in (("permission", ""), ("post", ""), ("centre", False)):
            object.__setattr__(need, name, nothing)  # the view is behind this very object
        yield
    finally:
        for name, value in real.items():
            object.__setattr__(need, name, value)
