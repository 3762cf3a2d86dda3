"""What happens to a referral: it is offered, asked about, concluded; and each step is history."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ohsc.core.models import Record
from referrals.models.keys import to
from referrals.models.referral import Referral
from referrals.transitions import OUTCOMES, REFUSALS


class Offer(Record):
    """The Centre, or a custodian, asks an agency to take a referral, by a deadline, under an agreement."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        RECALLED = "recalled"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    referral = to(Referral)
    to_agency = to("agencies.Agency")
    from_agency = to("agencies.Agency")
    agreement = to("agencies.SharingAgreement")
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
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


class Question(Record):
    """One party asks another about a referral. While it is open, the clock of the side that waits stands still."""

    class Pauses(models.TextChoices):
        """Whose clock waits: that of the custodian's action, that of the offered agency's answer, or none."""

        ACTION = "action"
        OFFER = "offer"

    referral = to(Referral)
    from_agency = to("agencies.Agency")
    to_agency = to("agencies.Agency")
    text = models.TextField(max_length=3000)
    asked_at = models.DateTimeField()
    # By when an answer is asked for; when it is chased or escalated next, and when each was done; and when the asking
    # side pressed for it last. Null of a question that the release before put (0014), until the clock finds it.
    answer_by = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    pressed_at = models.DateTimeField(null=True, blank=True)
    pauses = models.CharField(max_length=8, choices=Pauses.choices, blank=True)
    answer = models.TextField(max_length=3000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)  # nobody waits for the answer any more

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answer_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")), name="question_between_two_agencies"
            ),
        ]
        indexes = [
            models.Index(fields=["referral", "asked_at"], name="question_referral"),
            models.Index(
                fields=["to_agency", "asked_at"],
                condition=Q(answered_at=None, lapsed_at=None),
                name="question_open_to",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.lapsed_at is None


class Outcome(Record):
    """A coded result, owed to the source as feedback."""

    referral = to(Referral)
    agency = to("agencies.Agency")
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
    referral = to(Referral)
    text = models.CharField(max_length=2000)
    for_source = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["referral"], name="outcome_detail_referral")]


class StepTaken(Record):
    """The referral's history: a step, who took it for which agency, when and why. Rows are only added."""

    referral = to(Referral)
    step = models.CharField(max_length=12)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    agency = to("agencies.Agency", null=True)  # none: the clock
    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=120, blank=True)
    to_agency = to("agencies.Agency", null=True)
    custodian = to("agencies.Agency")  # after the step
    priority = models.CharField(max_length=4, blank=True)
    proposes = models.CharField(max_length=4, blank=True)  # a lower band, which a second person is to confirm
    question = to(Question, null=True)
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
