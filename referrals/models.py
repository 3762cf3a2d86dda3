"""What was asked of whom? Reports as they arrived, referrals, and what hangs on them; and what is always true."""

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
    SelectorKind,
    SourceGrade,
    Tlp,
)
from referrals.transitions import OUTCOMES, REFUSALS, STANDING, Status


def _to(model, **more):
    """A foreign key that cannot be walked backwards: from a protected row, only `access` leads on."""
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name="+", **more)


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

    source = _to("agencies.Agency")
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
    source = _to("agencies.Agency")
    custodian = _to("agencies.Agency")
    case = _to("cases.Case", null=True, blank=True)
    report = _to(Report)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    version = models.PositiveIntegerField(default=1)

    environment = models.CharField(max_length=20, choices=Environment.choices, blank=True)
    harm_type = _to(HarmType, null=True, blank=True)
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
    wished_agency = _to("agencies.Agency", null=True, blank=True)  # whom the source would have it sent to

    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

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
        ]

    def __str__(self):
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class PartyRow(Record):
    """An agency's standing to a referral, since when and until when. Both locks on access read this table.

    `received_at` never changes and repeats the referral's, so that an agency's lists walk one index.
    """

    referral = _to(Referral, related_query_name="party")  # lists join it; see access.listed_referrals
    agency = _to("agencies.Agency")
    capacity = models.CharField(max_length=10, choices=[(party.value, party.label) for party in STANDING])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()

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
        ]


class Narrative(models.Model):
    """What can hurt to read, kept apart: fewer may see it than the referral, and each opening is logged."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, primary_key=True, related_name="+")
    text = models.TextField()


class Factor(Record):
    """One answer about risk, from whom and when. Answers are added, never changed; unknown is never no."""

    referral = _to(Referral)
    key = models.CharField(max_length=40)
    value = models.CharField(max_length=10)
    agency = _to("agencies.Agency")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["referral", "at"], name="factor_referral_at")]


class Sighting(Record):
    """A selector seen in a referral: as it was given, when it was seen, and the normal form it matches by."""

    referral = _to(Referral)
    agency = _to("agencies.Agency")
    selector = _to("cases.Selector", null=True)  # none when it has no normal form
    kind = models.CharField(max_length=16, choices=SelectorKind.choices)
    value = models.CharField(max_length=2000)
    platform = models.CharField(max_length=120, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(port=None) | Q(port__range=(1, 65535)), name="sighting_port")
        ]
        indexes = [
            models.Index(fields=["referral"], name="sighting_referral"),
            models.Index(fields=["selector"], name="sighting_selector"),
        ]


class Offer(Record):
    """The Centre, or a custodian, asks an agency to take a referral, by a deadline, under an agreement."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        RECALLED = "recalled"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    referral = _to(Referral)
    to_agency = _to("agencies.Agency")
    from_agency = _to("agencies.Agency")
    agreement = _to("agencies.SharingAgreement")
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("referral", condition=Q(state="open"), name="offer_one_open"),
            models.CheckConstraint(
                name="offer_closed_has_time",
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state="open"), name="offer_open_deadline"),
            models.Index(fields=["referral", "made_at"], name="offer_referral"),
        ]


class Outcome(Record):
    """A coded result, owed to the source as feedback."""

    referral = _to(Referral)
    agency = _to("agencies.Agency")
    code = models.CharField(max_length=30, choices=list(OUTCOMES.items()))
    count = models.PositiveIntegerField(null=True, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__in=list(OUTCOMES)), name="outcome_code_is_known")
        ]
        indexes = [models.Index(fields=["referral"], name="outcome_referral")]


class OutcomeDetail(models.Model):
    """Words beside an outcome. The source reads them only where the concluding agency said so."""

    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, primary_key=True, related_name="+")
    referral = _to(Referral)
    text = models.CharField(max_length=2000)
    for_source = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["referral"], name="outcome_detail_referral")]


class StepTaken(Record):
    """The referral's history: a step, who took it for which agency, when and why. Rows are only added."""

    referral = _to(Referral)
    step = models.CharField(max_length=12)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    agency = _to("agencies.Agency", null=True)  # none: the clock
    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=120, blank=True)
    to_agency = _to("agencies.Agency", null=True)
    custodian = _to("agencies.Agency")  # after the step
    priority = models.CharField(max_length=4, blank=True)
    reason_code = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=2000, blank=True)
    missing = ArrayField(models.CharField(max_length=200), default=list)  # what a rejection found missing
    source_sees = models.BooleanField(default=False)

    class Meta:
        db_table = "referrals_step_taken"
        constraints = [
            models.UniqueConstraint("referral", "version", name="step_taken_once_per_version"),
            models.CheckConstraint(
                condition=~Q(step__in=list(REFUSALS), reason_code=""), name="step_taken_refusal_has_reason"
            ),
        ]


class Holding(Record):
    """Who in an agency has a referral on their desk. Each agency's own matter; nobody else sees it."""

    referral = _to(Referral)
    agency = _to("agencies.Agency")
    person = _to("agencies.User")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("referral", "agency", name="holding_one_person_per_agency")]
        indexes = [models.Index(fields=["person", "since"], name="holding_person")]
