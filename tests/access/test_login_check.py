"""No process starts with a database login that row-level security would not bind."""

import os

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ohsc.core import checks


@pytest.fixture
def checked_as(db, monkeypatch):
    """Run the start-up check as another login; what it found, as sentences."""

    def run(url: str) -> list[str]:
        with psycopg.connect(url) as other:
            monkeypatch.setattr(checks, "connection", other)
            return [problem.msg for problem in checks.the_login_is_bound(databases=["default"])]

    return run


@pytest.fixture
def login(db):
    """Make a login of this test's own with the given attributes and memberships; it is dropped afterwards."""
    database = conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"]
    here = make_conninfo(os.environ["DATABASE_ADMIN_URL"], dbname=database)
    made = []
    with psycopg.connect(here, autocommit=True) as admin:

        def make(attributes: str = "", *, member_of: str = "", group: str = "") -> str:
            name = sql.Identifier(f"{database}_{len(made)}")
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))
            admin.execute(sql.SQL(f"CREATE ROLE {{}} {attributes}").format(name))
            made.append(name)
            if member_of:
                inherits = "INHERIT" if "NOINHERIT" not in attributes else "NOINHERIT"
                admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(member_of), name))
                admin.execute(sql.SQL(f"ALTER ROLE {{}} {inherits}").format(name))
            if group:
                admin.execute(sql.SQL("GRANT {} TO {}").format(made[int(group)], name))
            admin.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), name)
            )
            return make_conninfo(here, user=f"{database}_{len(made) - 1}", password="only-here")

        yield make
        for name in reversed(made):
            admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
            admin.execute(sql.SQL("DROP ROLE {}").format(name))


LOGIN = "LOGIN PASSWORD 'only-here'"
OWNS = "The login of DATABASE_URL owns tables, or may become their owner."


def test_the_login_that_database_roles_makes_may_start(checked_as):
    assert checked_as(os.environ["DATABASE_URL"]) == []


def test_a_superuser_may_not(checked_as):
    assert "The login of DATABASE_URL is a superuser." in checked_as(os.environ["DATABASE_ADMIN_URL"])


def test_the_owner_of_the_tables_may_not(checked_as):
    assert checked_as(os.environ["DATABASE_OWNER_URL"]) == [OWNS]


def test_a_login_that_bypasses_row_level_security_may_not(checked_as, login):
    assert checked_as(login(f"{LOGIN} NOINHERIT BYPASSRLS")) == [
        "The login of DATABASE_URL may bypass row-level security."
    ]


def test_nor_one_that_could_become_such_a_role(checked_as, login):
    login("NOLOGIN BYPASSRLS")
    assert checked_as(login(f"{LOGIN} NOINHERIT", group="0")) == [
        "The login of DATABASE_URL belongs to a role that may bypass row-level security."
    ]


def test_nor_one_that_could_become_such_a_role_in_two_steps(checked_as, login):
    login("NOLOGIN BYPASSRLS")
    login("NOLOGIN NOINHERIT", group="0")
    assert checked_as(login(f"{LOGIN} NOINHERIT", group="1")) == [
        "The login of DATABASE_URL belongs to a role that may bypass row-level security."
    ]


def test_nor_one_that_could_become_the_owner(checked_as, login):
    assert checked_as(login(f"{LOGIN} NOINHERIT", member_of="ohsc_owner")) == [OWNS]


@pytest.mark.parametrize("role", ["ohsc_agency", "ohsc_centre", "ohsc_steps"])
def test_nor_one_that_inherits_a_role_it_should_enter(checked_as, login, role):
    assert checked_as(login(f"{LOGIN} INHERIT", member_of=role)) == [
        "The login of DATABASE_URL inherits its roles."
    ]


def test_the_refusal_says_what_to_do(checked_as, login, monkeypatch):
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        monkeypatch.setattr(checks, "connection", owner)
        with pytest.raises(
            ImproperlyConfigured, match=r"become their owner\. Use the login that `manage.py database_roles`"
        ):
            checks.refuse_an_unbound_login()
