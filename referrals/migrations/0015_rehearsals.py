"""A draft of the rules is tried on what was, and what came of it is kept. The Centre's own."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from ohsc.core.rls import Protect

KEY = (
    "ALTER TABLE referrals_rehearsal ADD CONSTRAINT rehearsal_rulebook FOREIGN KEY (rulebook_id)"
    " REFERENCES referrals_rulebook (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
)
NO_KEY = "ALTER TABLE referrals_rehearsal DROP CONSTRAINT rehearsal_rulebook"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0014_questions_are_chased"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("touched_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for a worker"),
                            ("working", "Being worked out"),
                            ("done", "Rehearsed"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Could not be worked out"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("against", models.PositiveIntegerField()),
                ("days", models.PositiveSmallIntegerField()),
                ("times", models.PositiveSmallIntegerField(default=1)),
                ("figures", models.JSONField(default=dict)),
                ("moved", models.JSONField(default=list)),
                (
                    "rulebook",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.rulebook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["rulebook", "-asked_at"], name="rehearsal_of_rules"),
                    models.Index(
                        condition=models.Q(("state__in", ["asked", "working"])),
                        fields=["touched_at"],
                        name="rehearsal_under_way",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("progress__lte", 100)), name="rehearsal_progress_is_a_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("times__gte", 1)), name="rehearsal_has_days"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEY, NO_KEY),
        Protect("referrals_rehearsal", agency="false"),
    ]
