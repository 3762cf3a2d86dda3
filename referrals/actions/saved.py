"""Keep the filters of a list under a name, rename them, let them go. A person's own; nobody else sees them."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.access import visible_saved_filters
from referrals.models import SavedFilter
from referrals.saved import MOST, kept


class NameTaken(Exception):
    """The person has a filter of this name on this page."""


class TooMany(Exception):
    """The person keeps as many as one may."""


def save_filter(page: str, name: str, query: str, *, by: Actor, at: datetime) -> SavedFilter:
    """Keep what the page's address says now. Raises NameTaken, TooMany."""
    if visible_saved_filters(by).count() >= MOST:
        raise TooMany
    saved = SavedFilter(person_id=by.id, page=page, name=name, query=kept(page, query, by), made_at=at)
    _write(saved, "filter.saved", by=by, at=at, insert=True)
    return saved


def rename_filter(filter_id: UUID, name: str, *, by: Actor, at: datetime) -> SavedFilter:
    """Give it another name. Raises SavedFilter.DoesNotExist for another person's, NameTaken."""
    saved = visible_saved_filters(by).get(pk=filter_id)
    saved.name = name
    _write(saved, "filter.renamed", by=by, at=at)
    return saved


def delete_filter(filter_id: UUID, *, by: Actor, at: datetime) -> SavedFilter:
    """Let it go. Raises SavedFilter.DoesNotExist for another person's."""
    saved = visible_saved_filters(by).get(pk=filter_id)
    with writing():
        SavedFilter.objects.filter(pk=saved.pk).delete()
        _record("filter.deleted", saved, by=by, at=at)
    return saved


def _write(saved: SavedFilter, action: str, *, by: Actor, at: datetime, insert: bool = False) -> None:
    try:
        with writing():
            saved.save(force_insert=insert, update_fields=None if insert else ["name"])
            _record(action, saved, by=by, at=at)
    except IntegrityError as error:
        raise NameTaken from error


def _record(action: str, saved: SavedFilter, *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="saved_filter",
        subject_ids=[saved.pk],
        details={"page": saved.page},
    )
