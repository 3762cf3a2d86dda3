"""What may be asked and sent about feedback, and what is answered?"""

from typing import Any

from rest_framework import serializers

from ohsc.core.actor import Actor
from ohsc.core.pagination import PageQuery
from ohsc.core.shapes import OneOf, Shape, Text, shown_moment
from referrals import handling
from referrals.answer_shapes import OutcomeAnswer
from referrals.feedback import LONGEST, due
from referrals.feedback_lists import CUSTODIAN, DUE, SOURCE, Row
from referrals.models import Progress, Referral
from referrals.priority import BANDS
from referrals.transitions import Status


class FeedbackQuery(PageQuery):
    """Whose side, and what narrows it."""

    role = OneOf(
        choices=(SOURCE, CUSTODIAN),
        required=False,
        help_text="What your agency sent (if not said), or what it has in custody.",
    )
    due = OneOf(choices=list(DUE), required=False, help_text="Only where word is owed: late, or not due yet.")
    status = OneOf(choices=Status.choices, required=False)


class ProgressShape(Shape):
    """How it stands, for the source."""

    code = OneOf(choices=Progress.Code.choices)
    text = Text(lines=True, max_length=LONGEST, required=False, help_text="The source reads it. Name nobody.")


class ToldAnswer(serializers.Serializer):
    code = serializers.ChoiceField(choices=Progress.Code.choices)
    text = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    agency = serializers.CharField()


class OwedAnswer(serializers.Serializer):
    """The word that the source waits for."""

    agency = serializers.CharField(help_text="Who owes it.")
    since = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    overdue = serializers.BooleanField()
    days_late = serializers.IntegerField(min_value=0)


class FeedbackLinks(serializers.Serializer):
    self = serializers.URLField()
    progress = serializers.URLField()


class FeedbackAnswer(serializers.Serializer):
    """What the source of one referral was told, what came of it, and what it waits for."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    external_ref = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    band = serializers.ChoiceField(choices=BANDS)
    source = serializers.CharField()
    custodian = serializers.CharField()
    received_at = serializers.DateTimeField()
    told = ToldAnswer(allow_null=True, help_text="The last word; null before the first.")
    outcomes = OutcomeAnswer(many=True)
    owed = OwedAnswer(allow_null=True)
    withheld = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="TLP:RED: words that others wrote are null. Read them on the page.",
    )
    links = FeedbackLinks()


class ProgressAnswer(serializers.Serializer):
    """What was told, and until when the next word is owed."""

    id = serializers.UUIDField(help_text="The referral's.")
    reference = serializers.CharField()
    told = ToldAnswer()
    next_due_at = serializers.DateTimeField()


def feedback_shown(row: Row, reader: Actor, root: str) -> dict[str, Any]:
    """A row of the list for this reader."""
    referral, owed = row.referral, row.owed
    address = f"{root}/api/v1/referrals/{referral.pk}"
    shown: dict[str, Any] = {
        "id": str(referral.pk),
        "reference": referral.reference,
        "external_ref": referral.external_ref or None,
        "status": referral.status,
        "band": referral.band,
        "source": referral.source.slug,
        "custodian": referral.custodian.slug,
        "received_at": shown_moment(referral.received_at),
        "told": _told(row.told, referral.tlp, reader) if row.told else None,
        "outcomes": [
            {
                "code": outcome.code,
                "count": outcome.count,
                "at": shown_moment(outcome.happened_at),
                "agency": outcome.agency.slug,
                "recorded_at": shown_moment(outcome.at),
                "detail": (detail or None) if _leaves(referral.tlp, outcome.agency_id, reader) else None,
            }
            for outcome, detail in row.results
        ],
        "owed": {
            "agency": owed.agency.slug,
            "since": shown_moment(owed.since),
            "due_at": shown_moment(owed.due_at),
            "overdue": row.is_late,
            "days_late": row.late,
        }
        if owed
        else None,
        "links": {"self": address, "progress": f"{address}/progress"},
    }
    if not handling.may_leave(referral.tlp, is_own=False):
        shown["withheld"] = ["told", "outcomes"]
    return shown


def progress_shown(referral: Referral, told: Progress, reader: Actor) -> dict[str, Any]:
    """The answer to whoever told it."""
    return {
        "id": str(referral.pk),
        "reference": referral.reference,
        "told": _told(told, referral.tlp, reader),
        "next_due_at": shown_moment(due(referral.band, told.at)),
    }


def _told(told: Progress, tlp: str, reader: Actor) -> dict[str, Any]:
    return {
        "code": told.code,
        "text": (told.text or None) if _leaves(tlp, told.agency_id, reader) else None,
        "at": shown_moment(told.at),
        "agency": told.agency.slug,
    }


def _leaves(tlp: str, agency_id: Any, reader: Actor) -> bool:
    return handling.may_leave(tlp, is_own=agency_id == reader.agency_id)
