"""Why does a referral go where it goes? Rules, plans and decisions. The Centre's own; no agency reads them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ohsc.core.models import Record
from referrals.models.journey import Offer
from referrals.models.keys import to
from referrals.models.referral import Referral


class Rulebook(Record):
    """The rules of routing, a version at a time (`referrals.rules`). One is in force; none before the first.

    It is a draft until a second person switches it on, and is never changed. `supposes` is what else a rehearsal of it
    takes for granted: the points of agencies and agreements (`routing.supposing`). `back_to` is the version whose rules
    it brings back; those two people switched on before.
    """

    version = models.PositiveIntegerField(unique=True)
    body = models.JSONField()
    supposes = models.JSONField(default=dict, blank=True)
    back_to = models.PositiveIntegerField(null=True, blank=True)
    why = models.CharField(max_length=300)
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True, blank=True)
    confirmed_by_name = models.CharField(max_length=120, blank=True)
    in_force_from = models.DateTimeField(null=True, blank=True)
    in_force_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(True),
                condition=Q(in_force_from__isnull=False, in_force_until=None),
                name="rulebook_one_in_force",
            ),
            models.CheckConstraint(
                name="rulebook_takes_two",
                condition=Q(in_force_from=None)
                | Q(back_to__isnull=False)
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("made_by"))),
            ),
        ]


class Snapshot(Record):
    """What was known of every agency at a moment. Many decisions rest on one, so it is kept once, by its hash."""

    sha256 = models.BinaryField(max_length=32, unique=True)
    receivers = models.JSONField()
    at = models.DateTimeField()


class ByWorker(Record):
    """Something that a person asks for and a worker works out: who asked, and how far it is."""

    state = models.CharField(max_length=10)
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    touched_at = models.DateTimeField()  # when a worker last had it
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Plan(ByWorker):
    """Many referrals placed at once: proposed by the solver, changed by people, and then offered."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for a worker"
        WORKING = "working", "Being worked out"
        PROPOSED = "proposed", "Proposed"
        ACCEPTING = "accepting", "Making the offers"
        DONE = "done", "Offered"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Could not be worked out"

    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_for = models.CharField(max_length=300, blank=True)  # the queue or filter, in words
    referral_ids = ArrayField(models.UUIDField())
    proposed_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.UUIDField(null=True, blank=True)
    rules_version = models.PositiveIntegerField(default=0)
    snapshot = to(Snapshot, db_constraint=False, null=True, blank=True)
    figures = models.JSONField(default=dict)  # worth, bound, greedy, pairs

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="plan_progress_is_a_share")
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="plan_asked"),
            models.Index(
                fields=["touched_at"],
                condition=Q(state__in=["asked", "working", "accepting"]),
                name="plan_under_way",
            ),
        ]


class PlanLine(Record):
    """One referral in a plan. `agency` is where it goes now, `proposed` where the solver put it; none: it stays."""

    plan = to(Plan, db_constraint=False)
    referral = to(Referral, db_constraint=False)
    position = models.PositiveIntegerField()
    version = models.PositiveIntegerField()  # of the referral, when it was planned
    task = models.JSONField()
    agency = to("agencies.Agency", db_constraint=False, null=True, blank=True)
    proposed = to("agencies.Agency", db_constraint=False, null=True, blank=True)
    points = models.PositiveSmallIntegerField(default=0)
    weight = models.PositiveSmallIntegerField(default=1)
    reasons = ArrayField(models.CharField(max_length=300), default=list)
    against = ArrayField(models.CharField(max_length=400), default=list)
    stays = models.CharField(max_length=400, blank=True)
    is_late = models.BooleanField(default=False)
    others = models.JSONField(default=list)
    because = models.CharField(max_length=500, blank=True)  # why a person changed it
    changed_by = models.UUIDField(null=True, blank=True)
    offer = to(Offer, db_constraint=False, null=True, blank=True)
    refused = models.CharField(max_length=400, blank=True)  # why no offer was made of it

    class Meta:
        constraints = [
            models.UniqueConstraint("plan", "referral", name="plan_line_once"),
            models.CheckConstraint(
                condition=Q(changed_by=None) | ~Q(because=""), name="plan_line_change_says_why"
            ),
        ]


class Decision(Record):
    """Why a referral was offered where it was: what was known, by which rules, and who came before and after.

    `ranked` is every agency with its fit and what kept it from it. Without an offer: nobody could be asked by itself.
    """

    referral = to(Referral, db_constraint=False)
    referral_version = models.PositiveIntegerField()
    offer = to(Offer, db_constraint=False, null=True, blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=8)
    by_id = models.UUIDField()
    rules_version = models.PositiveIntegerField()
    snapshot = to(Snapshot, db_constraint=False)
    task = models.JSONField()
    between = models.JSONField()
    ranked = models.JSONField()
    place = models.PositiveSmallIntegerField(null=True, blank=True)  # of the one chosen; 1 is the best
    is_override = models.BooleanField(default=False)
    because = models.CharField(max_length=500, blank=True)
    plan = to(Plan, db_constraint=False, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("offer", name="decision_once_per_offer")]
        indexes = [models.Index(fields=["referral", "at"], name="decision_referral")]


class Rehearsal(ByWorker):
    """A draft of the rules tried on what was placed in the last days, beside the rules in force (`routing.replaying`).

    `times` is how often each referral comes: 1 as it was, more in a surge. `moved` is the first of those that would
    have gone elsewhere.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for a worker"
        WORKING = "working", "Being worked out"
        DONE = "done", "Rehearsed"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Could not be worked out"

    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    rulebook = to(Rulebook, db_constraint=False)
    against = (
        models.PositiveIntegerField()
    )  # the version in force when it was worked out; 0: the rules in the code
    days = models.PositiveSmallIntegerField()
    times = models.PositiveSmallIntegerField(default=1)
    figures = models.JSONField(default=dict)
    moved = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="rehearsal_progress_is_a_share"),
            models.CheckConstraint(condition=Q(days__gte=1, times__gte=1), name="rehearsal_has_days"),
        ]
        indexes = [
            models.Index(fields=["rulebook", "-asked_at"], name="rehearsal_of_rules"),
            models.Index(
                fields=["touched_at"], condition=Q(state__in=["asked", "working"]), name="rehearsal_under_way"
            ),
        ]
