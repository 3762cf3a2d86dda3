"""May this process start? Not with a database login that row-level security would not bind."""

from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

QUERY = """
SELECT r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace),
       EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
               WHERE m.member = r.oid AND (g.rolsuper OR g.rolbypassrls)),
       pg_has_role(r.oid, 'ohsc_steps', 'USAGE')
FROM pg_roles r WHERE r.rolname = session_user
"""

SENTENCES = (
    "is a superuser",
    "may bypass row-level security",
    "owns tables",
    "belongs to a role that may bypass row-level security",
    "inherits its roles",
)


@register(Tags.database)
def the_login_is_bound(app_configs=None, databases=None, **kwargs):
    """A superuser, a table's owner, or a login that inherits its roles would see every agency's rows."""
    if not databases or "default" not in databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(QUERY)
        facts = cursor.fetchone()
    return [
        Error(
            f"The login of DATABASE_URL {sentence}.",
            hint="Use the login that `manage.py database_roles` makes.",
            id=f"ohsc.E00{number}",
        )
        for number, (sentence, is_so) in enumerate(zip(SENTENCES, facts, strict=True), 1)
        if is_so
    ]


def refuse_an_unbound_login() -> None:
    """Called where web, worker and clock start."""
    if problems := the_login_is_bound(databases=["default"]):
        raise ImproperlyConfigured(" ".join(f"{problem.msg} {problem.hint}" for problem in problems))
    connection.close()
