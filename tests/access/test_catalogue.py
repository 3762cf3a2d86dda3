"""What the database's own catalogue must say: which tables are protected, by what, and what is left open and why."""

import os

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from ohsc.core.exempt import LOGIN_ONLY, REFERENCE
from tests.conftest import assert_this_is_a_test_database

READERS = ("ohsc_agency", "ohsc_centre")
TABLES = "FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"


def ask(query: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def tables(condition: str = "true") -> set[str]:
    return {row[0] for row in ask(f"SELECT c.relname {TABLES} AND {condition}")}


# 7. Signing in needs tables before there is an Actor: the exemptions stand in one list.


def test_trap_7_every_table_is_protected_or_listed_as_exempt(db):
    protected = tables("c.relrowsecurity")
    assert protected | set(LOGIN_ONLY) | set(REFERENCE) == tables()
    assert not protected & (set(LOGIN_ONLY) | set(REFERENCE))
    assert not set(LOGIN_ONLY) & set(REFERENCE)


def test_trap_7_protection_binds_the_owner_too_and_says_what_is_let_through(db):
    protected = tables("c.relrowsecurity")
    assert protected == tables("c.relforcerowsecurity")
    assert protected == {row[0] for row in ask("SELECT DISTINCT tablename FROM pg_policies")}


def test_trap_7_no_policy_is_for_everyone(db):
    assert ask("SELECT tablename, policyname FROM pg_policies WHERE 'public' = ANY(roles)") == []


@pytest.mark.parametrize("role", [*READERS, "ohsc_steps"])
def test_trap_7_what_the_login_alone_needs_no_role_reads(db, role):
    readable = {
        table
        for table in LOGIN_ONLY
        for may in ask("SELECT has_table_privilege(%s, %s, 'SELECT, INSERT, UPDATE, DELETE')", role, table)
        if may[0]
    }
    assert readable == set()


@pytest.mark.parametrize("role", READERS)
def test_trap_7_reading_roles_change_nothing_but_add_audit_events(db, role):
    may = {
        (table, verb)
        for table in tables()
        for verb in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
        if ask("SELECT has_table_privilege(%s, %s, %s)", role, table, verb)[0][0]
    }
    assert may == {("audit_event", "INSERT")}


WRITABLE_BY_STEPS_WITH_DELETE = {
    "exchange_staged",
    "referrals_savedfilter",  # nothing else is ever deleted
    "agencies_capability",
    "agencies_workweight",
    "agencies_absence",
    "cases_casegroupobjectpermission",
    "referrals_holding",
}


def test_the_writing_role_deletes_only_what_is_no_record_of_anything(db):
    deletes = {
        table
        for table in tables()
        if ask("SELECT has_table_privilege('ohsc_steps', %s, 'DELETE')", table)[0][0]
    }
    assert deletes == WRITABLE_BY_STEPS_WITH_DELETE


ADDED_NEVER_CHANGED = {
    "audit_event", "referrals_report", "referrals_narrative", "referrals_factor", "referrals_sighting",
    "referrals_outcome", "referrals_outcomedetail", "referrals_step_taken",
}  # fmt: skip


@pytest.mark.parametrize("table", sorted(ADDED_NEVER_CHANGED))
def test_the_writing_role_adds_history_and_never_changes_it(db, table):
    verbs = {
        verb
        for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        if ask("SELECT has_table_privilege('ohsc_steps', %s, %s)", table, verb)[0][0]
    }
    assert verbs == {"SELECT", "INSERT"}


def test_no_table_is_open_to_everybody(db):
    everybody = ask(
        f"SELECT c.relname, a.privilege_type {TABLES.replace('WHERE', ', aclexplode(c.relacl) a WHERE')}"
        " AND a.grantee = 0"
    )
    assert everybody == []


# 4. Under FORCE the owner's data migration changes nothing and says nothing, unless row_security is off.


@pytest.fixture
def owner(db):
    """A connection as a migration has it; what it does is rolled back."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], options="-c row_security=off") as connected:
        yield connected
        connected.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE referrals_referral SET summary = ''",
        "DELETE FROM referrals_party",
        "SELECT count(*) FROM referrals_narrative",
    ],
)
def test_trap_4_a_migration_that_forgets_row_level_security_fails_loudly(owner, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        owner.execute(statement)


def test_trap_4_so_does_a_foreign_key_over_rows_it_cannot_see(owner):
    owner.execute("CREATE TABLE scratch (referral_id uuid)")
    owner.execute("INSERT INTO scratch VALUES (gen_random_uuid())")
    with pytest.raises(psycopg.Error, match=r"row-level security|violates foreign key"):
        owner.execute("ALTER TABLE scratch ADD FOREIGN KEY (referral_id) REFERENCES referrals_referral (id)")


def test_trap_4_a_migration_that_lifts_force_and_puts_it_back_may_work(owner):
    owner.execute("ALTER TABLE referrals_referral NO FORCE ROW LEVEL SECURITY")
    owner.execute("UPDATE referrals_referral SET summary = ''")
    owner.execute("ALTER TABLE referrals_referral FORCE ROW LEVEL SECURITY")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("UPDATE referrals_referral SET summary = ''")


def test_trap_4_the_alias_that_migrates_has_row_security_off(settings):
    assert settings.DATABASES["owner"]["OPTIONS"]["options"] == "-c row_security=off -c lock_timeout=2s"


# 8. The runtime role cannot create or flush.


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x int)",
        "CREATE SCHEMA mine",
        "CREATE TEMP TABLE mine (x int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "TRUNCATE referrals_harmtype",
        "TRUNCATE audit_event",
        "TRUNCATE django_session",
        "DROP TABLE django_session",
        "ALTER TABLE referrals_referral DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "COPY referrals_referral FROM STDIN",
        "SET ROLE ohsc_owner",
    ],
)
def test_trap_8_the_runtime_login_cannot_change_what_tables_are(db, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        ask(statement)


def test_trap_8_tests_work_on_a_database_that_says_it_is_one(db):
    assert_this_is_a_test_database()
    assert connection.settings_dict["NAME"].startswith("test_")


# 9. Global unique constraints and visible sequences are oracles.

SCOPES = {"agency_id", "source_id", "client_id", "discloser_id", "person_id", "content_object_id"}
WITHIN_A_ROW = {
    "referral_id",
    "notice_id",
    "alarm_id",
    "outcome_id",
    "event_id",
    "subject_id",
    "id",
}  # a random key says nothing
ALLOWED = {
    "agencies_agency (slug)": "the directory of agencies is open to everyone signed in",
    "agencies_agency (is_centre)": "there is one Centre, and everyone knows which",
    "agencies_agency (group_id)": "one group for an agency, made with it; the number is nobody's input",
    "agencies_user (email)": "one person, one sign-in; only an administrator of the platform adds people",
    "agencies_client (client_id)": "random, made here",
    "audit_leaf (idx)": "places in the sealed log: the sealer's alone, and nobody at work reads them",
    "audit_head (size)": "how many events there are is told to every partner, so that each can hold us to it",
    "cases_case (reference)": "random, made here",
    "core_heartbeat (job)": "the jobs of our own schedule; nobody's input",
    "referrals_referral (reference)": "random, made here",
    "referrals_rulebook (version)": "rules are the Centre's alone; a number is given when they are made",
    "referrals_rulebook (?)": "one rulebook is in force; the Centre's alone",
    "referrals_snapshot (sha256)": "what was known of the agencies, written by its hash; the Centre's alone",
    "referrals_planline (plan_id, referral_id)": "a plan's key is random, and the Centre's alone",
    "referrals_decision (offer_id)": "an offer's key is random, and decisions are the Centre's alone",
    "cases_casegroupobjectpermission (group_id, permission_id, content_object_id)": "a grant: group is an agency's",
}
UNIQUE = """
SELECT t.relname, array_agg(coalesce(a.attname, '?') ORDER BY k.place)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(attnum, place)
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
WHERE i.indisunique AND t.relrowsecurity AND t.relnamespace = 'public'::regnamespace
GROUP BY i.indexrelid, t.relname
"""


def test_trap_9_unique_constraints_start_with_an_agency_or_a_random_key(db):
    unscoped = {
        f"{table} ({', '.join(columns)})"
        for table, columns in ask(UNIQUE)
        if columns[0] not in SCOPES | WITHIN_A_ROW
    }
    client_id_is_a_text = {"agencies_client (client_id)"}
    assert unscoped | client_id_is_a_text == set(ALLOWED)


SEQUENCES_SEEN = {  # by the login, for tables of signing in; and the writing role makes a group with an agency
    "ohsc_agency": set(),
    "ohsc_centre": set(),
    "ohsc_steps": {"auth_group_id_seq"},
}


@pytest.mark.parametrize(("role", "seen"), SEQUENCES_SEEN.items())
def test_trap_9_no_role_sees_a_sequence(db, role, seen):
    sequences = ask(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(%s, c.oid, 'USAGE, SELECT, UPDATE') END",
        role,
    )
    assert {row[0] for row in sequences} == seen


def test_trap_9_no_protected_table_counts_its_rows(db):
    counting = ask(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace"
        " AND (a.attidentity <> '' OR pg_get_serial_sequence(c.relname, a.attname) IS NOT NULL) AND a.attnum > 0"
    )
    assert counting == []
