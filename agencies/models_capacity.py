"""How much of its capacity does a kind of work use, when has an agency less, and what does it ask to be changed?

The migration makes the foreign keys, NOT VALID: Django's own could not be added to a protected table.
"""

from django.db import models
from django.db.models import Q

from ohsc.core.models import Record
from ohsc.core.words import Band, Environment

MOST_WEIGHT = 10


def _agency(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        "agencies.Agency", on_delete=models.CASCADE, related_name=related_name, db_constraint=False
    )


class WorkWeight(Record):
    """One referral of this kind counts as so many of the agency's weekly points. "" stands for any.

    Which line counts where several fit is `agencies.capacity.weight_of`.
    """

    agency = _agency("work_weights")
    environment = models.CharField(max_length=20, choices=Environment.choices, blank=True)
    harm_type = models.CharField(max_length=40, blank=True)
    band = models.CharField(max_length=4, choices=Band.choices, blank=True)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("agency", "environment", "harm_type", "band", name="work_weight_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=MOST_WEIGHT), name="work_weight_is_one_to_ten"
            ),
        ]


class Absence(Record):
    """From its first day to its last so many per cent of capacity are away: of the agency, or of one environment."""

    agency = _agency("absences")
    environment = models.CharField(max_length=20, choices=Environment.choices, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    share = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100), name="absence_share_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["agency", "ends_on"], name="absence_agency")]


class CapabilityProposal(Record):
    """An agency's administrator asks that its lines become these: all of them. The Centre approves or refuses.

    `lines` is as `agencies.lines` writes and checks it.
    """

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    agency = _agency("capability_proposals")
    lines = models.JSONField()
    why = models.CharField(max_length=300)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)  # "": it waits
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("agency", condition=Q(verdict=""), name="proposal_one_open"),
            models.CheckConstraint(
                name="proposal_decided_by_somebody",
                condition=Q(verdict="", decided_by=None, decided_at=None)
                | Q(
                    verdict__in=["approved", "refused", "withdrawn"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["agency", "proposed_at"], name="proposal_agency")]

    @property
    def is_open(self) -> bool:
        return not self.verdict
