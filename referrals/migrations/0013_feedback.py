"""Word that is owed to a source, and word that it was given; and the figures of each agency's work.

Who reads: `referrals.access` says the same in Python. The foreign keys are added NOT VALID, as 0008 says why.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from ohsc.core.rls import ME, Protect

POINTS = {
    ("referrals_feedbackowed", "feedback_owed_referral"): ("referral_id", "referrals_referral"),
    ("referrals_feedbackowed", "feedback_owed_agency"): ("agency_id", "agencies_agency"),
    ("referrals_progress", "progress_of_referral"): ("referral_id", "referrals_referral"),
    ("referrals_progress", "progress_of_agency"): ("agency_id", "agencies_agency"),
    ("referrals_scorecard", "scorecard_of_agency"): ("agency_id", "agencies_agency"),
}
KEYS = ";\n".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column})"
    f" REFERENCES {other} (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    for (table, name), (column, other) in POINTS.items()
)
NO_KEYS = ";\n".join(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in POINTS)


def custodian_or_source(column: str) -> str:
    """The actor's agency has custody of this referral now, or sent it."""
    return (
        f"EXISTS (SELECT 1 FROM referrals_party p WHERE p.referral_id = {column} AND p.agency_id = {ME}"
        " AND p.until IS NULL AND p.capacity IN ('custodian', 'source') OFFSET 0)"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_calendar"),
        ("referrals", "0012_alarms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="disclosure",
            name="kind",
            field=models.CharField(
                choices=[
                    ("offer", "Offered"),
                    ("pass-on", "Passed on"),
                    ("accept", "Accepted"),
                    ("ask", "Asked"),
                    ("answer", "Answered"),
                    ("conclude", "Outcome told"),
                    ("progress", "Progress told"),
                    ("grant", "Case shared"),
                    ("export", "Taken out as a file"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="parts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("summary", "summary"),
                        ("handling", "handling"),
                        ("facts", "facts"),
                        ("selectors", "selectors"),
                        ("risk", "answers about risk"),
                        ("history", "history"),
                        ("narrative", "narrative"),
                        ("report", "report as it arrived"),
                        ("question", "question"),
                        ("answer", "answer"),
                        ("outcomes", "outcomes"),
                        ("detail", "words beside the outcomes"),
                        ("progress", "how it stands"),
                        ("case", "case"),
                        ("rows", "rows of a list"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="FeedbackOwed",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("chased_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("told", "The source was told how it stands"),
                            ("concluded", "The referral was concluded"),
                            ("let_go", "The referral left the agency's custody"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["agency", "due_at", "id"],
                        name="feedback_owed",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["due_at"], name="feedback_due"
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None), _negated=True),
                        fields=["due_at", "agency"],
                        name="feedback_ended",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("referral"),
                        condition=models.Q(("ended_at", None)),
                        name="feedback_one_word_owed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="feedback_end_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("ACKNOWLEDGED", "Acknowledged"),
                            ("UNDER_ENQUIRY", "Under enquiry"),
                            ("SAFEGUARDING_IN_HAND", "Safeguarding in hand"),
                            ("AWAITING_OTHERS", "Awaiting others"),
                        ],
                        max_length=24,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("by_kind", models.CharField(max_length=8)),
                ("by_id", models.UUIDField()),
                ("by_name", models.CharField(blank=True, max_length=120)),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
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
                "indexes": [models.Index(fields=["referral", "-at"], name="progress_referral")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                ["ACKNOWLEDGED", "UNDER_ENQUIRY", "SAFEGUARDING_IN_HAND", "AWAITING_OTHERS"],
                            )
                        ),
                        name="progress_code_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("source", "As source"), ("receiver", "As receiver")], max_length=8
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("counted_at", models.DateTimeField()),
                ("figures", models.JSONField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "side", "days"), name="scorecard_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        Protect(
            "referrals_progress", agency=custodian_or_source("referrals_progress.referral_id"), steps="INSERT"
        ),
        Protect("referrals_feedbackowed", agency=custodian_or_source("referrals_feedbackowed.referral_id")),
        Protect("referrals_scorecard", agency=f"agency_id = {ME} OR agency_id IS NULL"),
    ]
