"""Which second factors does each of these people have? The table is the login's alone, so it is asked as the login."""

from collections.abc import Iterable
from uuid import UUID

from django.apps import apps

from agencies.models import User
from ohsc.core.acting import as_the_login

SAID = {"totp": "Code app", "webauthn": "Passkey or security key"}


def factors_of(people: Iterable[User]) -> dict[UUID, list[str]]:
    """In words, of each person; nothing where none is set up. Recovery codes stand in for one and are none."""
    found: dict[UUID, list[str]] = {person.pk: [] for person in people}
    if not found or not apps.is_installed("allauth.mfa"):
        return found
    authenticators = apps.get_model("mfa", "Authenticator")
    with as_the_login():
        rows = authenticators.objects.filter(user__in=list(found), type__in=list(SAID))
        for person_id, kind in sorted(set(rows.values_list("user_id", "type"))):
            found[person_id].append(SAID[kind])
    return found
