"""Where the time of a referral went: those who received it see all of it, its source what was its own time.

As `referrals.access` says in Python; either holds alone. The foreign keys are added NOT VALID, for the owner may not
look over protected tables to check what is there: the table is new and empty, and every row after that is checked.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from ohsc.core.rls import ME, Protect

TABLE = "referrals_clocksegment"
POINTS = {
    "referral_id": "referrals_referral",
    "agency_id": "agencies_agency",
    "question_id": "referrals_question",
}
KEYS = ";\n".join(
    f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_{column} FOREIGN KEY ({column})"
    f" REFERENCES {other} (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    for column, other in POINTS.items()
)
NO_KEYS = ";\n".join(f"ALTER TABLE {TABLE} DROP CONSTRAINT {TABLE}_{column}" for column in POINTS)


def party(how: str = "") -> str:
    return (
        f"EXISTS (SELECT 1 FROM referrals_party p WHERE p.referral_id = {TABLE}.referral_id"
        f" AND p.agency_id = {ME} AND p.until IS NULL{how} OFFSET 0)"
    )


RECEIVED = party(" AND p.capacity IN ('custodian', 'offered')")
CLOCKS = [("eyes", "to look at it"), ("action", "to act on it"), ("offer", "to answer the offer")]
SIDES = [("source", "the source"), ("centre", "the Centre"), ("agency", "the agency")]
RUNS = [("running", "ran"), ("paused", "stood still")]
BECAUSE = [
    ("received", "Received"),
    ("triaged", "Triaged"),
    ("reopened", "Reopened"),
    ("offered", "Offered"),
    ("custody", "Custody"),
    ("asked", "Asked"),
    ("answered", "Answered"),
]


def to(model, **more):
    return models.ForeignKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0007_calendar"), ("referrals", "0010_plans_and_decisions")]

    operations = [
        migrations.CreateModel(
            name="ClockSegment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("clock", models.CharField(choices=CLOCKS, max_length=8)),
                ("side", models.CharField(choices=SIDES, max_length=8)),
                ("runs", models.CharField(choices=RUNS, max_length=8)),
                ("because", models.CharField(choices=BECAUSE, max_length=10)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("agency", to("agencies.agency")),
                ("question", to("referrals.question", blank=True, null=True)),
                ("referral", to("referrals.referral")),
            ],
            options={
                "indexes": [models.Index(fields=["referral", "began_at"], name="segment_referral")],
                "constraints": [
                    models.UniqueConstraint(
                        F("referral"),
                        condition=Q(clock="offer", ended_at=None),
                        name="segment_one_of_the_offer",
                    ),
                    models.UniqueConstraint(
                        F("referral"),
                        condition=Q(clock__in=["eyes", "action"], ended_at=None),
                        name="segment_one_of_custody",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
                        name="segment_never_runs_backwards",
                    ),
                    models.CheckConstraint(
                        condition=Q(runs="running", question=None) | Q(runs="paused", question__isnull=False),
                        name="segment_stands_still_for_a_question",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        Protect(TABLE, agency=f"(agency_id = {ME} AND {party()}) OR {RECEIVED}"),
    ]
