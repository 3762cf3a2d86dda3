"""Who has seen this record? An index, written by the sealer; and events of before the seals are queued for theirs."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ohsc.core.rls import Protect

ITS_EVENT = "EXISTS (SELECT 1 FROM audit_event event WHERE event.id = event_id)"

SEALER = """
GRANT SELECT, INSERT ON audit_trace TO ohsc_seal;
CREATE POLICY seal ON audit_trace TO ohsc_seal USING (true) WITH CHECK (true);
"""
NO_SEALER = """
DROP POLICY seal ON audit_trace;
REVOKE ALL ON audit_trace FROM ohsc_seal;
"""

# The trigger of 0003 queues what comes; this, what was there before it. The role that seals sees every event, and may
# add to the queue for this once. What was queued or sealed meanwhile is left as it is. No table in use is locked.
EARLIER = """
GRANT INSERT ON audit_pending TO ohsc_seal;
SET LOCAL ROLE ohsc_seal;
SET LOCAL row_security = on;
INSERT INTO audit_pending (event_id, since) SELECT id, now() FROM audit_event ON CONFLICT DO NOTHING;
RESET ROLE;
SET LOCAL row_security = off;
REVOKE INSERT ON audit_pending FROM ohsc_seal;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals")]

    operations = [
        migrations.CreateModel(
            name="Trace",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subject_id",
                        "at",
                        "event_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("subject_id", models.UUIDField()),
                ("event_id", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trace",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0a61c5dcc0aed8ab0a9533ccd742af09a7f9f3a2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b63bd",
                    table="audit_trace",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trace",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'traces are never removed';",
                    hash="43d15f1ed5e109b29e8234ed299c90df1f6d5f56",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_377a1",
                    table="audit_trace",
                    when="BEFORE",
                ),
            ),
        ),
        Protect("audit_trace", agency=ITS_EVENT, centre=ITS_EVENT, steps=""),
        migrations.RunSQL(SEALER, NO_SEALER),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
    ]
