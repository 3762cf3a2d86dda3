"""A narrative marked TLP:RED is its source's and its custodian's, and the Centre's only where somebody broke the glass.

As `referrals.access` says in Python; either holds alone. The foreign keys are added NOT VALID, for the owner may not
look over protected tables to check what is there: the table is new and empty, and every row after that is checked.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ohsc.core.rls import ME, MYSELF, Protect

TABLE = "referrals_emergencyopening"
POINTS = {"referral_id": "referrals_referral", "person_id": "agencies_user", "reviewer_id": "agencies_user"}
KEYS = ";\n".join(
    f"ALTER TABLE {TABLE} ADD CONSTRAINT emergency_{column} FOREIGN KEY ({column})"
    f" REFERENCES {table} (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    for column, table in POINTS.items()
)
NO_KEYS = ";\n".join(f"ALTER TABLE {TABLE} DROP CONSTRAINT emergency_{column}" for column in POINTS)


def open_to_the_centre(referral: str) -> str:
    """The Centre is its source or custodian, or this person broke the glass over it and the time is not over."""
    return f"""(EXISTS (SELECT 1 FROM referrals_party p WHERE p.referral_id = {referral}
        AND p.agency_id = {ME} AND p.until IS NULL AND p.capacity IN ('source', 'custodian'))
    OR EXISTS (SELECT 1 FROM {TABLE} e WHERE e.referral_id = {referral}
        AND e.person_id = {MYSELF} AND e.ended_at IS NULL AND e.until > statement_timestamp()))"""


NARRATIVE = f"""EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referrals_narrative.referral_id
        AND r.tlp <> 'RED') OR {open_to_the_centre("referrals_narrative.referral_id")}"""
# A document may hold the narratives of several referrals, and is closed with the first of them that is.
REPORT = f"""source_id = {ME} OR NOT EXISTS (SELECT 1 FROM referrals_referral r
    WHERE r.report_id = referrals_report.id AND r.tlp = 'RED' AND NOT {open_to_the_centre("r.id")})"""
CLOSED = f"""ALTER POLICY ohsc_centre_reads ON referrals_narrative USING ({NARRATIVE});
ALTER POLICY ohsc_centre_reads ON referrals_report USING ({REPORT})"""
OPEN = """ALTER POLICY ohsc_centre_reads ON referrals_narrative USING (true);
ALTER POLICY ohsc_centre_reads ON referrals_report USING (true)"""


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0007_figures_of_what_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EmergencyOpening",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("child_at_risk", "A child may be at risk now"),
                            ("nobody_answers", "The custodian cannot be reached"),
                            ("legal_duty", "A court or a legal duty that cannot wait"),
                            ("safety_of_staff", "Somebody who works on it may be at risk"),
                            ("other", "Another emergency, as written"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("was_justified", models.BooleanField(blank=True, null=True)),
                ("review_note", models.CharField(blank=True, max_length=500)),
                ("alarmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("reviewed_at", None)), fields=["at"], name="emergency_unreviewed"
                    ),
                    models.Index(fields=["-reviewed_at"], name="emergency_reviewed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("referral"),
                        models.F("person"),
                        condition=models.Q(("ended_at", None)),
                        name="emergency_one_open_per_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("at"))),
                        name="emergency_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="emergency_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewer", None),
                            models.Q(("reviewer", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="emergency_reviewed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("review_note", ""),
                                ("reviewed_at", None),
                                ("reviewer", None),
                                ("was_justified", None),
                            ),
                            models.Q(
                                ("reviewed_at__isnull", False),
                                ("reviewer__isnull", False),
                                ("was_justified__isnull", False),
                                models.Q(("review_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="emergency_review_is_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        Protect(TABLE, agency="false"),
        migrations.RunSQL(CLOSED, OPEN),
    ]
