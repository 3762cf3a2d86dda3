"""What was done and seen, and what of it was looked into? Nobody may change a row; the seals tell if somebody did."""

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


def never_emptied(says: str) -> pgtrigger.Trigger:
    """TRUNCATE is refused."""
    return pgtrigger.Trigger(
        name="never_emptied",
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func=f"RAISE EXCEPTION '{says}';",
    )


class Event(Record):
    """Who, for which agency, when, did what, to which records, telling whom, and why.

    Ids, codes and names of fields only, never content. No foreign keys, so that nothing audited becomes
    undeletable. Every column is sealed (audit/canonical.py): a new one is a new form of what is sealed.
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
            never_emptied("audit events are never removed"),
        ]


class Pending(models.Model):
    """An event that waits for its seal. The database itself writes it, by a trigger on events that nobody at work can
    switch off; only the sealer takes it away. A late commit waits here like any other."""

    event_id = models.UUIDField(primary_key=True)
    since = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
            never_emptied("what waits for its seal is never removed"),
        ]


class Leaf(models.Model):
    """An event's place in the sealed log, and the hash of all its columns. Places have no gaps."""

    idx = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint("event_id", name="leaf_once_an_event")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied("seals are never removed"),
        ]


class Head(models.Model):
    """A signed statement of how many events there are and what they are, as one root. Each names the one before it.

    `frontier` holds the roots of the tree's full subtrees: with it the sealer goes on without reading the leaves.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    previous_size = models.BigIntegerField()
    previous_root = models.BinaryField(max_length=32)
    frontier = ArrayField(models.BinaryField(max_length=32))
    origin = models.CharField(max_length=200)
    key_id = models.CharField(max_length=8)
    signature = models.BinaryField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied("seals are never removed"),
        ]


class Trace(models.Model):
    """Which events are about a record, newest first: the index of "who has seen this". The sealer writes it, so that
    it costs nobody's request anything."""

    pk = models.CompositePrimaryKey("subject_id", "at", "event_id")
    subject_id = models.UUIDField()
    event_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied("traces are never removed"),
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
