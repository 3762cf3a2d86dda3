"""Make the database, its logins and its roles. The demonstration, the tests and a deployment all use this."""

import os

import psycopg
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

NOTHING = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
ENTERED = ("ohsc_agency", "ohsc_centre", "ohsc_steps")
SEARCH = "ohsc_search"  # nobody enters it: it owns the one function that searches
SEAL = "ohsc_seal"  # what the sealer's login is: it reads the audit and adds its seals

# A request that takes longer is stopped by the database: it holds locks that others wait for.
LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "3s",  # less than the statement's, so a waiter is told why
    "idle_in_transaction_session_timeout": "30s",
}


# The server's own log would hold what failed: the statement with its values, and the row in its DETAIL.
WORDS_OF_THE_LOG = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}


class Command(BaseCommand):
    help = (
        "Make the database, the logins of DATABASE_URL (web, workers, clock: owns nothing, cannot bypass "
        "row-level security, inherits nothing) and DATABASE_OWNER_URL (migrations), and the roles the login "
        "enters for its work; with DATABASE_BACKUP_URL also that login, which reads everything and writes nothing; "
        "with DATABASE_SEALER_URL the one that seals the audit, and can do nothing else. "
        "Needs DATABASE_ADMIN_URL. Can be run again."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        for name in ("admin", "app", "owner"):
            parser.add_argument(f"--{name}-url", help="instead of the environment's")

    def handle(self, *, admin_url, app_url, owner_url, verbosity=1, **options):
        admin = admin_url or _given("DATABASE_ADMIN_URL")
        app = conninfo_to_dict(app_url or _given("DATABASE_URL"))
        owner = conninfo_to_dict(owner_url or _given("DATABASE_OWNER_URL"))
        name = app["dbname"]
        if owner["dbname"] != name:
            raise CommandError("DATABASE_URL and DATABASE_OWNER_URL must name the same database.")
        try:
            with psycopg.connect(admin, autocommit=True) as connection:
                # Roles are the whole cluster's: two runs at once (test processes) take turns.
                connection.execute("SELECT pg_advisory_lock(hashtext('ohsc.database_roles'))")
                _logins(connection, app, owner)
                _database(connection, name, owner["user"], app["user"])
                if backup := os.environ.get("DATABASE_BACKUP_URL"):
                    _backup_login(connection, name, conninfo_to_dict(backup))
                if sealer := os.environ.get("DATABASE_SEALER_URL"):
                    _sealer_login(connection, name, conninfo_to_dict(sealer))
            with psycopg.connect(make_conninfo(admin, dbname=name), autocommit=True) as connection:
                _schema(connection, owner["user"], app["user"])
        except psycopg.Error as error:
            raise CommandError(f"The database refused: {error}") from error
        if verbosity:
            self.stdout.write(
                f"Database {name}, logins {app['user']} and {owner['user']}, and roles are ready."
            )


def _given(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise CommandError(f"Set {name}, or give it as an option.") from None


def _logins(connection, app, owner) -> None:
    roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in (*ENTERED, SEARCH, SEAL):
        if role not in roles:
            connection.execute(
                sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT " + NOTHING).format(sql.Identifier(role))
            )
    for login in (app, owner):
        verb = "ALTER" if login["user"] in roles else "CREATE"
        connection.execute(
            sql.SQL(verb + " ROLE {} LOGIN NOINHERIT " + NOTHING + " PASSWORD {}").format(
                sql.Identifier(login["user"]), sql.Literal(login["password"])
            )
        )
    # From PostgreSQL 16 a grant says for itself whether it is inherited; before, NOINHERIT of the login says it.
    how = " WITH INHERIT FALSE, SET TRUE" if connection.info.server_version >= 160000 else ""
    for role in ENTERED:
        connection.execute(
            sql.SQL("GRANT {} TO {}" + how).format(sql.Identifier(role), sql.Identifier(app["user"]))
        )
    # When it migrates, the owner hands the function over to its role, and queues earlier events as the one that seals.
    for role in (SEARCH, SEAL):
        connection.execute(
            sql.SQL("GRANT {} TO {}" + how).format(sql.Identifier(role), sql.Identifier(owner["user"]))
        )
    for setting, value in LIMITS.items():
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(app["user"]), sql.Identifier(setting), sql.Literal(value)
            )
        )

    if _is_superuser(
        connection
    ):  # nobody else may say it; elsewhere it is set for the server (docs/deployment.md)
        for login in (app, owner):
            for setting, value in WORDS_OF_THE_LOG.items():
                connection.execute(
                    sql.SQL("ALTER ROLE {} SET {} = {}").format(
                        sql.Identifier(login["user"]), sql.Identifier(setting), sql.Literal(value)
                    )
                )


def _is_superuser(connection) -> bool:
    return connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0]


def _backup_login(connection, name: str, backup) -> None:
    """Sees every row, for a backup with some left out would be none; and may change nothing."""
    there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [backup["user"]]).fetchone()
    connection.execute(
        sql.SQL(
            ("ALTER" if there else "CREATE")
            + " ROLE {} LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
        ).format(sql.Identifier(backup["user"]), sql.Literal(backup["password"]))
    )
    user = sql.Identifier(backup["user"])
    connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(user))
    connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(user))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), user))


def _sealer_login(connection, name: str, sealer) -> None:
    """Has the rights of the role that seals (audit's migrations say which) from the start, and no others."""
    user = sql.Identifier(sealer["user"])
    there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [sealer["user"]]).fetchone()
    connection.execute(
        sql.SQL(
            ("ALTER" if there else "CREATE") + " ROLE {} LOGIN INHERIT " + NOTHING + " PASSWORD {}"
        ).format(user, sql.Literal(sealer["password"]))
    )
    how = " WITH INHERIT TRUE, SET FALSE" if connection.info.server_version >= 160000 else ""
    connection.execute(sql.SQL("GRANT {} TO {}" + how).format(sql.Identifier(SEAL), user))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), user))


def _database(connection, name: str, owner: str, app: str) -> None:
    # Who makes a database for another role must be a member of it, unless a superuser.
    if not _is_superuser(connection):
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(owner)))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(*map(sql.Identifier, (name, app, owner)))
    )


def _schema(connection, owner: str, app: str) -> None:
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(sql.Identifier(owner)))
    connection.execute(
        sql.SQL(
            "GRANT USAGE ON SCHEMA public TO {}, ohsc_agency, ohsc_centre, ohsc_steps, ohsc_search, ohsc_seal"
        ).format(sql.Identifier(app))
    )
    # A table is the login's until a migration protects it (ohsc.core.rls); a test finds one that is neither
    # protected nor listed in ohsc.core.exempt.
    for kind, verbs in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
        connection.execute(
            sql.SQL(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {{}} IN SCHEMA public GRANT {verbs} ON {kind} TO {{}}"
            ).format(sql.Identifier(owner), sql.Identifier(app))
        )
