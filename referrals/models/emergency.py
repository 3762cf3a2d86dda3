"""Who of the Centre broke the glass over a closed narrative, why, until when, and what a second person said of it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from ohsc.core.models import Record
from referrals.models.keys import to
from referrals.models.referral import Referral

LASTS = timedelta(minutes=60)
REVIEW_WITHIN = timedelta(hours=24)


class EmergencyOpening(Record):
    """A narrative marked TLP:RED in an agency's custody, opened to one person of the Centre for a stated time.

    The keys are foreign keys in the database too; migration 0008 says why it makes them itself.
    """

    class Why(models.TextChoices):
        CHILD_AT_RISK = "child_at_risk", "A child may be at risk now"
        NOBODY_ANSWERS = "nobody_answers", "The custodian cannot be reached"
        LEGAL_DUTY = "legal_duty", "A court or a legal duty that cannot wait"
        SAFETY_OF_STAFF = "safety_of_staff", "Somebody who works on it may be at risk"
        OTHER = "other", "Another emergency, as written"

    referral = to(Referral, db_constraint=False)
    person = to("agencies.User", db_constraint=False)
    why = models.CharField(max_length=20, choices=Why.choices)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(
        null=True, blank=True
    )  # early, or when it was noticed that the time was over

    reviewer = to("agencies.User", null=True, blank=True, db_constraint=False)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    was_justified = models.BooleanField(null=True, blank=True)
    review_note = models.CharField(max_length=500, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)  # nobody had said anything within the day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "referral", "person", condition=Q(ended_at=None), name="emergency_one_open_per_person"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="emergency_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_has_a_reason"),
            models.CheckConstraint(
                condition=Q(reviewer=None) | ~Q(reviewer=F("person")), name="emergency_reviewed_by_another"
            ),
            models.CheckConstraint(
                name="emergency_review_is_whole",
                condition=Q(reviewer=None, reviewed_at=None, was_justified=None, review_note="")
                | (
                    Q(reviewer__isnull=False, reviewed_at__isnull=False, was_justified__isnull=False)
                    & ~Q(review_note="")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(reviewed_at=None), name="emergency_unreviewed"),
            models.Index(fields=["-reviewed_at"], name="emergency_reviewed"),
        ]

    @property
    def review_by(self) -> datetime:
        """When a second person is to have said whether it was justified."""
        return self.at + REVIEW_WITHIN

    @property
    def over_at(self) -> datetime:
        """When it ended, or will."""
        return self.ended_at or self.until
