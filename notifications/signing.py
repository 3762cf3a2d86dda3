"""How does a partner know that a webhook is ours, and how is the secret it rests on kept?

Standard Webhooks: an HMAC over id, time and body under a secret of that endpoint alone. While a secret
is being replaced both sign, so the partner changes over when it likes. At rest a secret is encrypted
under a key of the application: a stolen database dump cannot sign in our name.
"""

import base64
import binascii
import secrets as randomness
from collections.abc import Sequence
from datetime import UTC, datetime
from re import compile as pattern

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32
SHORTEST, LONGEST = 24, 64
PURPOSE = b"ohsc webhook secret, version 1"

# The id is signed as `id.time.body`: a dot in it would let one signature stand for two messages.
MESSAGE_ID = pattern(r"[A-Za-z0-9_-]{1,255}")


class SecretUnreadable(Exception):
    """A stored secret opens with none of the keys given: a key was dropped too early, or it is damaged."""


def new_secret() -> str:
    """A fresh secret, in the form partners' libraries take."""
    return PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()


def headers_for(*, message_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of one attempt: the id stays over retries, the time and signatures are new.

    One signature for each live secret, in the order given.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("A message id is 1 to 255 letters, digits, hyphens and underscores.")
    if at.utcoffset() is None:
        raise ValueError("The time of an attempt needs a time zone.")
    if not secrets:
        raise ValueError("A webhook needs at least one secret to be signed with.")
    # The library relabels the time as UTC without converting it, and would sign another hour.
    moment = at.astimezone(UTC)
    text = body.decode("utf-8")
    signatures = [Webhook(_checked(secret)).sign(message_id, moment, text) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def seal(secret: str, *, keys: Sequence[str]) -> str:
    """The secret as the database keeps it, under the first of the application's keys."""
    return _box(keys).encrypt(_checked(secret).encode()).decode()


def unseal(sealed: str, *, keys: Sequence[str]) -> str:
    """The secret again, whichever of the keys it was sealed under."""
    try:
        return _box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable("This webhook secret opens with none of the application's keys.") from error


def reseal(sealed: str, *, keys: Sequence[str]) -> str:
    """The same secret under the first key, so that the older keys can be dropped."""
    try:
        return _box(keys).rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable("This webhook secret opens with none of the application's keys.") from error


def _checked(secret: str) -> str:
    # The library skips characters that are not base64, so a mistyped secret would quietly be another one.
    try:
        size = len(base64.b64decode(secret.removeprefix(PREFIX), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not secret.startswith(PREFIX) or not SHORTEST <= size <= LONGEST:
        raise ValueError(f"A webhook secret is {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64.")
    return secret


def _box(keys: Sequence[str]) -> MultiFernet:
    if isinstance(keys, str) or not keys or not all(keys):
        raise ValueError("Give the application's keys as a list, the newest first, none empty.")
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    # Derived, so that what signs sessions never itself encrypts.
    raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(raw)
