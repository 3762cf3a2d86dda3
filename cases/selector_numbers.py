"""What is the normal form of a number or code: phone, hash, wallet, device?"""

import base64
import binascii
import re
import unicodedata

from cases.selector_text import SelectorRefused, folded

_HEX_LENGTHS = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 96: "SHA-384", 128: "SHA-512"}
_BASE64_BYTES = {16, 20, 32, 64}
_HASH_NAME = re.compile(r"(?:md5|sha-?1|sha-?256|sha-?384|sha-?512|(pdq))\s?[:=]\s?", re.I)
_COIN_SCHEME = re.compile(r"(?:bitcoin|ethereum|litecoin|monero|dogecoin):(?://)?", re.I)
_BECH32 = re.compile(r"(bc|tb|ltc|tltc)1([02-9ac-hj-np-z]{6,90})")
_BECH32_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def phone(text: str) -> str:
    """E.164 (+ and the country) where the number says its country with + or 00; else its digits as sent.

    No country is guessed. A number as dialled inside one country keeps its digits, and meets only the same digits.
    """
    text = re.sub(r"^tel:", "", text, flags=re.I)
    text = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in text)
    text = re.sub(r"(?<=\d)\s?\(0\)\s?", " ", text) if text.startswith(("+", "00")) else text
    compact = re.sub(r"[\s().\-/\u2010-\u2015]", "", text)
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if re.fullmatch(r"\+[1-9]\d{6,14}", compact) or re.fullmatch(r"\d{3,15}", compact):
        return compact
    raise SelectorRefused(
        "Send + and the country's code and up to 15 digits, such as +44 20 7946 0000, without an extension."
    )


def hash_value(text: str) -> str:
    """Lower-case hexadecimal: MD5, SHA-1, SHA-256, SHA-384 or SHA-512, told by their length; `pdq:` before a PDQ.

    Base64 of the same is turned into hexadecimal. PDQ has the length of SHA-256, so it must say its name.
    """
    name = _HASH_NAME.match(text)
    digits = text[name.end() :] if name else text
    if not re.fullmatch(r"[0-9A-Fa-f]+", digits):
        digits = _from_base64(digits)
    if name and name[1]:
        if len(digits) != 64:
            raise SelectorRefused("A PDQ hash has 64 hexadecimal digits. Send all of them.")
        return f"pdq:{digits.lower()}"
    if len(digits) not in _HEX_LENGTHS:
        lengths = ", ".join(f"{length} ({label})" for length, label in _HEX_LENGTHS.items())
        raise SelectorRefused(f"A hash has {lengths} hexadecimal digits. Send all of them, or pdq: and 64.")
    return digits.lower()


def _from_base64(text: str) -> str:
    packed = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    return raw.hex() if len(raw) in _BASE64_BYTES else ""


def wallet(text: str) -> str:
    """The address alone. Bech32 and 0x addresses are lower case; others tell capitals apart and keep them."""
    text = _COIN_SCHEME.sub("", text, count=1) if _COIN_SCHEME.match(text) else text
    text = text.partition("?")[0]
    if not text or " " in text:
        raise SelectorRefused("Send one wallet address, without blanks.")
    if re.fullmatch(r"0x[0-9a-f]{40}", text, re.I):
        return text.lower()
    if _BECH32.fullmatch(text.lower()):
        return _bech32(text)
    return text


def _bech32(text: str) -> str:
    """Bech32 is one case throughout and carries a checksum, so a mistyped address is known at once."""
    lower = text.lower()
    prefix, data = _BECH32.fullmatch(lower).groups()  # type: ignore[union-attr]
    values = [ord(mark) >> 5 for mark in prefix] + [0] + [ord(mark) & 31 for mark in prefix]
    check = 1
    for value in values + [_BECH32_LETTERS.index(mark) for mark in data]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    if check not in (1, 0x2BC830A3) or text not in (lower, text.upper()):
        raise SelectorRefused(
            "The checksum of this wallet address does not hold, so a character is wrong. Copy it again."
        )
    return lower


def device(text: str) -> str:
    """IMEI, IMEISV and ICCID as their digits; a MAC address with colons; any other number in capitals."""
    digits = re.sub(r"[\s\-/.]", "", text)
    if re.fullmatch(r"[0-9]{14,20}", digits):
        return digits
    if re.fullmatch(r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}", text, re.I):
        return text.replace("-", ":").upper()
    # Capitals outside ASCII do not survive Unicode's normal form, so only a to z are raised.
    return re.sub("[a-z]+", lambda letters: letters[0].upper(), folded(text))


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
