"""Where are the keys? The sealer's in a file that only the sealer reads; the public ones in a file for everybody.

The public file has a key a line, the newest last: what an earlier key signed can still be checked after a change.
"""

import os
from pathlib import Path

from django.conf import settings

from audit.notes import PublicKey, SigningKey, Unreadable, new_key, read_public_key, read_signing_key


def public_keys() -> list[PublicKey]:
    """Every key that has signed heads of this log, the oldest first; none where no file is named or made yet."""
    path = settings.AUDIT_KEYS_FILE
    if not path or not Path(path).exists():
        return []
    return read_public_keys(Path(path).read_text())


def read_public_keys(text: str) -> list[PublicKey]:
    lines = (line.strip() for line in text.splitlines())
    return [read_public_key(line) for line in lines if line and not line.startswith("#")]


def signing_key(path: str) -> SigningKey:
    """The sealer's key. Raises Unreadable, also where others than its owner may read the file."""
    try:
        mode = os.stat(path).st_mode
        text = Path(path).read_text()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
    if mode & 0o007:
        raise Unreadable(f"Everybody may read or change {path}. chmod 600 it.")
    return read_signing_key(text)


def make_key(private: Path, public: Path, name: str) -> PublicKey:
    """A new signing key into its own file, and its public part added to the others. Never over a file that is there."""
    key = new_key(name)
    try:
        with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.written() + "\n")
    except FileExistsError:
        raise Unreadable(f"{private} is there already, and was left as it is.") from None
    with public.open("a") as file:
        file.write(key.public.written() + "\n")
    return key.public
