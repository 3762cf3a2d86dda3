"""The verbs of a password: a link that lets a person set one."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator

from agencies.models import User


def password_link(person: User, at: datetime) -> str:
    """The address, on this installation's own origin, where the person sets a password."""
    return f"{settings.BASE_URL}/account/password/link/{person.pk.hex}-{default_token_generator.make_token(person)}"
