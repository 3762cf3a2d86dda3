"""What the benchmark loads is real: rows as the actions write them, the same for a seed, every promise kept."""

import json
import os

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from agencies.access import actor_for_person
from agencies.models import User
from bench import floors
from bench.loading import LARGE, TYPICAL, Plan, chunk, found, load
from cases.actions import _keyed_id, fingerprint
from cases.selectors import normalise
from ohsc.core import strict_json
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.priority import suggest_band
from referrals.reading import list_page
from referrals.reckoning import reckoned
from referrals.representation import line
from tests.scratch import scratch_database

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bench")]
TABLES = (
    "agencies_agency", "agencies_user", "agencies_sharingagreement", "audit_event", "cases_selector",
    "core_keptanswer", "notifications_delivery", "notifications_inboxitem", "notifications_notice",
    "referrals_factor", "referrals_narrative", "referrals_offer", "referrals_outcome", "referrals_party",
    "referrals_referral", "referrals_report", "referrals_sighting", "referrals_step_taken",
)  # fmt: skip


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """A scratch database with a small load in it; its address. The runtime's login is pointed at it."""
    with django_db_blocker.unblock(), scratch_database("bench") as (name, _):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        address = make_conninfo(os.environ["DATABASE_ADMIN_URL"], dbname=name)
        before = in_one_transaction(address, seed=7), in_one_transaction(address, seed=7)
        other = in_one_transaction(address, seed=8)
        with psycopg.connect(address, autocommit=True) as admin:
            load(admin, small())
            login = connections["default"].settings_dict
            connections["default"].close()
            kept, login["NAME"] = login["NAME"], name
            yield admin, before, other
        connections["default"].close()
        login["NAME"] = kept


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def small(seed: int = 1) -> Plan:
    return Plan(3_000, seed=seed, selector_key=settings.SELECTOR_KEY)


def in_one_transaction(address: str, *, seed: int) -> dict[str, str]:
    """What a seed makes, as one hash a table; taken back again."""
    plan = small(seed)
    with psycopg.connect(address) as admin:
        admin.execute("SET CONSTRAINTS ALL DEFERRED")
        admin.execute(found(plan))
        for statement in chunk(plan, 1, 500):
            admin.execute(statement)
        shown = "to_jsonb(t) - 'group_id'"  # Django's own number of a group
        hashes = {
            table: admin.execute(
                f"SELECT md5(string_agg(md5(({shown})::text), '' ORDER BY ({shown})::text)) FROM {table} t"
            ).fetchone()[0]
            for table in TABLES
        }
        admin.rollback()
    return hashes


def test_the_same_seed_makes_the_same_rows_and_another_makes_others(loaded):
    _, (first, second), other = loaded
    assert None not in first.values()
    assert first == second
    assert not {table for table in TABLES if first[table] == other[table]}


def test_the_books_balance_and_every_status_is_there(loaded):
    with acting_as(CLOCK):
        counts, broken = reckoned()
    assert broken == []
    assert counts.pop("received in all") == 3_000 == sum(counts.values())
    assert set(counts) == {
        "received", "triaged", "offered", "accepted", "concluded", "rejected", "withdrawn"
    }  # fmt: skip


def test_no_foreign_key_leads_nowhere(loaded):
    """The load keeps the triggers on, so PostgreSQL has looked; this looks once more, at what a key is made of."""
    admin, *_ = loaded
    for table, column, there in (
        ("referrals_party", "referral_id", "referrals_referral"),
        ("referrals_step_taken", "referral_id", "referrals_referral"),
        ("referrals_sighting", "selector_id", "cases_selector"),
        ("referrals_referral", "report_id", "referrals_report"),
    ):
        query = f"SELECT count(*) FROM {table} a LEFT JOIN {there} b ON b.id = a.{column} WHERE b.id IS NULL"
        assert admin.execute(query).fetchone() == (0,), (table, column)


def test_selectors_are_in_normal_form_with_the_fingerprint_and_the_id_that_intake_gives(loaded):
    admin, *_ = loaded
    rows = admin.execute(
        "SELECT DISTINCT ON (kind) kind, value, platform, agency_id, fingerprint, id FROM cases_selector"
    ).fetchall()
    assert {row[0] for row in rows} == {"account", "email", "ip"}
    for kind, value, platform, agency, print_, key in rows:
        normal = normalise(kind, value, platform=platform)
        assert (normal.value, normal.platform) == (value, platform)
        assert fingerprint(normal) == print_
        assert _keyed_id(agency, print_) == key


def test_a_band_is_the_one_that_the_answers_suggest(loaded):
    admin, *_ = loaded
    rows = admin.execute(
        """SELECT DISTINCT ON (suggested_priority) suggested_priority, suggested_because, source_priority,
             (SELECT coalesce(json_object_agg(key, value), '{}') FROM referrals_factor f WHERE f.referral_id = r.id)
           FROM referrals_referral r"""
    ).fetchall()
    assert len(rows) == 5
    for band, because, asked, factors in rows:
        said = suggest_band(factors, source_priority=asked or None, escalate_reason="")
        assert (said.band, list(said.because)) == (band, because)


@pytest.mark.parametrize("number", [LARGE, TYPICAL])
def test_the_floor_answers_with_the_very_rows_and_fields_of_the_platforms_list(loaded, number):
    admin, *_ = loaded
    with acting_as(CLOCK):
        actor = actor_for_person(User.objects.get(email=f"person@{number}.example"))
    root = "http://127.0.0.1:1"
    given = floors.queue(str(actor.agency_id), root, run=admin)
    with acting_as(actor):
        rows, more = list_page(actor, {}, None, 50, at=timezone.now())
    ours = [line(row, actor, root) for row in rows]
    assert json.loads(given)["items"] == json.loads(strict_json.render(ours))
    assert more == (len(ours) == 50)
