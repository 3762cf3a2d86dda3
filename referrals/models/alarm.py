"""A child may be at risk now: who is to answer, who was called, when, by what, and who took it."""

from django.db import models
from django.db.models import F, Q

from ohsc.core.models import Record
from referrals.models.keys import to
from referrals.models.referral import Referral


class Alarm(Record):
    """A P1 that no person has taken yet, and the agency whose people are called until one does.

    It ends when a person takes it, when it is P1 no longer, when the referral is closed, or when another agency is to
    answer; never by itself. The keys are foreign keys in the database too; migration 0012 says why it makes them.
    """

    class Why(models.TextChoices):
        """What made somebody needed."""

        ARRIVED = "arrived", "It arrived with P1 suggested"
        RAISED = "raised", "Its priority became P1"
        REOPENED = "reopened", "It was reopened as P1"
        OFFERED = "offered", "It was offered"
        CAME_BACK = "came_back", "The offer ended, and nobody has it"
        RETURNED = "returned", "It was returned"

    class Ended(models.TextChoices):
        TAKEN = "taken", "Somebody took it"
        LOWERED = "lowered", "It is not P1 any more"
        CLOSED = "closed", "The referral was closed"
        MOVED = "moved", "Another agency is to answer"

    referral = to(Referral, db_constraint=False)
    agency = to("agencies.Agency", db_constraint=False)  # whose ladder is climbed
    why = models.CharField(max_length=12, choices=Why.choices)
    raised_at = models.DateTimeField()
    rung = models.PositiveIntegerField(default=0)  # the next to be called
    next_at = models.DateTimeField()
    taken_by = to("agencies.User", null=True, blank=True, db_constraint=False)
    taken_agency = to("agencies.Agency", null=True, blank=True, db_constraint=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=8, choices=Ended.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("referral", condition=Q(ended_at=None), name="alarm_one_live"),
            models.CheckConstraint(
                name="alarm_ends_for_a_reason",
                condition=Q(ended_at=None, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
            ),
            models.CheckConstraint(
                name="alarm_is_taken_by_somebody",
                condition=Q(taken_by=None, taken_agency=None) & ~Q(ended_because="taken")
                | Q(taken_by__isnull=False, taken_agency__isnull=False, ended_because="taken"),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("raised_at")), name="alarm_ends_after_it_began"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(ended_at=None), name="alarm_live"),
            models.Index(fields=["referral", "raised_at"], name="alarm_referral"),
            models.Index(fields=["-ended_at"], name="alarm_ended"),
        ]


class AlarmCall(Record):
    """One call from one rung: to a person, or to an agency's systems or desk. The pair of rung and recipient is unique,
    so nobody is called twice for a rung.

    Inbox, e-mail and webhook go as notices, written with this row. A pager is called by a worker, which leases the row
    first; the row's id goes with the call, so that a pager which hears it twice pages once.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", "inbox and e-mail"
        WEBHOOK = "webhook", "its systems"
        PAGER = "pager", "pager"

    class State(models.TextChoices):
        WAITING = "waiting"  # a pager is still to be called
        CALLED = "called"
        DROPPED = "dropped"  # somebody took it before the pager was reached

    alarm = to(Alarm, db_constraint=False)
    rung = models.PositiveIntegerField()
    agency = to("agencies.Agency", db_constraint=False)  # of whoever is called
    person = to(
        "agencies.User", null=True, blank=True, db_constraint=False
    )  # none: the agency's systems, or its desk
    channel = models.CharField(max_length=8, choices=Channel.choices)
    called_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CALLED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "alarm",
                "rung",
                "channel",
                "person",
                condition=Q(person__isnull=False),
                name="alarm_call_once",
            ),
            models.UniqueConstraint(
                "alarm", "rung", "channel", "agency", condition=Q(person=None), name="alarm_call_desk_once"
            ),
        ]
        indexes = [
            models.Index(fields=["alarm", "rung"], name="alarm_call_of"),
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="alarm_call_waiting"),
        ]
