"""How does a migration change a table that people are working on? With operations that do not make them wait.

A migration waits two seconds for a lock and then fails, rather than make everybody queue behind it (the owner's
`lock_timeout`); it is run again later. docs/migrations.md has the rules, `manage.py migration_rules` holds them.
"""

from django.contrib.postgres.operations import AddIndexConcurrently


class AddIndexWhileRunning(AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY. It waits as long as older transactions last, for nobody waits for it; and it first
    takes away what an attempt that was broken off left: an index that is kept up and never used."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute("SET lock_timeout = 0")
        try:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.execute("RESET lock_timeout")
