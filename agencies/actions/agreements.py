"""What two agencies agreed is recorded at the Centre, and ended there. Nothing else changes an agreement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.access import visible_agreements
from agencies.actions.founding import add_agreement
from agencies.models import SharingAgreement
from agencies.roles import Permission
from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor


class AgreementRefused(Exception):
    """The agreement cannot be recorded so, or was ended before. `field` names what it is about, if one thing."""

    def __init__(self, sentence: str, field: str = ""):
        super().__init__(sentence)
        self.field = field


def record_agreement(
    reference: str, terms: Mapping[str, Any], *, by: Actor, at: datetime
) -> SharingAgreement:
    """A new agreement, as both sides signed it. Other terms are another agreement, under another reference."""
    _may(by)
    if visible_agreements(by).filter(reference__iexact=reference).exists():
        raise AgreementRefused(
            f"There is an agreement {reference} already. Give this one another.", "reference"
        )
    return add_agreement(reference, by=by, at=at, **terms)


def end_agreement(agreement_id: UUID, *, by: Actor, at: datetime) -> SharingAgreement:
    """From now on nothing is disclosed under it. Raises SharingAgreement.DoesNotExist, AgreementRefused."""
    _may(by)
    with writing():
        agreement = SharingAgreement.objects.select_for_update().get(pk=agreement_id)
        if agreement.ended_at is not None:
            raise AgreementRefused(f"{agreement.reference} was ended before.")
        agreement.ended_at = at
        agreement.save(update_fields=["ended_at"])
        audit.record(
            audit.Kind.ALTERATION,
            "agreement.ended",
            by=by,
            at=at,
            subject_type="agreement",
            subject_ids=[agreement.pk],
            recipient_ids=[agreement.discloser_id, agreement.recipient_id],
        )
    return agreement


def _may(by: Actor) -> None:
    if not (by.is_centre and by.may(Permission.MANAGE_AGREEMENTS)):
        raise PermissionDenied
