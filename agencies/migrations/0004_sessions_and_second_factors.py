"""Sessions that the person and the administrator can see and end, and tries that failed. Second factors are allauth's.

The tables belong to the login alone (`ohsc.core.exempt`). Open sessions are not carried over: none of them has
proved a second factor.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

LIFT = "ALTER TABLE agencies_user NO FORCE ROW LEVEL SECURITY"
PUT_BACK = "ALTER TABLE agencies_user FORCE ROW LEVEL SECURITY"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_people_may_be_pointed_at"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.RunSQL(PUT_BACK, LIFT),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("person_id", models.UUIDField(null=True)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("browser", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "db_table": "sign_in_session",
                "indexes": [
                    models.Index(fields=["person_id"], name="session_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("used", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "sign_in_tries",
                "indexes": [models.Index(fields=["since"], name="tries_since")],
            },
        ),
        migrations.CreateModel(
            name="SignInService",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("agency_id", models.UUIDField(unique=True)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("issuer", models.URLField(max_length=300)),
                ("client_id", models.CharField(max_length=200)),
                ("sealed_secret", models.TextField()),
            ],
            options={"db_table": "sign_in_service"},
        ),
        migrations.CreateModel(
            name="OutsideIdentity",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("subject", models.CharField(max_length=255)),
                ("person_id", models.UUIDField()),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to="agencies.signinservice",
                    ),
                ),
            ],
            options={
                "db_table": "sign_in_identity",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("service"), models.F("subject"), name="identity_one_person"
                    ),
                    models.UniqueConstraint(
                        models.F("service"), models.F("person_id"), name="identity_once_for_a_person"
                    ),
                ],
            },
        ),
    ]
