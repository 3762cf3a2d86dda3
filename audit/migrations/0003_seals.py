"""The sealed log: what waits, the leaves, the signed heads; who may do what with them; and the trigger that queues.

The trigger's function works under the rights of the tables' owner, who may add to what waits and no more: no role that
appends events can add to the queue itself, or keep an event out of it. It is enabled ALWAYS, so that no session's
setting switches it off.
"""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ohsc.core.rls import Protect

ITS_EVENT = "EXISTS (SELECT 1 FROM audit_event event WHERE event.id = event_id)"

QUEUE = """
CREATE FUNCTION audit_queue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.audit_pending (event_id, since) SELECT id, clock_timestamp() FROM added;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION audit_queue() FROM PUBLIC;
CREATE POLICY queue ON audit_pending FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE TRIGGER audit_queue AFTER INSERT ON audit_event REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION audit_queue();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_queue;
"""
NO_QUEUE = """
DROP TRIGGER audit_queue ON audit_event;
DROP POLICY queue ON audit_pending;
DROP FUNCTION audit_queue();
"""

SEALER = """
GRANT SELECT ON audit_event, audit_leaf, audit_head, audit_pending TO ohsc_seal;
GRANT INSERT ON audit_leaf, audit_head TO ohsc_seal;
GRANT DELETE ON audit_pending TO ohsc_seal;
CREATE POLICY seal ON audit_event FOR SELECT TO ohsc_seal USING (true);
CREATE POLICY seal ON audit_pending TO ohsc_seal USING (true) WITH CHECK (true);
CREATE POLICY seal ON audit_leaf TO ohsc_seal USING (true) WITH CHECK (true);
CREATE POLICY seal ON audit_head TO ohsc_seal USING (true) WITH CHECK (true);
"""
NO_SEALER = """
DROP POLICY seal ON audit_head;
DROP POLICY seal ON audit_leaf;
DROP POLICY seal ON audit_pending;
DROP POLICY seal ON audit_event;
REVOKE ALL ON audit_event, audit_leaf, audit_head, audit_pending FROM ohsc_seal;
"""
# What waits is short-lived: its dead rows are cleared before they are many.
TIDY = """
ALTER TABLE audit_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_row_level_security"),
        ("agencies", "0002_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField(max_length=32)),
                ("previous_size", models.BigIntegerField()),
                ("previous_root", models.BinaryField(max_length=32)),
                (
                    "frontier",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(max_length=32), size=None
                    ),
                ),
                ("origin", models.CharField(max_length=200)),
                ("key_id", models.CharField(max_length=8)),
                ("signature", models.BinaryField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("idx", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.UUIDField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="head",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6a4aed7104cf1968e3165dfce1706f1a6a83faa6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_95b7c",
                    table="audit_head",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="head",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'seals are never removed';",
                    hash="5356dcee65a1956d1acc0934e1dbed408be1118c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_e41f2",
                    table="audit_head",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="leaf",
            constraint=models.UniqueConstraint(models.F("event_id"), name="leaf_once_an_event"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leaf",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7dca4c3bc116f5d567cb9e40b3e31738b1013ab6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_cb682",
                    table="audit_leaf",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leaf",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'seals are never removed';",
                    hash="f4a37e6c36412202bc798ad09bdaa4392b850c17",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_7c046",
                    table="audit_leaf",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pending",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b0fa8e38c14c31f98f654930fc9416c6736d2503",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_be090",
                    table="audit_pending",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pending",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'what waits for its seal is never removed';",
                    hash="ae1d0de5bc2e3a8927ed6934a540bdc4033fc6be",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_2431b",
                    table="audit_pending",
                    when="BEFORE",
                ),
            ),
        ),
        Protect("audit_pending", agency=ITS_EVENT, steps=""),
        Protect("audit_leaf", agency=None, centre=None, steps=""),
        Protect("audit_head", agency="true", steps=""),
        migrations.RunSQL(SEALER, NO_SEALER),
        migrations.RunSQL(QUEUE, NO_QUEUE),
        migrations.RunSQL(TIDY, migrations.RunSQL.noop),
    ]
