"""What is waiting to be looked at before it becomes a report?"""

from django.db import models

from ohsc.core.models import Record


class Staged(Record):
    """A document that somebody uploaded and is looking at. It is no report yet, and is gone after a day."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("agencies.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=80)
    raw = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="staged_person"),
            models.Index(fields=["at"], name="staged_at"),
        ]
