"""What is the one spelling of an account, address, number or code, so that two agencies' records meet?

`normalise` gives the normal form or refuses with a sentence that says what to send instead. The kind is what
the sender says; it is never changed here. A normal form is its own normal form.

| kind | normal form |
|---|---|
| account | without @ before it, lower case: few services tell capitals apart, and a person judges a match |
| url | scheme and host lower case, no default port, no fragment, no user name, escapes in one spelling |
| domain | lower case, xn-- for other scripts, no dot at the end |
| onion_service | the service alone and .onion; 56 characters are checked, 16 are accepted as known-old |
| email | lower case |
| phone | + and digits where the country is said (+ or 00), else digits |
| ip | short form; the port is a field of its own |
| hash | lower-case hexadecimal; `pdq:` before a PDQ |
| wallet | bech32 and 0x in lower case, others as they are |
| device | IMEI and ICCID digits, MAC with colons, else capitals |
| other | blanks and Unicode made one, nothing else |

The platform (the service an account is on) is lower case too, and part of what an account is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cases import selector_hosts as hosts
from cases import selector_numbers as numbers
from cases.selector_text import LIMIT, SelectorRefused, cleaned, folded

__all__ = ["KINDS", "LIMIT", "Normal", "SelectorRefused", "doubt", "normalise"]

PLATFORM_LIMIT = 120
_HOST_KINDS = {"url", "domain", "email"}


@dataclass(frozen=True)
class Normal:
    """A selector in normal form."""

    kind: str
    value: str
    platform: str = ""


def _account(text: str) -> str:
    handle = folded(text.lstrip("@ ")).lstrip("@ ").strip()
    if "://" in handle:
        raise SelectorRefused(
            "This is the address of a page. Send it with the kind url, or send the account's name alone."
        )
    return handle


_FORMS: dict[str, Callable[[str], str]] = {
    "account": _account,
    "url": hosts.url,
    "domain": hosts.domain,
    "onion_service": hosts.onion_service,
    "email": hosts.email,
    "phone": numbers.phone,
    "ip": hosts.ip,
    "hash": numbers.hash_value,
    "wallet": numbers.wallet,
    "device": numbers.device,
    "other": str,
}
KINDS = tuple(_FORMS)


def normalise(kind: str, value: str, *, platform: str = "") -> Normal:
    """The normal form of a selector. SelectorRefused says, in a sentence, what to send instead."""
    if kind not in _FORMS:
        raise SelectorRefused(f"There is no such kind of selector. Use one of: {', '.join(KINDS)}.")
    if len(value) > LIMIT:
        raise SelectorRefused("A selector has at most 2,000 characters. Send the part that identifies.")
    text = cleaned(value, keep_joiners=kind in _HOST_KINDS)
    if not text:
        raise SelectorRefused("The value is empty. Send the selector, or leave it out.")
    normal = _FORMS[kind](text)
    if not normal:
        raise SelectorRefused("Nothing identifying is left of this value. Check it, or leave it out.")
    if len(normal) > LIMIT:
        raise SelectorRefused(
            "Written out, this selector has more than 2,000 characters. Send the part that identifies."
        )
    return Normal(kind, normal, _platform(platform))


def _platform(name: str) -> str:
    # Folding can lengthen a name, so it is measured before (to be quick) and after (to be kept).
    short = folded(cleaned(name)) if len(name) <= PLATFORM_LIMIT else name
    if len(short) > PLATFORM_LIMIT:
        raise SelectorRefused("The name of a platform has at most 120 characters. Send its short name.")
    return short


def doubt(selector: Normal) -> str:
    """One sentence for the analyst where the form is taken but looks mistyped, else nothing."""
    kind, value = selector.kind, selector.value
    if kind == "device" and len(value) == 15 and value.isdigit() and not numbers.luhn_holds(value):
        return "The check digit of this IMEI does not hold: it may be mistyped, or not an IMEI."
    if kind == "onion_service" and len(value) == len(".onion") + 16:
        return (
            "This is an address of the retired version 2: it no longer resolves, and serves for linking only."
        )
    if kind == "phone" and not value.startswith("+"):
        return "This number does not say its country, so it meets only the same digits."
    return ""
