"""E-mails about an hour's or a day's news, one a person and period. Nobody reads the table; the clock keeps it."""

import uuid

import django.contrib.postgres.fields
from django.db import migrations, models

from ohsc.core.rls import Protect


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_waiting_by_agency_and_dead_letters")]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("person_id", models.UUIDField()),
                ("period_start", models.DateTimeField()),
                (
                    "items",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("dead", "Dead"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(null=True)),
                ("lease", models.UUIDField(null=True)),
                ("last_reason", models.CharField(blank=True, max_length=200)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_at"], name="digest_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person_id"), models.F("period_start"), name="digest_once_a_period"
                    )
                ],
            },
        ),
        Protect("notifications_digest", agency=None, centre=None),
    ]
