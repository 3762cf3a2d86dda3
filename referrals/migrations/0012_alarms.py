"""A child may be at risk now: an agency sees the alarms that are its own to answer, and which of its people were called.

As `referrals.access` says in Python; either holds alone. The foreign keys are added NOT VALID, for the owner may not
look over protected tables to check what is there: the tables are new and empty, and every row after that is checked.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from ohsc.core.rls import ME, Protect

ALARM, CALL = "referrals_alarm", "referrals_alarmcall"
AGENCY, PERSON = "agencies_agency", "agencies_user"
POINTS = {
    ALARM: {
        "referral_id": "referrals_referral",
        "agency_id": AGENCY,
        "taken_by_id": PERSON,
        "taken_agency_id": AGENCY,
    },
    CALL: {"alarm_id": ALARM, "agency_id": AGENCY, "person_id": PERSON},
}
KEYS = ";\n".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column} FOREIGN KEY ({column})"
    f" REFERENCES {other} (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
    for table, points in POINTS.items()
    for column, other in points.items()
)
NO_KEYS = ";\n".join(
    f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}"
    for table, points in POINTS.items()
    for column in points
)
OURS_TO_ANSWER = f"""agency_id = {ME} AND EXISTS (SELECT 1 FROM referrals_party p
    WHERE p.referral_id = {ALARM}.referral_id AND p.agency_id = {ME} AND p.until IS NULL
    AND p.capacity IN ('custodian', 'offered') OFFSET 0)"""
OUR_PEOPLE = f"agency_id = {ME} AND EXISTS (SELECT 1 FROM {ALARM} a WHERE a.id = {CALL}.alarm_id OFFSET 0)"

WHY = [
    ("arrived", "It arrived with P1 suggested"),
    ("raised", "Its priority became P1"),
    ("reopened", "It was reopened as P1"),
    ("offered", "It was offered"),
    ("came_back", "The offer ended, and nobody has it"),
    ("returned", "It was returned"),
]
ENDED = [
    ("taken", "Somebody took it"),
    ("lowered", "It is not P1 any more"),
    ("closed", "The referral was closed"),
    ("moved", "Another agency is to answer"),
]
CHANNELS = [("inbox", "inbox and e-mail"), ("webhook", "its systems"), ("pager", "pager")]
STATES = [("waiting", "Waiting"), ("called", "Called"), ("dropped", "Dropped")]


def key():
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


def to(model, **more):
    return models.ForeignKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_calendar"),
        ("referrals", "0011_clock_segments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", key()),
                ("why", models.CharField(choices=WHY, max_length=12)),
                ("raised_at", models.DateTimeField()),
                ("rung", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_because", models.CharField(blank=True, choices=ENDED, max_length=8)),
                ("agency", to("agencies.agency")),
                ("referral", to("referrals.referral")),
                ("taken_agency", to("agencies.agency", blank=True, null=True)),
                ("taken_by", to(settings.AUTH_USER_MODEL, blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(("ended_at", None)), fields=["next_at"], name="alarm_live"),
                    models.Index(fields=["referral", "raised_at"], name="alarm_referral"),
                    models.Index(fields=["-ended_at"], name="alarm_ended"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        F("referral"), condition=Q(("ended_at", None)), name="alarm_one_live"
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at=None, ended_because="")
                        | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                        name="alarm_ends_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=Q(taken_by=None, taken_agency=None) & ~Q(ended_because="taken")
                        | Q(taken_by__isnull=False, taken_agency__isnull=False, ended_because="taken"),
                        name="alarm_is_taken_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at=None) | Q(ended_at__gte=F("raised_at")),
                        name="alarm_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlarmCall",
            fields=[
                ("id", key()),
                ("rung", models.PositiveIntegerField()),
                ("channel", models.CharField(choices=CHANNELS, max_length=8)),
                ("called_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("state", models.CharField(choices=STATES, default="called", max_length=8)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("lease", models.UUIDField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("last_reason", models.CharField(blank=True, max_length=200)),
                ("agency", to("agencies.agency")),
                ("alarm", to("referrals.alarm")),
                ("person", to(settings.AUTH_USER_MODEL, blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["alarm", "rung"], name="alarm_call_of"),
                    models.Index(
                        condition=Q(("state", "waiting")), fields=["next_at"], name="alarm_call_waiting"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        F("alarm"), F("rung"), F("channel"), F("person"),
                        condition=Q(person__isnull=False), name="alarm_call_once",
                    ),
                    models.UniqueConstraint(
                        F("alarm"), F("rung"), F("channel"), F("agency"),
                        condition=Q(person=None), name="alarm_call_desk_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        Protect(ALARM, agency=OURS_TO_ANSWER),
        Protect(CALL, agency=OUR_PEOPLE),
    ]  # fmt: skip
