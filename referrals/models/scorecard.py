"""How do a source's referrals and a receiver's answers look, counted over a period?"""

from django.db import models

from ohsc.core.models import Record
from referrals.models.keys import to

PERIODS = (28, 90, 365)  # days


class Scorecard(Record):
    """One agency's figures as source or as receiver over the last days, as they were counted; or, without an agency,
    where the middle half of all agencies lies.

    An agency may not read the rows that its own figures are counted from (a referral it declined is out of its sight,
    and so is every other agency's), so the clock counts for everybody and each reads its own.
    """

    class Side(models.TextChoices):
        SOURCE = "source", "As source"
        RECEIVER = "receiver", "As receiver"

    agency = to("agencies.Agency", null=True, db_constraint=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    days = models.PositiveSmallIntegerField()
    counted_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "side", "days"], nulls_distinct=False, name="scorecard_once"
            )
        ]
