"""The real database, built by its owner and used by the login that web and workers use; and the cast.

`db` rolls a test back; `transactional_db` lets it commit (threads, workers, browsers) and empties what was
written afterwards. The cast is there in both, made once for each database.
"""

import contextlib
import os

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ohsc.core import limits
from tests.scratch import drop

pytest_plugins = ["tests.browser"]
GUESTS = {
    "agencies_invitation",
    "agencies_accountletter",
    "agencies_capability",
    "agencies_workweight",
    "agencies_absence",
    "agencies_capabilityproposal",
}  # of the tables of who takes part, what tests write
KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "referrals_harmtype"}
# Their own triggers refuse to empty them.
SEALED = ("audit_event", "audit_pending", "audit_leaf", "audit_head", "audit_trace")


def pytest_configure(config):
    """A checkout without servers says how to get them, rather than failing a thousand times."""
    if "DATABASE_URL" not in os.environ:
        raise pytest.UsageError('The tests need their servers: run `make test ARGS="…"`.')


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_id):
    """A database of this process's own, migrated by the owner; then only the bound login works on it."""
    # Several runs on one server each name their own by OHSC_TEST_DB.
    name = os.environ.get("OHSC_TEST_DB", "test_ohsc") + ("" if worker_id == "master" else f"_{worker_id}")
    assert name.startswith("test_"), name
    admin = os.environ["DATABASE_ADMIN_URL"]
    urls = {which: _renamed(os.environ[f"DATABASE_{which}URL"], name) for which in ("", "OWNER_", "SEALER_")}
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = name
    os.environ.update({f"DATABASE_{which}URL": url for which, url in urls.items()})
    drop(admin, name)
    with django_db_blocker.unblock():
        call_command(
            "database_roles", verbosity=0, admin_url=admin, app_url=urls[""], owner_url=urls["OWNER_"]
        )
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections["owner"].close()
        assert_this_is_a_test_database()
        from tests.cast import assemble

        assemble()
        TransactionTestCase._fixture_teardown = lambda self: empty_beside_workers(urls["OWNER_"])
        yield
        for alias in ("default", "owner"):
            connections[alias].close()
    drop(admin, name)


def assert_this_is_a_test_database():
    """Tests empty tables. Never those of a database with another name, whatever the settings claim."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_database(), session_user, current_setting('is_superuser')")
        name, login, is_superuser = cursor.fetchone()
    assert name.startswith("test_"), name
    assert login == "ohsc_app"
    assert is_superuser == "off"


def empty_beside_workers(owner_url: str) -> None:
    """A worker or clock that is still at it may hold what is to be emptied: then one of the two begins again."""
    for _ in range(20):
        with contextlib.suppress(psycopg.errors.DeadlockDetected):
            return empty(owner_url)
    return empty(owner_url)


def empty(owner_url: str) -> None:
    """What a committing test leaves is removed by the owner; the runtime's login could not. The cast stays."""
    connections["default"].close()
    with psycopg.connect(owner_url) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            if row[0] in GUESTS or (row[0] not in KEPT and not row[0].startswith("agencies_"))
        ]
        for table in SEALED:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute(
            sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(sql.Identifier(table) for table in tables))
        )
        for table in SEALED:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.execute("ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_queue")


def _renamed(url: str, name: str) -> str:
    return make_conninfo(**{**conninfo_to_dict(url), "dbname": name})


@pytest.fixture(autouse=True)
def _requests_counted_anew():
    """A thousand tests in a minute are not one client's thousand requests."""
    limits.forget()


@pytest.fixture
def cast(db):
    """Everybody, by name: `cast.ben`, `cast.police`, `cast.lumen_client` (see tests/cast.py)."""
    from tests.cast import call

    return call()


@pytest.fixture
def committed_cast(transactional_db):
    """The cast, for tests whose writes are seen by other connections."""
    from tests.cast import call

    return call()


COUNTED = {
    "swept": "sweep: {:,} route × method × role × id cases",
    "interleavings": "sweep: {:,} interleavings of a read and the end of the right to it",
}


def pytest_terminal_summary(terminalreporter):
    """How much the tests of tests/access tried; each says its own number."""
    reports = {id(one): one for found in terminalreporter.stats.values() for one in found}
    told = [
        pair for one in reports.values() if getattr(one, "when", "") == "call" for pair in one.user_properties
    ]
    for counted, sentence in COUNTED.items():
        if total := sum(number for name, number in told if name == counted):
            terminalreporter.write_line(sentence.format(total))
