"""The Centre's auditor reads every agency's events, and nobody else of the Centre does; what was looked into is kept.

`acting_as` says for each transaction whether its actor is one who may (`ohsc.every_event`). Code of the release before
does not say it, and reads what it read.
"""

import uuid

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ohsc.core.rls import ME, Protect

OWN = f"agency_id IS NOT DISTINCT FROM {ME}"
MAY_READ_ALL = """
CREATE FUNCTION ohsc_every_event() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('ohsc.every_event', true), '') = 'on' $$;
"""
EVERY = "(SELECT ohsc_every_event())"


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_trace")]

    operations = [
        migrations.RunSQL(MAY_READ_ALL, "DROP FUNCTION ohsc_every_event();"),
        migrations.RunSQL(
            f"ALTER POLICY ohsc_centre_reads ON audit_event USING ({OWN} OR {EVERY});",
            f"ALTER POLICY ohsc_centre_reads ON audit_event USING ({OWN});",
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("rule", models.CharField(max_length=32)),
                ("actor_id", models.UUIDField()),
                ("since", models.DateTimeField()),
                ("note", models.CharField(max_length=1000)),
                ("by_id", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["since"], name="review_since")]},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a573af983b719c7151babdf44c16dd7a83791728",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c0724",
                    table="audit_review",
                    when="BEFORE",
                ),
            ),
        ),
        Protect("audit_review", agency="false", centre=EVERY, steps="INSERT"),
    ]
