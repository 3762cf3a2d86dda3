"""The two functions that policies read, the one that writes many tables' rows, the cache, and kept answers."""

import uuid

from django.db import migrations, models

from ohsc.core.rls import MYSELF, Protect

FUNCTIONS = """
CREATE FUNCTION ohsc_agency_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('ohsc.agency_id', true), '')::uuid $$;
CREATE FUNCTION ohsc_actor_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('ohsc.actor_id', true), '')::uuid $$;
"""

# Rows of several tables, one table after the other, in one statement. It has no rights of its own: each INSERT is made
# under the role of whoever calls it, with that role's grants and policies (see ohsc/core/together.py).
INSERT = """
CREATE FUNCTION core_insert(batches json) RETURNS void LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  batch json;
  target text;
BEGIN
  FOR batch IN SELECT * FROM json_array_elements(batches) LOOP
    target := batch->>'table';
    EXECUTE format('INSERT INTO %I SELECT * FROM json_populate_recordset(NULL::%I, $1)%s', target, target,
      CASE WHEN (batch->>'once')::boolean THEN ' ON CONFLICT DO NOTHING' ELSE '' END) USING batch->'rows';
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION core_insert FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_insert TO ohsc_app, ohsc_steps, ohsc_agency, ohsc_centre;
"""

CACHE = """
CREATE TABLE core_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""


# How many requests a client made in the minute that begins at `since`. Losing it in a crash costs one minute's
# count, so it is not written to the log; it belongs to the login, for it is asked before anything else.
RATE = """
CREATE UNLOGGED TABLE core_rate (client_id uuid, kind varchar(10), since timestamptz NOT NULL, used integer NOT NULL,
  PRIMARY KEY (client_id, kind));
"""

# An answer is read again by the client that was given it, and by nobody else.
MINE = f"client_id = {MYSELF}"


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION ohsc_agency_id(); DROP FUNCTION ohsc_actor_id();"),
        migrations.RunSQL(INSERT, "DROP FUNCTION core_insert(json);"),
        migrations.RunSQL(CACHE, "DROP TABLE core_cache;"),
        migrations.RunSQL(RATE, "DROP TABLE core_rate;"),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("client_id", models.UUIDField()),
                ("key", models.CharField(max_length=270)),
                ("asked_sha256", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("client_id"), models.F("key"), name="kept_answer_one_per_client_and_key"
                    )
                ],
                "indexes": [models.Index(fields=["at"], name="kept_answer_at")],
            },
        ),
        Protect("core_keptanswer", agency=MINE, centre=MINE, steps="INSERT"),
    ]
