"""How is a head written, signed and checked? As a signed checkpoint, in the form that public logs use.

    ohsc.example/audit
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — ohsc.example/audit Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

The form is C2SP's tlog-checkpoint and signed-note: the origin of the log, its size, its root; then who signed, and
four bytes that name the key before the Ed25519 signature. Keys are written in that form too, so that other programs
for it read ours.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
NAME = re.compile(r"[^\s+]+")
NOTE = re.compile(
    r"(?P<text>(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>\S+)\n)\n(?P<signatures>(?:— \S++ \S++\n)++)"
)


class Unreadable(ValueError):
    """It is no head or key in the form above; the text says what is wrong."""


@dataclass(frozen=True)
class Checkpoint:
    """What a head says: which log, how many events, and the root of all of them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"

    def signed_by(self, key_id: str, signature: bytes) -> str:
        return f"{self.text}\n— {self.origin} {_encoded(bytes.fromhex(key_id) + signature)}\n"


@dataclass(frozen=True)
class PublicKey:
    """One that may have signed heads of the log with this name: `name+id+key`."""

    name: str
    raw: bytes

    @property
    def id(self) -> str:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.raw).hexdigest()[:8]

    def written(self) -> str:
        return f"{self.name}+{self.id}+{_encoded(ED25519 + self.raw)}"

    def signed(self, checkpoint: Checkpoint, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, checkpoint.text.encode())
        except InvalidSignature:
            return False
        return checkpoint.origin == self.name


@dataclass(frozen=True)
class SigningKey:
    """The sealer's alone: `PRIVATE+KEY+name+id+seed`."""

    name: str
    seed: bytes

    @property
    def public(self) -> PublicKey:
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PublicKey(self.name, raw)

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, checkpoint: Checkpoint) -> bytes:
        return self._key.sign(checkpoint.text.encode())

    def written(self) -> str:
        return f"PRIVATE+KEY+{self.name}+{self.public.id}+{_encoded(ED25519 + self.seed)}"


def new_key(name: str) -> SigningKey:
    """A key of this log; its name is the origin that heads bear."""
    if not NAME.fullmatch(name):
        raise Unreadable(
            "A name has no spaces and no plus sign; usually it is the host's: ohsc.example/audit."
        )
    return SigningKey(name, Ed25519PrivateKey.generate().private_bytes_raw())


def read_signing_key(text: str) -> SigningKey:
    head = "PRIVATE+KEY+"
    if not text.startswith(head):
        raise Unreadable("That is no signing key: it does not begin with PRIVATE+KEY+.")
    name, named, raw = _parts(text[len(head) :])
    key = SigningKey(name, raw)
    if key.public.id != named:
        raise Unreadable("The signing key is damaged: its id is not its own.")
    return key


def read_public_key(text: str) -> PublicKey:
    name, named, raw = _parts(text)
    key = PublicKey(name, raw)
    if key.id != named:
        raise Unreadable("The public key is damaged: its id is not its own.")
    return key


def _parts(text: str) -> tuple[str, str, bytes]:
    name, named, encoded = [*text.strip().split("+", 2), "", ""][:3]
    raw = _decoded(encoded)
    if not NAME.fullmatch(name) or len(raw) != 33 or raw[:1] != ED25519:
        raise Unreadable("That is no Ed25519 key in the form name+id+key.")
    return name, named, raw[1:]


def read_note(note: str, keys: Iterable[PublicKey]) -> Checkpoint:
    """The head that a note holds, if one of the keys signed it. Raises Unreadable."""
    found = NOTE.fullmatch(note.strip() + "\n")  # a text that was copied gains and loses lines at its ends
    if found is None:
        raise Unreadable("That is no signed head: origin, size and root, an empty line, and who signed.")
    checkpoint = Checkpoint(found["origin"], int(found["size"]), _decoded(found["root"]))
    signatures = [_decoded(line.rpartition(" ")[2]) for line in found["signatures"].splitlines()]
    for key in keys:
        for raw in signatures:
            if raw[:4].hex() == key.id and key.signed(checkpoint, raw[4:]):
                return checkpoint
    raise Unreadable("None of the known keys signed this head.")


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Unreadable(f"{text[:40]} is no Base64.") from None
