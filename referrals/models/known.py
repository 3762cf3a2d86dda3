"""What is known of a referral: answers about risk, and selectors seen in it."""

from django.db import models
from django.db.models import Q

from ohsc.core.models import Record
from ohsc.core.words import SelectorKind
from referrals.models.keys import to
from referrals.models.referral import Referral


class Factor(Record):
    """One answer about risk, from whom and when. Answers are added, never changed; unknown is never no."""

    referral = to(Referral)
    key = models.CharField(max_length=40)
    value = models.CharField(max_length=10)
    agency = to("agencies.Agency")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["referral", "at"], name="factor_referral_at")]


class Sighting(Record):
    """A selector seen in a referral: as it was given, when it was seen, and the normal form it matches by."""

    referral = to(Referral)
    agency = to("agencies.Agency")
    selector = to("cases.Selector", null=True)  # none when it has no normal form
    kind = models.CharField(max_length=16, choices=SelectorKind.choices)
    value = models.CharField(max_length=2000)
    fingerprint = models.BinaryField(
        max_length=32, null=True
    )  # the selector's, so that a search finds it here
    # The same without its platform: who knows only a handle finds it on every service.
    fingerprint_anywhere = models.BinaryField(max_length=32, null=True)
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
            models.Index(fields=["fingerprint"], name="sighting_fingerprint"),
            models.Index(fields=["fingerprint_anywhere"], name="sighting_anywhere"),
        ]
