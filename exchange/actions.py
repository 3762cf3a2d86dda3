"""The verbs of imports: put a document aside to look at, make referrals of it, discard it, clear what is a day old."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection

from audit import actions as audit
from exchange.access import visible_staged
from exchange.importing import Imported, Plan, take_in
from exchange.models import Staged
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.actions import AlreadyReceived
from referrals.actions.receive import MAKE_REFERRALS

MOST_WAITING = 10
KEPT_FOR = timedelta(days=1)
SUBJECT = "staged_document"


class TooManyWaiting(Exception):
    """The person has as many documents waiting as one may have."""


def stage(planned: Plan, *, name: str, by: Actor, at: datetime) -> Staged:
    """Keep a document that can be read, for this person to look at. It makes no referral."""
    if not by.may(MAKE_REFERRALS):
        raise PermissionDenied("This role does not send referrals.")
    with connection.cursor() as cursor:  # of two uploads at one moment the second counts the first
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [by.id.int % 2**63])
    if visible_staged(by).count() >= MOST_WAITING:
        raise TooManyWaiting(f"{MOST_WAITING} documents of yours wait already. Make or discard one first.")
    document = planned.document
    staged = Staged(
        agency_id=by.home_id,
        person_id=by.id,
        name=name[:200],
        content_type=planned.content_type,
        raw=document,
        at=at,
    )
    with writing():
        staged.save(force_insert=True)
    digest = hashlib.sha256(document).hexdigest()
    _record(
        audit.Kind.COLLECTION,
        "document.staged",
        [staged.pk],
        by=by,
        at=at,
        format=planned.written_in.name,
        sha256=digest,
        bytes=len(document),
    )
    return staged


def make(staged: Staged, planned: Plan, *, by: Actor, at: datetime) -> Imported:
    """A referral for each report of the plan that is none yet; the document no longer waits.

    Raises AlreadyReceived where there is nothing new in it, or where the same came at the same moment.
    """
    if not planned.new and not planned.earlier:
        raise AlreadyReceived("Every report in this document was made before.", planned.known)
    imported = take_in(planned, by=by, at=at, known_are_left=True)
    with writing():
        Staged.objects.filter(pk=staged.pk).delete()
    _record(
        audit.Kind.ALTERATION,
        "document.made",
        [staged.pk],
        by=by,
        at=at,
        report=str(imported.report.pk),
        referrals=0 if imported.already else len(imported.items),
        made_before=len(planned.known),
    )
    return imported


def discard(staged_id: UUID, *, by: Actor, at: datetime) -> None:
    """The person wants nothing made of it. Raises Staged.DoesNotExist, the same for absent and another's."""
    staged = visible_staged(by).only("pk").get(pk=staged_id)
    with writing():
        Staged.objects.filter(pk=staged.pk).delete()
    _record(audit.Kind.ERASURE, "document.discarded", [staged.pk], by=by, at=at)


def clear(*, by: Actor, at: datetime) -> int:
    """Erase what nobody made or discarded within a day. Returns how many documents that were."""
    with writing():
        old = Staged.objects.filter(at__lte=at - KEPT_FOR)
        ids = list(old.values_list("pk", flat=True))
        if ids:
            Staged.objects.filter(pk__in=ids).delete()
            _record(audit.Kind.ERASURE, "document.cleared", ids, by=by, at=at)
    return len(ids)


def _record(
    kind: audit.Kind, action: str, ids: list[UUID], *, by: Actor, at: datetime, **details: Any
) -> None:
    audit.record(kind, action, by=by, at=at, subject_type=SUBJECT, subject_ids=ids, details=details)
