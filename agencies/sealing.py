"""How are secrets of signing in kept that must be read again? Sealed under the application's key, never as they are."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"ohsc sign-in secrets"


def seal(secret: str) -> str:
    """Under the first of the application's keys."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Whichever of the keys it was sealed under; InvalidToken where it was none of them."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet(
        [Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derived(key: str) -> bytes:
    # Derived, so that what signs sessions never itself encrypts.
    return urlsafe_b64encode(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    )
