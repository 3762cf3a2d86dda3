"""What shape may a body have? Serializers that refuse what they do not know, and name every fault at once.

The REST framework's own fields are kind: they read 5 as "5" and "5" as 5. A partner whose types are wrong has a
mistake somewhere, so here each type is taken literally.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import local
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import empty

from ohsc.core import plain_text
from ohsc.core.pointers import below
from ohsc.core.problems import FieldError

AHEAD = timedelta(minutes=5)  # clocks differ; the future does not
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
)


class Shape(serializers.Serializer):
    """An object with these fields and no others."""

    default_error_messages = {"invalid": "It must be a JSON object."}
    known_elsewhere: Mapping[
        str, str
    ] = {}  # names that are known but not taken here, and what to say of them

    def to_internal_value(self, data):
        errors: dict[str, Any] = {}
        taken = {}
        try:
            taken = super().to_internal_value(data)
        except serializers.ValidationError as refusal:
            errors = dict(refusal.detail)
        if isinstance(data, Mapping):
            errors |= {name[:100]: self._not_taken(name) for name in data if name not in self.fields}
        if errors:
            raise serializers.ValidationError(errors)
        return taken

    def _not_taken(self, name: str) -> list[serializers.ErrorDetail]:
        if name in self.known_elsewhere:
            return [serializers.ErrorDetail(self.known_elsewhere[name], "not_taken")]
        known = f"Use: {', '.join(self.fields)}." if self.fields else "None is taken here."
        return [serializers.ErrorDetail(f"There is no such field. {known}", "unknown_field")]


def checked(shape: type[Shape], data: Any, **context: Any) -> tuple[Any, list[FieldError]]:
    """What a body says in this shape, or every fault in it.

    Making a serializer copies each of its fields, which costs more than checking a body: each thread keeps one of
    each shape. A shape holds nothing of what it checks but its context.
    """
    kept = _kept.__dict__
    if shape not in kept:
        around: dict[str, Any] = {}
        kept[shape] = shape(context=around), around
    serializer, around = kept[shape]
    around.clear()
    around.update(context)
    try:
        return serializer.run_validation(data), []
    except serializers.ValidationError as refusal:
        return None, list(faults(refusal.detail))
    finally:
        around.clear()


_kept = local()


class Text(serializers.CharField):
    """A text that people will read: no hidden characters; one line unless `lines`."""

    default_error_messages = {
        "invalid": "It must be a text.",
        "required": "It is missing.",
        "blank": "It is empty.",
        "null": "It is null. Give a text or leave the field out.",
        "max_length": "It is longer than {max_length:,} characters.",
    }

    def __init__(self, *, lines: bool = False, **options):
        self.lines = lines
        options.setdefault("allow_blank", not options.get("required", True))
        super().__init__(**options)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        if problem := plain_text.why_not(data, lines=self.lines):
            raise serializers.ValidationError(problem, code="hidden_characters")
        return super().to_internal_value(data)


class OneOf(serializers.ChoiceField):
    """One of the fixed words, spelt exactly."""

    default_error_messages = {
        "invalid_choice": "Use one of: {choices}.",
        "required": "It is missing. Use one of: {choices}.",
        "null": "It is null. Use one of: {choices}.",
    }

    def fail(self, key, **values):
        super().fail(key, choices=", ".join(self.choices), **values)

    def run_validation(self, data=empty):
        if data is None or (data is empty and self.required and not getattr(self.root, "partial", False)):
            self.fail("null" if data is None else "required")
        return super().run_validation(data)

    def to_internal_value(self, data):
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice")
        return data


class Moment(serializers.DateTimeField):
    """A time with its zone, as RFC 3339 writes it; not in the future."""

    default_error_messages = {
        "invalid": "It must be a time with its zone, such as 2026-01-15T14:30:00Z.",
        "future": "It is in the future.",
        "required": "It is missing.",
        "null": "It is null. Give a time or leave the field out.",
    }

    def __init__(self, *, may_be_ahead: bool = False, **options):
        self.may_be_ahead = may_be_ahead
        super().__init__(**options)

    def to_internal_value(self, data):
        moment = read_moment(data)
        if moment is None:
            raise serializers.ValidationError(self.error_messages["invalid"], code="invalid")
        if not self.may_be_ahead and moment > timezone.now() + AHEAD:
            self.fail("future")
        return moment


def read_moment(text: Any) -> datetime | None:
    """The moment that an RFC 3339 text names, in UTC; None when it names none."""
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper().replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shown_moment(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, as the interface writes every time."""
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace(
        "+00:00", "Z"
    )


class Whole(serializers.IntegerField):
    """A whole number written as a number."""

    default_error_messages = {
        "invalid": "It must be a whole number.",
        "null": "It is null. Give a number or leave the field out.",
        "max_value": "It is more than {max_value}.",
        "min_value": "It is less than {min_value}.",
    }

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class YesOrNo(serializers.BooleanField):
    """true or false, and nothing that resembles them."""

    default_error_messages = {"invalid": "It must be true or false."}

    def to_internal_value(self, data):
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


def faults(detail: Any, path: str = "") -> Iterator[FieldError]:
    """Every fault in what the REST framework found, each under the path of its field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else below(path, str(name))
            yield from faults(inner, here)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            said = isinstance(inner, str)
            yield from faults(inner, path if said else below(path, str(place)))
    else:
        yield FieldError(path, detail.code or "invalid", _sentence(detail))


_OURS = {
    "required": "It is missing.",
    "null": "It is null. Leave the field out instead.",
    "not_a_list": "It must be a list.",
}


def _sentence(detail: serializers.ErrorDetail) -> str:
    """The REST framework's own words, where a field did not bring better ones."""
    framework = str(detail).startswith(("This field", "Expected a list"))
    return _OURS.get(detail.code, str(detail)) if framework else str(detail)
