"""What was done and seen, and what of it was looked into? One row for each; nobody may change or remove one."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from ohsc.core.models import Record


class Kind(models.TextChoices):
    """The kinds of processing a log must show (Data Protection Act 2018, s.62), and two of our own."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    ACCESS = "access"  # signing in and out, tokens, passwords
    REFUSAL = "refusal"  # asked for and not given


class Event(Record):
    """Who, for which agency, when, did what, to which records, telling whom, and why.

    Ids, codes and names of fields only, never content. No foreign keys, so that nothing audited becomes
    undeletable. A later sealer reads rows by `at` and `id` and needs nothing more of this table.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    action = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=32)
    subject_ids = ArrayField(models.UUIDField(), default=list)
    recipient_ids = ArrayField(models.UUIDField(), default=list)
    purpose = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="event_kind_is_known")
        ]
        indexes = [
            models.Index(fields=["agency_id", "at"], name="event_agency_at"),
            models.Index(fields=["actor_id", "at"], name="event_actor_at"),
            models.Index(fields=["at", "id"], name="event_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'audit events are never removed';",
            ),
        ]


class Review(Record):
    """An unusual read that one of the Centre's auditors looked into, and what they found.

    Named as the page names it: by which rule, whose, and from when. Looked at again, it gets another row.
    """

    rule = models.CharField(max_length=32)
    actor_id = models.UUIDField()
    since = models.DateTimeField()
    note = models.CharField(max_length=1000)
    by_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["since"], name="review_since")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
