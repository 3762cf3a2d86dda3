"""Where did the time go? Each clock of a referral as segments: whose time it was, whether it ran, and why not."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from ohsc.core.models import Record
from referrals.models.journey import Question
from referrals.models.keys import to
from referrals.models.referral import Referral


class ClockSegment(Record):
    """A stretch of one clock, from when to when. It ran for whoever is to act, or stood still for whoever was asked.

    The segments of one clock follow one another without a gap, from when it started (anew) to when it ended. Eyes and
    action are one line: action goes on where eyes end. The keys are foreign keys in the database too; migration 0011
    says why it makes them itself.
    """

    class Clock(models.TextChoices):
        EYES = "eyes", "to look at it"
        ACTION = "action", "to act on it"
        OFFER = "offer", "to answer the offer"

    class Side(models.TextChoices):
        """What the agency whose time it was is to the referral."""

        SOURCE = "source", "the source"
        CENTRE = "centre", "the Centre"
        AGENCY = "agency", "the agency"

    class Because(models.TextChoices):
        """What began it."""

        RECEIVED = "received"
        TRIAGED = "triaged"
        REOPENED = "reopened"
        OFFERED = "offered"
        CUSTODY = "custody"  # it changed hands
        ASKED = "asked"
        ANSWERED = "answered"  # or nobody waits for the answer any more

    class Runs(models.TextChoices):
        RUNNING = "running", "ran"
        PAUSED = "paused", "stood still"

    referral = to(Referral, db_constraint=False)
    clock = models.CharField(max_length=8, choices=Clock.choices)
    side = models.CharField(max_length=8, choices=Side.choices)
    agency = to("agencies.Agency", db_constraint=False)  # whose time it was
    runs = models.CharField(max_length=8, choices=Runs.choices)
    because = models.CharField(max_length=10, choices=Because.choices)
    question = to(Question, null=True, blank=True, db_constraint=False)  # for whose answer it stands still
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "referral", condition=Q(clock="offer", ended_at=None), name="segment_one_of_the_offer"
            ),
            models.UniqueConstraint(
                "referral",
                condition=Q(clock__in=["eyes", "action"], ended_at=None),
                name="segment_one_of_custody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
                name="segment_never_runs_backwards",
            ),
            models.CheckConstraint(
                name="segment_stands_still_for_a_question",
                condition=Q(runs="running", question=None) | Q(runs="paused", question__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["referral", "began_at"], name="segment_referral")]

    def lasted(self, at: datetime) -> timedelta:
        """How long it was, or is until now."""
        return max((self.ended_at or at) - self.began_at, timedelta())
