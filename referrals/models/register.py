"""What did one agency show another, under which agreement? The register; a line is never removed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ohsc.core.models import Record
from ohsc.core.words import LegalGateway


class Disclosure(Record):
    """One disclosure, as it was when it was made: the agreement is named in words, so that it can be read for ever.

    Ids, not foreign keys: a line outlives what it tells of. `read_before` is the receipt of a recall: which parts the
    recipient had read by then, when and through what, and never which of its people.
    """

    class Kind(models.TextChoices):
        OFFER = "offer", "Offered"
        PASS_ON = "pass-on", "Passed on"
        ACCEPT = "accept", "Accepted"
        ASK = "ask", "Asked"
        ANSWER = "answer", "Answered"
        CONCLUDE = "conclude", "Outcome told"
        PROGRESS = "progress", "Progress told"
        GRANT = "grant", "Case shared"
        EXPORT = "export", "Taken out as a file"

    class Part(models.TextChoices):
        SUMMARY = "summary", "summary"
        HANDLING = "handling", "handling"
        FACTS = "facts", "facts"
        SELECTORS = "selectors", "selectors"
        RISK = "risk", "answers about risk"
        HISTORY = "history", "history"
        NARRATIVE = "narrative", "narrative"
        REPORT = "report", "report as it arrived"
        QUESTION = "question", "question"
        ANSWER = "answer", "answer"
        OUTCOMES = "outcomes", "outcomes"
        DETAIL = "detail", "words beside the outcomes"
        PROGRESS = "progress", "how it stands"
        CASE = "case", "case"
        ROWS = "rows", "rows of a list"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    subject_type = models.CharField(max_length=32)
    subject_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=20, blank=True)
    from_agency_id = models.UUIDField()
    to_agency_id = models.UUIDField()
    agreement_id = models.UUIDField(null=True)
    agreement = models.CharField(max_length=40, blank=True)
    gateway = models.CharField(max_length=60, blank=True, choices=LegalGateway.choices)
    parts = ArrayField(models.CharField(max_length=20, choices=Part.choices))
    rows = models.PositiveIntegerField(null=True)
    offer_id = models.UUIDField(null=True)
    by_kind = models.CharField(max_length=8)
    by_id = models.UUIDField()
    by_agency_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    recalled_at = models.DateTimeField(null=True)
    read_before = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="disclosure_at"),
            models.Index(fields=["from_agency_id", "-at", "-id"], name="disclosure_from"),
            models.Index(fields=["to_agency_id", "-at", "-id"], name="disclosure_to"),
            models.Index(fields=["subject_id", "at"], name="disclosure_subject"),
            models.Index(fields=["agreement_id"], condition=Q(recalled_at=None), name="disclosure_agreement"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.reference}"
