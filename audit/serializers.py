"""What is answered of a head of the sealed log?"""

import re

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.keys import public_keys
from audit.models import Head
from audit.notes import Checkpoint
from ohsc.core.pagination import DEFAULT_LIMIT, MOST, Limit
from ohsc.core.shapes import Shape, shown_moment


@extend_schema_field({"type": "string", "pattern": "^[1-9][0-9]{0,17}$"})
class BeforeSize(serializers.Field):
    """The cursor of a list of heads: the size of the last one shown."""

    default_error_messages = {"invalid": "This is no cursor of ours. Follow the address in `next`."}

    def to_internal_value(self, data):
        if not re.fullmatch("[1-9][0-9]{0,17}", data):
            self.fail("invalid")
        return int(data)


class HeadsQuery(Shape):
    """Which heads."""

    limit = Limit(required=False, help_text=f"Heads in a page: 1 to {MOST}, {DEFAULT_LIMIT} if not said.")
    cursor = BeforeSize(required=False, help_text="From the address in `next`.")


class HeadAnswer(serializers.Serializer):
    """A signed head of the sealed log: so many events there are, and this is the root of all of them."""

    size = serializers.IntegerField()
    root = serializers.CharField(help_text="64 hexadecimal digits.")
    key_id = serializers.CharField(help_text="Which key signed it.")
    at = serializers.DateTimeField()
    note = serializers.CharField(
        help_text="The same as a signed checkpoint. Keep it: it is what you check us by."
    )


class LatestHeadAnswer(HeadAnswer):
    """The latest head, and the keys that have signed heads."""

    keys = serializers.ListField(
        child=serializers.CharField(),
        help_text="Public keys, the newest last. Compare them with those you were given when you joined.",
    )


def note_of(head: Head) -> str:
    checkpoint = Checkpoint(head.origin, head.size, bytes(head.root))
    return checkpoint.signed_by(head.key_id, bytes(head.signature))


def head_shown(head: Head) -> dict:
    return {
        "size": head.size,
        "root": bytes(head.root).hex(),
        "key_id": head.key_id,
        "at": shown_moment(head.at),
        "note": note_of(head),
    }


def latest_shown(head: Head) -> dict:
    return head_shown(head) | {"keys": [key.written() for key in public_keys()]}
