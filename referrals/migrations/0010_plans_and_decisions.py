"""Plans, the decisions of routing with what they rest on, and the rules. All of it is the Centre's alone.

The foreign keys are added NOT VALID, for the owner may not look over protected tables to check what is there: the
tables are new and empty, and every row after that is checked.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from ohsc.core.rls import Protect

TABLES = ("snapshot", "rulebook", "plan", "planline", "decision")
POINTS = (
    ("plan", "snapshot", "referrals_snapshot"),
    ("planline", "plan", "referrals_plan"),
    ("planline", "referral", "referrals_referral"),
    ("planline", "agency", "agencies_agency"),
    ("planline", "proposed", "agencies_agency"),
    ("planline", "offer", "referrals_offer"),
    ("decision", "referral", "referrals_referral"),
    ("decision", "offer", "referrals_offer"),
    ("decision", "snapshot", "referrals_snapshot"),
    ("decision", "plan", "referrals_plan"),
)
KEYS = ";\n".join(
    f"ALTER TABLE referrals_{table} ADD CONSTRAINT {table}_{column} FOREIGN KEY ({column}_id)"
    f" REFERENCES {other} (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    for table, column, other in POINTS
)
NO_KEYS = ";\n".join(
    f"ALTER TABLE referrals_{table} DROP CONSTRAINT {table}_{column}" for table, column, _ in POINTS
)


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_calendar"),
        ("referrals", "0009_register_of_disclosures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("receivers", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Rulebook",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                ("body", models.JSONField()),
                ("supposes", models.JSONField(blank=True, default=dict)),
                ("back_to", models.PositiveIntegerField(blank=True, null=True)),
                ("why", models.CharField(max_length=300)),
                ("made_by", models.UUIDField()),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                ("confirmed_by", models.UUIDField(blank=True, null=True)),
                ("confirmed_by_name", models.CharField(blank=True, max_length=120)),
                ("in_force_from", models.DateTimeField(blank=True, null=True)),
                ("in_force_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(True),
                        condition=models.Q(("in_force_from__isnull", False), ("in_force_until", None)),
                        name="rulebook_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_from", None),
                            ("back_to__isnull", False),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("made_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="rulebook_takes_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for a worker"),
                            ("working", "Being worked out"),
                            ("proposed", "Proposed"),
                            ("accepting", "Making the offers"),
                            ("done", "Offered"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Could not be worked out"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("asked_for", models.CharField(blank=True, max_length=300)),
                (
                    "referral_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("touched_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_by", models.UUIDField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("rules_version", models.PositiveIntegerField(default=0)),
                ("figures", models.JSONField(default=dict)),
                (
                    "snapshot",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.snapshot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("referral_version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by_kind", models.CharField(max_length=8)),
                ("by_id", models.UUIDField()),
                ("rules_version", models.PositiveIntegerField()),
                ("task", models.JSONField()),
                ("between", models.JSONField()),
                ("ranked", models.JSONField()),
                ("place", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("is_override", models.BooleanField(default=False)),
                ("because", models.CharField(blank=True, max_length=500)),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.offer",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.referral",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.plan",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.snapshot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveIntegerField()),
                ("version", models.PositiveIntegerField()),
                ("task", models.JSONField()),
                ("points", models.PositiveSmallIntegerField(default=0)),
                ("weight", models.PositiveSmallIntegerField(default=1)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300), default=list, size=None
                    ),
                ),
                (
                    "against",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=400), default=list, size=None
                    ),
                ),
                ("stays", models.CharField(blank=True, max_length=400)),
                ("is_late", models.BooleanField(default=False)),
                ("others", models.JSONField(default=list)),
                ("because", models.CharField(blank=True, max_length=500)),
                ("changed_by", models.UUIDField(blank=True, null=True)),
                ("refused", models.CharField(blank=True, max_length=400)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.offer",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.plan",
                    ),
                ),
                (
                    "proposed",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("plan"), models.F("referral"), name="plan_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changed_by", None), models.Q(("because", ""), _negated=True), _connector="OR"
                        ),
                        name="plan_line_change_says_why",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["-asked_at", "-id"], name="plan_asked"),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                condition=models.Q(("state__in", ["asked", "working", "accepting"])),
                fields=["touched_at"],
                name="plan_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress__lte", 100)), name="plan_progress_is_a_share"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["referral", "at"], name="decision_referral"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(models.F("offer"), name="decision_once_per_offer"),
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        *(Protect(f"referrals_{table}", agency="false") for table in TABLES),
    ]
