"""The referral itself: what arrived, what is asked, who stands to it, and what is always true of it."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ohsc.core.models import Record
from ohsc.core.words import (
    Band,
    Classification,
    Environment,
    HandlingCode,
    InformationGrade,
    Pap,
    SourceGrade,
    Tlp,
)
from referrals import handling
from referrals.models.keys import to
from referrals.transitions import STANDING, Status


class HarmType(models.Model):
    """A kind of harm under the preferred term (Luxembourg Guidelines); valid in every environment.

    A sender's own word for it stays on the report (`Report.wire`); formats map theirs to these codes.
    """

    code = models.CharField(max_length=40, primary_key=True)
    label = models.CharField(max_length=120)
    means = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self):
        return self.label


class Report(Record):
    """What arrived, as it arrived, with its hash. A document gives one referral for each report in it."""

    class Kind(models.TextChoices):
        REST = "rest"  # one POST of the interface
        DOCUMENT = "document"  # an import
        FORM = "form"  # typed by hand

    source = to("agencies.Agency")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    content_type = models.CharField(max_length=80)
    sha256 = models.BinaryField(max_length=32)
    raw = models.BinaryField()
    wire = models.JSONField(default=dict)  # the sender's own words for what we mapped
    referral_count = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source", "sha256", condition=Q(kind="document"), name="document_once_per_source"
            )
        ]


class Referral(Record):
    """One task asked of an organisation, with exactly one organisation accountable for it: the custodian."""

    reference = models.CharField(max_length=20, unique=True)
    external_ref = models.CharField(max_length=200, blank=True)
    source = to("agencies.Agency")
    custodian = to("agencies.Agency")
    case = to("cases.Case", null=True, blank=True)
    report = to(Report)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    version = models.PositiveIntegerField(default=1)

    environment = models.CharField(max_length=20, choices=Environment.choices, blank=True)
    harm_type = to(HarmType, null=True, blank=True)
    summary = models.CharField(max_length=300)
    jurisdiction = models.CharField(max_length=40, blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    declaration = models.CharField(max_length=500, blank=True)
    source_priority = models.CharField(max_length=4, choices=Band.choices, blank=True)
    escalate_reason = models.TextField(blank=True)

    # Two scores, never one: risk to a child, and how complete it is to act on.
    priority = models.CharField(
        max_length=4, choices=Band.choices, blank=True
    )  # set by a person or the Centre's client
    suggested_priority = models.CharField(max_length=4, choices=Band.choices)
    suggested_because = ArrayField(models.CharField(max_length=400), default=list)
    band = models.CharField(max_length=4, choices=Band.choices)  # the set one, else the suggested: for queues
    actionability = models.PositiveSmallIntegerField()
    missing = ArrayField(models.CharField(max_length=200), default=list)

    classification = models.CharField(
        max_length=20, choices=Classification.choices, default="OFFICIAL-SENSITIVE"
    )
    tlp = models.CharField(max_length=16, choices=Tlp.choices, default="AMBER")
    pap = models.CharField(max_length=8, choices=Pap.choices, blank=True)
    source_grade = models.CharField(max_length=1, choices=SourceGrade.choices, blank=True)
    information_grade = models.CharField(max_length=1, choices=InformationGrade.choices, blank=True)
    handling_code = models.CharField(max_length=1, choices=HandlingCode.choices, blank=True)
    handling_conditions = models.CharField(max_length=500, blank=True)
    wished_agency = to("agencies.Agency", null=True, blank=True)  # whom the source would have it sent to

    # Lowering a P1 or P2 waits for a second person.
    lowering_to = models.CharField(max_length=4, choices=Band.choices, blank=True)
    lowering_by = models.UUIDField(null=True, blank=True)

    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # The clock: started, due, and how long it stood still while the custodian waited for another's answer.
    clock_from = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_for = models.DurationField(default=timedelta())
    reminded_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source", "external_ref", condition=~Q(external_ref=""), name="external_ref_once_per_source"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="referral_status_is_known"),
            models.CheckConstraint(
                name="referral_band_follows_priority",
                condition=Q(band=F("priority")) | Q(priority="", band=F("suggested_priority")),
            ),
            models.CheckConstraint(
                name="referral_triaged_has_priority",
                condition=Q(status__in=["received", "rejected", "withdrawn", "merged"]) | ~Q(priority=""),
            ),
            models.CheckConstraint(
                name="referral_closed_has_time",
                condition=Q(status__in=["received", "triaged", "offered", "accepted"], closed_at=None)
                | Q(status__in=["concluded", "rejected", "merged", "withdrawn"], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="handling_conditions_are_said", condition=~Q(handling_code="C", handling_conditions="")
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="referral_received"),
            models.Index(fields=["-updated_at", "-id"], name="referral_updated"),
            models.Index(
                fields=["band", "due_at", "id"],
                condition=Q(status__in=["received", "triaged", "offered", "accepted"]),
                name="referral_open_by_band",
            ),
            models.Index(fields=["status", "due_at", "id"], name="referral_status_due"),
            models.Index(
                fields=["status", "band", "received_at"],
                condition=Q(status__in=["received", "triaged", "offered", "accepted"]),
                name="referral_waiting",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(closed_at=None, paused_at=None, breached_at=None),
                name="referral_clock_running",
            ),
            models.Index(
                fields=["external_ref"], condition=~Q(external_ref=""), name="referral_external_ref"
            ),
            models.Index(fields=["source", "-received_at", "-id"], name="referral_of_source"),
            models.Index(fields=["custodian", "-received_at", "-id"], name="referral_of_custodian"),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def marking(self) -> str:
        return handling.marking(vars(self))

    @property
    def permits(self) -> list[str]:
        return handling.permits(vars(self))


class PartyRow(Record):
    """An agency's standing to a referral, since when and until when. Both locks on access read this table.

    What lists are ordered and picked by is repeated from the referral, so that an agency's list walks one index:
    `received_at` never changes; the rest follows the referral by a trigger while the standing lasts (migration 0003).
    """

    referral = to(Referral, related_query_name="party")  # lists join it; see access.listed_referrals
    agency = to("agencies.Agency")
    capacity = models.CharField(max_length=10, choices=[(party.value, party.label) for party in STANDING])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices)
    band = models.CharField(max_length=4, choices=Band.choices)
    due_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "referrals_party"
        constraints = [
            models.UniqueConstraint(
                "referral", condition=Q(capacity="custodian", until=None), name="party_one_custodian"
            ),
            models.UniqueConstraint(
                "referral", condition=Q(capacity="offered", until=None), name="party_one_offered"
            ),
            models.UniqueConstraint("referral", condition=Q(capacity="source"), name="party_one_source"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="party_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(capacity="source") | Q(until=None), name="party_source_for_ever"
            ),
        ]
        indexes = [
            models.Index(fields=["referral", "agency"], name="party_referral_agency"),
            models.Index(
                fields=["agency", "-received_at", "-referral"],
                condition=Q(until=None),
                name="party_agency_received",
            ),
            models.Index(
                fields=["agency", "capacity", "-received_at", "-referral"],
                condition=Q(until=None),
                name="party_agency_capacity",
            ),
            models.Index(
                fields=["agency", "status", "-received_at", "-referral"],
                condition=Q(until=None),
                name="party_agency_status",
            ),
            # What an agency works from, by band and then by when it is due; and what it has concluded.
            models.Index(
                fields=["agency", "capacity", "band", "due_at", "referral"],
                condition=Q(
                    until=None,
                    capacity__in=["custodian", "offered"],
                    status__in=["received", "triaged", "offered", "accepted"],
                ),
                name="party_queue",
            ),
            models.Index(
                fields=["agency", "-updated_at", "-referral"],
                condition=Q(
                    until=None,
                    capacity="custodian",
                    status__in=["concluded", "rejected", "merged", "withdrawn"],
                ),
                name="party_closed",
            ),
        ]


class Narrative(models.Model):
    """What can hurt to read, kept apart: fewer may see it than the referral, and each opening is logged."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, primary_key=True, related_name="+")
    text = models.TextField()
