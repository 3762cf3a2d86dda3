"""Where does the next page of a list start? After the last row shown: nothing is counted and nothing is skipped.

A cursor is the sort key of that row. It is checked, not secret: it can only say where to start in what the
reader may see anyway.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ohsc.core.shapes import Shape, read_moment

DEFAULT_LIMIT = 50
MOST = 100


class Cursor(NamedTuple):
    """The row after which a page starts, in a list that is newest first."""

    at: datetime
    id: UUID

    def written(self) -> str:
        return base64.urlsafe_b64encode(f"{self.at.isoformat()}|{self.id}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """The cursor this text holds; None when we did not write it."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
        at, _, name = raw.partition("|")
        moment = read_moment(at)
        cursor = Cursor(moment, UUID(name)) if moment else None
    except (binascii.Error, ValueError):
        return None
    return cursor if cursor and cursor.written() == text else None


def after(rows: QuerySet, cursor: Cursor | None, *, at: str) -> QuerySet:
    """Newest first by `at` and id, from the row after the cursor on."""
    rows = rows.order_by(f"-{at}", "-id")
    if cursor is None:
        return rows
    # The first condition alone lets the index seek; the second decides between rows of one moment.
    earlier = Q(**{f"{at}__lt": cursor.at}) | Q(**{at: cursor.at}, id__lt=cursor.id)
    return rows.filter(earlier, **{f"{at}__lte": cursor.at})


def page(rows: Iterable[Any], limit: int) -> tuple[list[Any], bool]:
    """The page, and whether more follows; `rows` are one more than the page where there are more."""
    found = list(rows)  # once: a slice of a queryset would ask again
    return found[:limit], len(found) > limit


class Place(Protocol):
    """Where a list goes on, as a text for its address."""

    def written(self) -> str: ...


def next_url(request: HttpRequest, cursor: Place) -> str:
    """The address of the next page: this one's, from the cursor on."""
    query = request.GET.copy()
    query["cursor"] = cursor.written()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT})
class Limit(serializers.Field):
    """How many rows a page has, as the query writes it."""

    default_error_messages = {"invalid": f"It must be a whole number from 1 to {MOST}."}

    def to_internal_value(self, data):
        if not re.fullmatch("[0-9]{1,3}", data) or not 1 <= int(data) <= MOST:
            self.fail("invalid")
        return int(data)


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z0-9_-]+$"})
class After(serializers.Field):
    """The cursor in the address of a next page."""

    default_error_messages = {"invalid": "This is no cursor of ours. Follow the address in `next`."}

    def to_internal_value(self, data):
        cursor = read_cursor(data)
        if cursor is None:
            self.fail("invalid")
        return cursor


class PageQuery(Shape):
    """The query every paged list takes."""

    limit = Limit(required=False, help_text=f"Rows in a page: 1 to {MOST}, {DEFAULT_LIMIT} if not said.")
    cursor = After(required=False, help_text="From the address in `next`.")
