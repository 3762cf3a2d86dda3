"""What was the source told while its referral was worked on, and what word is it owed?"""

from django.db import models
from django.db.models import Q

from ohsc.core.models import Record
from referrals.feedback import LONGEST
from referrals.models.keys import to
from referrals.models.referral import Referral

# The keys below are foreign keys in the database too; migration 0013 makes them itself, as 0008 says why.


class Progress(Record):
    """A word to the source before the outcome: a code, and a short text if the custodian wishes. Only ever added."""

    class Code(models.TextChoices):
        ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
        UNDER_ENQUIRY = "UNDER_ENQUIRY", "Under enquiry"
        SAFEGUARDING_IN_HAND = "SAFEGUARDING_IN_HAND", "Safeguarding in hand"
        AWAITING_OTHERS = "AWAITING_OTHERS", "Awaiting others"

    referral = to(Referral, db_constraint=False)
    agency = to("agencies.Agency", db_constraint=False)
    code = models.CharField(max_length=24, choices=Code.choices)
    text = models.CharField(max_length=LONGEST, blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=8)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    code__in=["ACKNOWLEDGED", "UNDER_ENQUIRY", "SAFEGUARDING_IN_HAND", "AWAITING_OTHERS"]
                ),
                name="progress_code_is_known",
            )
        ]
        indexes = [models.Index(fields=["referral", "-at"], name="progress_referral")]

    def __str__(self):
        return self.get_code_display()


class FeedbackOwed(Record):
    """One word that a custodian owes a source: since when, until when, and how the duty ended."""

    class Ended(models.TextChoices):
        TOLD = "told", "The source was told how it stands"
        CONCLUDED = "concluded", "The referral was concluded"
        LET_GO = "let_go", "The referral left the agency's custody"

    referral = to(Referral, db_constraint=False)
    agency = to("agencies.Agency", db_constraint=False)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=Ended.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("referral", condition=Q(ended_at=None), name="feedback_one_word_owed"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="feedback_end_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_at", "id"], condition=Q(ended_at=None), name="feedback_owed"),
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="feedback_due"),
            models.Index(fields=["due_at", "agency"], condition=~Q(ended_at=None), name="feedback_ended"),
        ]
