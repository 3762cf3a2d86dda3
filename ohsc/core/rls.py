"""How does a migration put a table under row-level security? With one operation that reads as the rule.

    Protect("referrals_offer", agency="EXISTS (…)", centre="true")

The table gets FORCE ROW LEVEL SECURITY; the two reading roles may SELECT what their policy lets through; the
writing role may SELECT and do what `steps` says; the login itself, without a role, may do nothing. In policies,
`ohsc_agency_id()` and `ohsc_actor_id()` are those of the actor at work; they stand in a sub-select so that
PostgreSQL computes them once a statement.
"""

from django.db import migrations

ME = "(SELECT ohsc_agency_id())"
MYSELF = "(SELECT ohsc_actor_id())"
READERS = ("ohsc_agency", "ohsc_centre")


class Protect(migrations.RunSQL):
    """Put `table` under row-level security.

    agency, centre -- the SQL condition under which that reading role sees a row; None: it may not read at all.
    login -- the same for the bare login, for the few tables that signing in needs; with `login_may` its verbs.
    steps -- what the writing role may do besides SELECT.
    append -- the condition under which either reader may INSERT (audit events only).
    """

    def __init__(
        self,
        table: str,
        *,
        agency: str | None,
        centre: str | None = "true",
        login: str | None = None,
        login_may: str = "SELECT",
        steps: str = "INSERT, UPDATE",
        append: str | None = None,
    ):
        self.args = (table,)
        verbs = f"SELECT, {steps}" if steps else "SELECT"
        lines = [
            f"REVOKE ALL ON {table} FROM ohsc_app",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"GRANT {verbs} ON {table} TO ohsc_steps",
            f"CREATE POLICY steps ON {table} TO ohsc_steps USING (true) WITH CHECK (true)",
        ]
        policies = ["steps"]
        for role, condition in zip(READERS, (agency, centre), strict=True):
            if condition is not None:
                lines.append(f"GRANT SELECT ON {table} TO {role}")
                lines.append(
                    f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO {role} USING ({condition})"
                )
                policies.append(f"{role}_reads")
        if login is not None:
            lines.append(f"GRANT {login_may} ON {table} TO ohsc_app")
            lines.append(f"CREATE POLICY login ON {table} TO ohsc_app USING ({login}) WITH CHECK ({login})")
            policies.append("login")
        if append is not None:
            lines.append(f"GRANT INSERT ON {table} TO {', '.join(READERS)}")
            lines.append(
                f"CREATE POLICY append ON {table} FOR INSERT TO {', '.join(READERS)} WITH CHECK ({append})"
            )
            policies.append("append")
        back = [f"DROP POLICY {name} ON {table}" for name in policies]
        back += [
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            f"REVOKE ALL ON {table} FROM ohsc_steps, {', '.join(READERS)}, ohsc_app",
        ]
        super().__init__(";\n".join(lines), ";\n".join(back))

    def deconstruct(self):  # the operation is written by hand, and is never made by makemigrations
        return (type(self).__name__, list(self.args), {})
