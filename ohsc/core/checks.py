"""May this process start? Not with a database login that row-level security would not bind."""

from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

# Membership counts as much as the attribute: SET ROLE turns the one into the other.
QUERY = """
SELECT r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c
               WHERE c.relnamespace = 'public'::regnamespace AND pg_has_role(r.oid, c.relowner, 'MEMBER')),
       EXISTS (SELECT 1 FROM pg_roles g WHERE g.oid <> r.oid
               AND (g.rolsuper OR g.rolbypassrls) AND pg_has_role(r.oid, g.oid, 'MEMBER')),
       EXISTS (SELECT 1 FROM pg_roles g
               WHERE g.rolname IN ('ohsc_agency', 'ohsc_centre', 'ohsc_steps') AND pg_has_role(r.oid, g.oid, 'USAGE'))
FROM pg_roles r WHERE r.rolname = session_user
"""

SENTENCES = (
    "is a superuser",
    "may bypass row-level security",
    "owns tables, or may become their owner",
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
