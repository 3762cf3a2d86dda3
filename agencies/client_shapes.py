"""What may be sent about a client, and what is answered of one?"""

from datetime import datetime, timedelta

from rest_framework import serializers

from agencies.actions import LIFE, LONGEST_OVERLAP, OVERLAP, Terms
from agencies.clients import State, state_of
from agencies.models import Client
from agencies.roles import SCOPES
from ohsc.core.shapes import Moment, OneOf, Shape, Text, Whole, YesOrNo, shown_moment

HOUR = timedelta(hours=1)


class ClientShape(Shape):
    """A client to be made."""

    name = Text(max_length=120, help_text="What its keepers call it; once in your agency.")
    scopes = serializers.ListField(
        child=OneOf(choices=list(SCOPES)), allow_empty=False, help_text="No more than the token's own."
    )
    expires_at = Moment(
        may_be_ahead=True, required=False, help_text="Within two years; a year from now if not said."
    )


class _Overlap(Shape):
    overlap_hours = Whole(
        min_value=0,
        max_value=LONGEST_OVERLAP // HOUR,
        required=False,
        help_text="How long the secret before stays good: 24 if not said. 0: it ends at once, and so do the tokens.",
    )


class RotateClientShape(_Overlap):
    """How the secret is changed."""

    replaces_lost = YesOrNo(
        required=False,
        help_text="The newest secret was lost: replace it. The one before stays good for as long as was said then.",
    )


class RotateOwnShape(_Overlap):
    """How a client changes its own secret."""

    client_secret = Text(max_length=255, help_text="The present secret: a token alone is not enough.")


class ClientAnswer(serializers.Serializer):
    """A client of your agency. Never its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    client_id = serializers.CharField(help_text="Named when a token is asked for.")
    scopes = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=[state.word for state in State])
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    old_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="While a change of secret is under way: until when the one before is good."
    )


class ClientSecretAnswer(ClientAnswer):
    """A client with its new secret. It is in the first answer and never again: null where the answer is repeated."""

    client_secret = serializers.CharField(allow_null=True)


def client_shown(client: Client, at: datetime) -> dict:
    return {
        "id": str(client.pk),
        "name": client.name,
        "client_id": client.client_id,
        "scopes": client.scopes,
        "state": state_of(client, at).word,
        "made_at": shown_moment(client.created),
        "expires_at": shown_moment(client.expires_at),
        "revoked_at": shown_moment(client.revoked_at),
        "last_used_at": shown_moment(client.last_used_at),
        "old_secret_until": shown_moment(client.old_secret_until) if client.changes_secret(at) else None,
    }


def terms_of(given: dict, at: datetime) -> Terms:
    """What was sent, with the year that is meant where no end is said."""
    scopes = tuple(dict.fromkeys(given["scopes"]))
    return Terms(given["name"], scopes, given.get("expires_at", at + LIFE))


def overlap_of(given: dict) -> timedelta:
    return given["overlap_hours"] * HOUR if "overlap_hours" in given else OVERLAP
