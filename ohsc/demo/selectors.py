"""Which invented identifiers does a demonstration's referral carry? None of them can be anybody's.

Addresses are of the documentation ranges, telephone numbers those kept for drama, domains end in .example, wallets
are of test networks, hashes are of this file's own words, onion names are made from random keys.
"""

import base64
import hashlib
import random
from datetime import datetime, timedelta

from ohsc.core.words import SelectorKind
from referrals.drafts import SelectorDraft

_WORDS = (
    "heron",
    "maple",
    "comet",
    "pebble",
    "willow",
    "otter",
    "linnet",
    "cobalt",
    "bramble",
    "saffron",
    "juniper",
)
_LOOKS = ("quiet", "north", "amber", "early", "paper", "silver", "little", "open", "seventh", "far")
_SITES = ("files", "pictures", "share", "forum", "chat", "mirror")
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

# What is usual where; the account is on the platform of the story.
USUAL = {
    "dark_web": ("onion_service", "onion_service", "account", "wallet", "hash", "url", "domain", "other"),
    "surface_web": ("account", "account", "ip", "ip", "email", "url", "phone", "hash", "domain", "device"),
    "physical_world": ("phone", "phone", "account", "email", "device", "other", "ip"),
    "": ("account", "url", "other"),
}


def some_selectors(
    rng: random.Random, environment: str, platform: str, seen_by: datetime
) -> tuple[SelectorDraft, ...]:
    """None to four selectors seen not long before; a few of the accounts turn up in several referrals."""
    kinds = rng.choices(USUAL[environment], k=rng.choices((0, 1, 2, 3, 4), (1, 4, 4, 2, 1))[0])
    return tuple(_selector(rng, kind, platform, seen_by) for kind in dict.fromkeys(kinds))


def _selector(rng: random.Random, kind: str, platform: str, seen_by: datetime) -> SelectorDraft:
    seen = seen_by - timedelta(minutes=rng.randrange(5, 4000)) if rng.random() < 0.7 else None
    on = platform if kind in ("account", "other") else ""
    port = rng.randrange(1024, 65535) if kind == "ip" and rng.random() < 0.8 else None
    return SelectorDraft(SelectorKind(kind).value, _MADE[kind](rng), platform=on, seen_at=seen, port=port)


def _handle(rng: random.Random) -> str:
    if rng.random() < 0.12:
        return rng.choice(("quiet_heron_27", "north.otter", "paper-comet-9"))
    return f"{rng.choice(_LOOKS)}{rng.choice('._-')}{rng.choice(_WORDS)}{rng.randrange(100)}"


def _domain(rng: random.Random) -> str:
    return f"{rng.choice(_LOOKS)}-{rng.choice(_WORDS)}-{rng.choice(_SITES)}.example"


def _address(rng: random.Random) -> str:
    net = rng.choice(("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8::"))
    return f"{net}{rng.randrange(1, 255)}" if "." in net else f"{net}{rng.randrange(1, 65535):x}"


def _onion(rng: random.Random) -> str:
    key = rng.randbytes(32)
    checksum = hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
    return base64.b32encode(key + checksum + b"\x03").decode().lower() + ".onion"


def _wallet(rng: random.Random) -> str:
    """An address of Bitcoin's test network, with its checksum; it holds nothing of worth."""
    data = [0, *(rng.randrange(32) for _ in range(32))]
    values = [3, 3, 0, ord("t") & 31, ord("b") & 31, *data, 0, 0, 0, 0, 0, 0]
    check = _polymod(values) ^ 1
    return "tb1" + "".join(
        _BECH32[value] for value in (*data, *(check >> 5 * (5 - place) & 31 for place in range(6)))
    )


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check


def _imei(rng: random.Random) -> str:
    """With the allocation code for test devices, and its check digit."""
    digits = [0, 0, 1, 0, 1, 0, 0, 1, *(rng.randrange(10) for _ in range(6))]
    doubled = [digit * (2 if place % 2 else 1) for place, digit in enumerate(digits)]
    total = sum(number - 9 if number > 9 else number for number in doubled)
    return "".join(map(str, digits)) + str(-total % 10)


_MADE = {
    "account": _handle,
    "url": lambda rng: f"https://{_domain(rng)}/{rng.choice(_WORDS)}/{rng.randrange(100, 9999)}",
    "domain": _domain,
    "onion_service": _onion,
    "email": lambda rng: f"{_handle(rng)}@mail.{rng.choice(_WORDS)}.example",
    "phone": lambda rng: f"+44 7700 900{rng.randrange(1000):03}",
    "ip": _address,
    "hash": lambda rng: hashlib.sha256(f"invented sample {rng.randrange(400)}".encode()).hexdigest(),
    "wallet": _wallet,
    "device": _imei,
    "other": lambda rng: f"group {rng.choice(_LOOKS)} {rng.choice(_WORDS)}",
}
