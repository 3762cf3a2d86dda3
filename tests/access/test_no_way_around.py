"""Views, functions and roles: does any of them lead around the tables' own protection?"""

import os

import psycopg
import pytest

from ohsc.core.acting import acting_as
from tests.access.test_catalogue import ask, tables

VIEWS_OF_THE_OWNER = {
    "agencies_ability": "what each agency can do is the directory's, open to everyone signed in; how much of it is not",
}
RUNTIME = ("ohsc_app", "ohsc_agency", "ohsc_centre", "ohsc_steps")


def test_a_view_asks_as_whoever_asks_or_is_listed_with_its_reason(db):
    views = ask(
        "SELECT relname, relkind, coalesce('security_invoker=true' = ANY(reloptions), false) FROM pg_class"
        " WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    assert {name for name, kind, invoker in views if not invoker} == set(VIEWS_OF_THE_OWNER)
    assert not [name for name, kind, invoker in views if kind == "m"], "a materialised view knows no policies"


def test_the_directorys_view_shows_no_column_that_says_how_much(db):
    columns = ask(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'agencies_ability'::regclass AND attnum > 0"
    )
    assert {name for (name,) in columns} == {
        "id", "agency_id", "environment", "skill", "jurisdiction", "languages", "legal_powers", "hours"
    }  # fmt: skip


def test_two_functions_work_with_more_rights_than_their_caller_and_none_is_the_runtimes(db):
    definers = ask(
        "SELECT p.proname, r.rolname, r.rolcanlogin, p.proconfig FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
    )
    assert sorted(definers) == [
        # A trigger's: it writes that an event waits for its seal, which no role of the runtime may.
        ("audit_queue", "ohsc_owner", True, ["search_path=pg_catalog, pg_temp"]),
        ("referrals_search_summaries", "ohsc_search", False, ["search_path=pg_catalog, public"]),
    ]


def test_the_role_that_searches_reads_no_more_than_search_needs(db):
    may = {
        (table, verb)
        for table in tables()
        for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        if ask("SELECT has_table_privilege('ohsc_search', %s, %s)", table, verb)[0][0]
    }
    whole = {("agencies_agency", "SELECT"), ("referrals_party", "SELECT"), ("referrals_referral", "SELECT")}
    assert may <= whole
    assert not ask("SELECT 1 FROM pg_auth_members m WHERE m.member = 'ohsc_search'::regrole")


@pytest.mark.parametrize("role", RUNTIME)
def test_what_works_at_runtime_owns_nothing_and_is_above_nothing(db, role):
    (facts,) = ask(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolinherit, oid"
        " FROM pg_roles WHERE rolname = %s",
        role,
    )
    assert facts[:6] == (False,) * 6
    assert (
        ask(
            "SELECT classid::regclass, objid FROM pg_shdepend WHERE refobjid = %s AND deptype = 'o'", facts[6]
        )
        == []
    )


def test_what_the_runtime_login_asks_for_too_long_is_stopped(db):
    with psycopg.connect(os.environ["DATABASE_URL"]) as fresh:
        limits = {
            name: fresh.execute(f"SHOW {name}").fetchone()[0]
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }
    assert limits == {
        "statement_timeout": "5s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "30s"
    }  # fmt: skip


def test_the_search_of_the_database_finds_no_more_than_each_may_see(cast):
    """The function has its own lock: it is asked here with none of the application's filters."""
    ours = cast.referral("offered", summary="An account with the word cormorant offered gifts.")
    found = {}
    for who in ("asha", "ben", "dev", "cleo", "cora"):
        with acting_as(cast.actor(getattr(cast, who))):
            rows = ask("SELECT * FROM referrals_search_summaries('cormorant', NULL, NULL, 10)")
            found[who] = [row[0] for row in rows]
    assert found == {"asha": [ours.pk], "ben": [ours.pk], "dev": [], "cleo": [], "cora": [ours.pk]}
