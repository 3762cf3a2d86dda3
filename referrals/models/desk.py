"""What is on somebody's desk, and the Centre's own books."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ohsc.core.models import Record
from referrals.models.keys import to
from referrals.models.referral import Referral


class Holding(Record):
    """Who in an agency has a referral on their desk. Each agency's own matter; nobody else sees it."""

    referral = to(Referral)
    agency = to("agencies.Agency")
    person = to("agencies.User")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("referral", "agency", name="holding_one_person_per_agency")]
        indexes = [models.Index(fields=["person", "since"], name="holding_person")]


class SavedFilter(Record):
    """A search or a list that one person wants to come back to, as the query of its address."""

    person = to("agencies.User")
    page = models.CharField(max_length=40)  # the name of its route
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("person", "page", "name", name="saved_filter_once")]


class Reckoning(Record):
    """The books, balanced: what was received, where each stands, and which promises did not hold. The Centre's."""

    at = models.DateTimeField()
    counts = models.JSONField()
    broken = ArrayField(models.CharField(max_length=200), default=list)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="reckoning_at")]
