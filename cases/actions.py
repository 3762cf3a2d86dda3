"""The verbs of cases: open one, share it, take the share back, hold selectors."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from guardian.shortcuts import assign_perm, remove_perm

from agencies.access import visible_agreements
from agencies.agreements import why_no_grant
from agencies.models import Agency, SharingAgreement
from audit import actions as audit
from cases.access import VIEW, visible_cases
from cases.models import Case, Selector
from cases.selectors import Normal
from ohsc.core import disclosures
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.references import new_reference
from ohsc.core.together import insert


def open_case(title: str, *, by: Actor, at: datetime) -> Case:
    """A new case, owned by the actor's agency."""
    case = Case(reference=new_reference("C"), title=title, owner_id=by.home_id, opened_at=at)
    with writing():
        case.save(force_insert=True)
        _record(audit.Kind.COLLECTION, "case.opened", case, by=by, at=at)
    return case


class NoAgreement(Exception):
    """No agreement covers the showing of this case to that agency. The message names the missing term."""


def share(
    case_id: UUID, *, with_agency: Agency, by: Actor, at: datetime, environments: Iterable[str] = ()
) -> None:
    """Grant an agency sight of a case. Only the owner or the Centre may; absent and forbidden are the same.

    The owner discloses, whoever presses: an agreement of its own with that agency must be in force and cover each of
    the environments that the case lies in. Raises NoAgreement. A case cannot say yet where it lies (strands are to
    come): until then whoever shares it does.
    """
    case = _own(case_id, by)
    agreement = _agreement(case, with_agency, environments, by=by, at=at)
    with writing():
        assign_perm(VIEW, with_agency.group, case)
        _record(
            audit.Kind.DISCLOSURE,
            "case.shared",
            case,
            by=by,
            at=at,
            recipient_ids=[with_agency.pk],
            purpose=f"{agreement.reference}: {agreement.get_gateway_display()}",
        )
        disclosures.keep(
            disclosures.Disclosed(
                kind="grant",
                subject=("case", case.pk, case.reference),
                from_id=case.owner_id,
                to_id=with_agency.pk,
                parts=("case",),
                by=by,
                at=at,
                agreement_id=agreement.pk,
                agreement=agreement.reference,
                gateway=agreement.gateway,
            )
        )


def _agreement(
    case: Case, with_agency: Agency, environments: Iterable[str], *, by: Actor, at: datetime
) -> SharingAgreement:
    theirs = visible_agreements(by).filter(discloser=case.owner_id, recipient=with_agency)
    agreement, problem = why_no_grant(theirs, list(environments), at.date(), between=with_agency.name)
    if agreement is None:
        raise NoAgreement(problem)
    return agreement


def stop_sharing(case_id: UUID, *, with_agency: Agency, by: Actor, at: datetime) -> None:
    """Take back what `share` granted."""
    case = _own(case_id, by)
    with writing():
        remove_perm(VIEW, with_agency.group, case)
        disclosures.take_back(case.pk, with_agency.pk, at)
        _record(audit.Kind.ALTERATION, "case.share_ended", case, by=by, at=at, recipient_ids=[with_agency.pk])


def hold_selectors(normals: Iterable[Normal], *, agency_id: UUID, at: datetime) -> dict[Normal, UUID]:
    """Make sure the agency holds each of these, once; their ids. One statement. The caller is writing already.

    The id is made from the agency and the fingerprint, so no row need be read back to know it.
    """
    rows = {}
    for normal in normals:
        print_ = fingerprint(normal)
        rows[normal] = Selector(
            id=_keyed_id(agency_id, print_),
            agency_id=agency_id,
            kind=normal.kind,
            platform=normal.platform,
            value=normal.value,
            fingerprint=print_,
            held_since=at,
        )
    # In one order always: two arrivals that share selectors would otherwise wait for each other.
    insert(sorted(rows.values(), key=lambda row: row.pk), once=True)
    return {normal: row.pk for normal, row in rows.items()}


def held_before(selector_ids: Iterable[UUID], *, at: datetime) -> set[UUID]:
    """Which of these, held by now, were held before this moment already. One statement; the caller is writing."""
    rows = Selector.objects.filter(pk__in=list(selector_ids)).exclude(held_since=at)
    return set(rows.values_list("pk", flat=True))


def fingerprint(normal: Normal) -> bytes:
    """The keyed hash by which the same selector is known in two agencies. HMAC-SHA256, 32 bytes."""
    said = "\x1f".join((normal.kind, normal.platform, normal.value))
    return hmac.digest(settings.SELECTOR_KEY.encode(), said.encode(), "sha256")


def _keyed_id(agency_id: UUID, print_: bytes) -> UUID:
    digest = hmac.digest(settings.SELECTOR_KEY.encode(), agency_id.bytes + print_, hashlib.sha256)
    return UUID(bytes=digest[:16], version=4)


def _own(case_id: UUID, by: Actor) -> Case:
    cases = visible_cases(by)
    return (cases if by.is_centre else cases.filter(owner=by.agency_id)).get(pk=case_id)


def _record(
    kind: audit.Kind,
    action: str,
    case: Case,
    *,
    by: Actor,
    at: datetime,
    recipient_ids: Iterable[UUID] = (),
    purpose: str = "",
) -> None:
    audit.record(
        kind,
        action,
        by=by,
        at=at,
        subject_type="case",
        subject_ids=[case.pk],
        recipient_ids=recipient_ids,
        purpose=purpose,
    )
