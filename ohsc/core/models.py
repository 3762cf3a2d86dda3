"""What every app's records share, and the tables of the floor: answers kept for a repeated request, heartbeats."""

import uuid

from django.db import models


class Record(models.Model):
    """A row with a random id made here, not by the database: a visible sequence tells how much others do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class KeptAnswer(Record):
    """The answer given to a request with an Idempotency-Key, kept to be given again to the same client."""

    client_id = models.UUIDField()
    key = models.CharField(max_length=270)
    asked_sha256 = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("client_id", "key", name="kept_answer_one_per_client_and_key")]
        indexes = [models.Index(fields=["at"], name="kept_answer_at")]


class Heartbeat(models.Model):
    """When a job of the clock was last done to its end, by whichever worker. One row for each job of the schedule."""

    job = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()
