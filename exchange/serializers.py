"""What is answered to an import: each referral made, what it still lacks, and what of the document was left."""

from rest_framework import serializers

from exchange.drafts import Skipped
from exchange.importing import Imported, Item
from referrals.transitions import Status


class LeftAnswer(serializers.Serializer):
    """A part of the document that was not taken."""

    path = serializers.CharField()
    why = serializers.CharField()


class ReportAnswer(serializers.Serializer):
    """The document as it was kept."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()


class ItemAnswer(serializers.Serializer):
    """A referral made from one report of the document."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    external_ref = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    missing = serializers.ListField(child=serializers.CharField(), help_text="What would complete it.")
    skipped = LeftAnswer(many=True, help_text="Left in the document on purpose.")
    unread = LeftAnswer(many=True, help_text="Wanted, and could not be read.")


class ImportAnswer(serializers.Serializer):
    """What became of a document."""

    report = ReportAnswer()
    already_imported = serializers.BooleanField()
    items = ItemAnswer(many=True)
    skipped = LeftAnswer(many=True, help_text="Beside the reports.")


def import_shown(imported: Imported) -> dict:
    return {
        "report": {"id": str(imported.report.pk), "sha256": bytes(imported.report.sha256).hex()},
        "already_imported": imported.already,
        "items": [_item(item) for item in imported.items],
        "skipped": _left(imported.skipped),
    }


def _item(item: Item) -> dict:
    return {
        "id": str(item.referral.pk),
        "reference": item.referral.reference,
        "external_ref": item.referral.external_ref or None,
        "status": item.referral.status,
        "missing": item.missing,
        "skipped": _left(item.skipped),
        "unread": _left(item.refused),
    }


def _left(parts: list[Skipped]) -> list[dict[str, str]]:
    return [{"path": part.path, "why": part.why} for part in parts]
