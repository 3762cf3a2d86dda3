"""How are our shapes written in the OpenAPI document? As strictly as they are read.

What a request may hold is closed: an unknown field is refused, so the document must not allow one. What is answered
is open: a field may be added any day, and a partner's system has to pass over what it does not know.
"""

import inspect
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

from ohsc.core.shapes import Shape, Text


class ClosedShape(OpenApiSerializerExtension):
    """A body's object: no other fields, no empty text where one is asked for, lists of the length that is taken."""

    target_class = Shape
    match_subclasses = True

    def map_serializer(self, auto_schema, direction):
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        properties = schema.setdefault("properties", {})
        for name, field in self.target.fields.items():
            properties[name] |= _limits_of(field)
        return schema | {"additionalProperties": False}


def _limits_of(field: serializers.Field) -> dict[str, Any]:
    """What the generator leaves out of a field's limits."""
    if isinstance(field, Text) and not field.allow_blank:
        return {"minLength": 1}
    if isinstance(field, serializers.ListSerializer):
        least = {} if field.allow_empty else {"minItems": 1}
        return least | ({} if field.max_length is None else {"maxItems": field.max_length})
    return {}


class AnyOf(serializers.Serializer):
    """An answer that is one of several shapes, each fuller than the one before; subclasses say which in `shapes`."""

    shapes: tuple[type[serializers.Serializer], ...] = ()


class AnyOfShapes(OpenApiSerializerExtension):
    target_class = AnyOf
    match_subclasses = True

    def map_serializer(self, auto_schema, direction):
        refs = [auto_schema.resolve_serializer(shape, direction).ref for shape in self.target.shapes]
        return {"description": inspect.getdoc(type(self.target)), "anyOf": refs}
