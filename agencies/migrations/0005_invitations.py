"""People are invited by their agency's administrator; what is to be said by e-mail of an account waits in a table.

An agency reads its own invitations; the Centre its own, and those by which it named another agency's administrator.
Letters are nobody's to read. And the database notes when a person is moved to another agency.
"""

import uuid

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ohsc.core.rls import ME, Protect


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_sessions_and_second_factors"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("invitation", "Invitation"),
                            ("password_link", "Password Link"),
                            ("role", "Role"),
                            ("disabled", "Disabled"),
                            ("enabled", "Enabled"),
                            ("factors", "Factors"),
                        ],
                        max_length=20,
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("person_id", models.UUIDField(null=True)),
                ("invitation_id", models.UUIDField(null=True)),
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
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("agency_id", models.UUIDField()),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("role", models.CharField(max_length=20)),
                ("invited_by", models.UUIDField()),
                ("by_centre", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField()),
                ("sends", models.PositiveSmallIntegerField(default=1)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="moved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."agency_id" IS DISTINCT FROM (NEW."agency_id"))',
                    func="NEW.moved_at := clock_timestamp(); RETURN NEW;",
                    hash="7a6282e9fc46f1a15db470095958a6327832d060",
                    operation="UPDATE",
                    pgid="pgtrigger_moved_5096a",
                    table="agencies_user",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="accountletter",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["next_at"], name="account_letter_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about", "invitation"), ("invitation_id__isnull", False), ("person_id", None)),
                    models.Q(
                        models.Q(("about", "invitation"), _negated=True),
                        ("invitation_id", None),
                        ("person_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="account_letter_has_one_recipient",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                models.F("agency_id"),
                models.F("email"),
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                name="invitation_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["analyst", "coordinator", "supervisor", "administrator", "auditor"])
                ),
                name="invitation_role_is_known",
            ),
        ),
        Protect("agencies_invitation", agency=f"agency_id = {ME}", centre=f"agency_id = {ME} OR by_centre"),
        Protect("agencies_accountletter", agency=None, centre=None),
    ]
