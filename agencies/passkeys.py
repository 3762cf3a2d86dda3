"""How does a passkey or a security key prove who somebody is? WebAuthn, by allauth and fido2, for our origin alone.

The browser signs our challenge together with the origin it saw. fido2 would take any subdomain's; ours is compared
letter by letter with the origins of this installation. An answer that cannot be read is a refusal, whatever is wrong
with it.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from fido2.webauthn import AuthenticationResponse, CollectedClientData, RegistrationResponse

from agencies.models import User


class KeyRefused(Exception):
    """The key did not prove it. Why is for nobody but the key's maker."""


def ask_for_new(person: User) -> dict[str, Any]:
    """What the browser is given to make a passkey with: one that is found without a name, and asks its holder for a
    finger, a face or a PIN. The challenge waits in the session."""
    return auth.begin_registration(person, True)


def accept_new(credential: Any) -> None:
    """Judge what the browser made. Raises KeyRefused."""
    try:
        _check_origin(RegistrationResponse.from_dict(credential).response.client_data)
        if not auth.complete_registration(credential).is_user_verified():
            raise KeyRefused
    except _UNREADABLE as error:
        raise KeyRefused from error


def ask(person: User | None) -> dict[str, Any]:
    """What the browser is given to sign. Nobody named: any passkey of this installation that the browser has."""
    return auth.begin_authentication(person)


def accept(person: User | None, credential: Any) -> Authenticator:
    """Whose key signed the challenge of this session. Raises KeyRefused. A challenge is good once."""
    try:
        _check_origin(AuthenticationResponse.from_dict(credential).response.client_data)
        whose = person or auth.extract_user_from_response(credential)
        return auth.complete_authentication(whose, credential)
    except _UNREADABLE as error:
        raise KeyRefused from error
    finally:
        auth.clear_state()


def work_elsewhere(request: HttpRequest) -> str:
    """Where passkeys work, if not where the browser is now; "" where they do."""
    hosts = [urlsplit(origin).netloc for origin in settings.PASSKEY_ORIGINS]
    return "" if request.get_host() in hosts else str(settings.PASSKEY_ORIGINS[0])


_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, ValidationError)


def _check_origin(said: CollectedClientData) -> None:
    if said.origin not in settings.PASSKEY_ORIGINS or said.cross_origin:
        raise KeyRefused
