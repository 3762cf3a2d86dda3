"""Weights of work, planned absences, and proposals of what an agency can do. Each reads its own; the Centre, all.

Weights and absences may be taken away again, as capabilities may: the audit keeps what was said when. The foreign keys
are added NOT VALID, for the owner may not look over a protected table to check what is there: the tables are new and
empty, and every row after that is checked.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from ohsc.core.rls import ME, Protect

TABLES = ("workweight", "absence", "capabilityproposal")
KEYS = ";\n".join(
    f"ALTER TABLE agencies_{table} ADD CONSTRAINT {table}_agency_id FOREIGN KEY (agency_id)"
    " REFERENCES agencies_agency (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    for table in TABLES
)
NO_KEYS = ";\n".join(f"ALTER TABLE agencies_{table} DROP CONSTRAINT {table}_agency_id" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "environment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dark_web", "Dark web"),
                            ("surface_web", "Surface web"),
                            ("physical_world", "Physical world"),
                        ],
                        max_length=20,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("share", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "ends_on"], name="absence_agency")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("share__gte", 1), ("share__lte", 100)),
                        name="absence_share_is_a_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="absence_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CapabilityProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("lines", models.JSONField()),
                ("why", models.CharField(max_length=300)),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="capability_proposals",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "proposed_at"], name="proposal_agency")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"), condition=models.Q(("verdict", "")), name="proposal_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("verdict", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("verdict__in", ["approved", "refused", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_decided_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkWeight",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "environment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dark_web", "Dark web"),
                            ("surface_web", "Surface web"),
                            ("physical_world", "Physical world"),
                        ],
                        max_length=20,
                    ),
                ),
                ("harm_type", models.CharField(blank=True, max_length=40)),
                (
                    "band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("P1", "P1 Escalate"),
                            ("P2", "P2 High"),
                            ("P3", "P3 Medium"),
                            ("P4", "P4 Low"),
                            ("INFO", "Information"),
                        ],
                        max_length=4,
                    ),
                ),
                ("weight", models.PositiveSmallIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="work_weights",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"),
                        models.F("environment"),
                        models.F("harm_type"),
                        models.F("band"),
                        name="work_weight_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 1), ("weight__lte", 10)),
                        name="work_weight_is_one_to_ten",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            "capability", "weekly_capacity", models.PositiveIntegerField(help_text="Points a week")
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        Protect("agencies_workweight", agency=f"agency_id = {ME}", steps="INSERT, UPDATE, DELETE"),
        Protect("agencies_absence", agency=f"agency_id = {ME}", steps="INSERT, UPDATE, DELETE"),
        Protect("agencies_capabilityproposal", agency=f"agency_id = {ME}"),
    ]
