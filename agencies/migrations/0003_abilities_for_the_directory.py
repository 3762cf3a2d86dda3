"""What an agency can do is known to all who take part; how much of it in a week is its own and the Centre's matter.

A policy lets rows through, not columns. So the directory reads a view that lacks the number. It is read with the
rights of its owner, who needs a policy for that, the table being FORCEd on the owner too.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

VIEW = """
CREATE VIEW agencies_ability AS
  SELECT id, agency_id, environment, skill, jurisdiction, languages, legal_powers, hours FROM agencies_capability;
REVOKE ALL ON agencies_ability FROM ohsc_app;
GRANT SELECT ON agencies_ability TO ohsc_agency, ohsc_centre, ohsc_steps;
CREATE POLICY directory ON agencies_capability FOR SELECT TO CURRENT_USER USING (true);
"""
NO_VIEW = """
DROP POLICY directory ON agencies_capability;
DROP VIEW agencies_ability;
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(VIEW, NO_VIEW),
        migrations.CreateModel(
            name="Ability",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="abilities",
                        to="agencies.agency",
                    ),
                ),
                (
                    "environment",
                    models.CharField(
                        choices=[
                            ("dark_web", "Dark web"),
                            ("surface_web", "Surface web"),
                            ("physical_world", "Physical world"),
                        ],
                        max_length=20,
                    ),
                ),
                ("skill", models.CharField(max_length=30)),
                ("jurisdiction", models.CharField(max_length=40)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), size=None
                    ),
                ),
                (
                    "legal_powers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None
                    ),
                ),
                ("hours", models.CharField(max_length=120)),
            ],
            options={"verbose_name_plural": "abilities", "db_table": "agencies_ability", "managed": False},
        ),
    ]
