"""What is the normal form of a name or address on a network: domain, onion service, URL, e-mail, IP?"""

import base64
import hashlib
import ipaddress
import re

import idna

from cases.selector_text import SelectorRefused, folded, refanged_host, refanged_scheme

_PLAIN_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DEFAULT_PORTS = {"http": "80", "https": "443", "ftp": "21", "ftps": "990", "ws": "80", "wss": "443"}
_URL = re.compile(r"([a-z][a-z0-9+.-]{0,30})://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.I | re.S)
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LOCAL_PART = re.compile(r"[^\s\"(),:;<>@\[\\\]]{1,64}")
_ONION_V2 = re.compile(r"[a-z2-7]{16}")
_ONION_V3 = re.compile(r"[a-z2-7]{56}")


def domain(text: str) -> str:
    """A name of two labels or more, lower case, in the form the wire carries (xn--…)."""
    text = refanged_host(text)
    if "://" in text or "/" in text:
        raise SelectorRefused(
            "This is a whole address. Send it with the kind url, or only the name of the host."
        )
    name = _host_name(text)
    if name.endswith(".onion"):
        raise SelectorRefused("This is an onion service. Send it with the kind onion_service.")
    if "." not in name:
        raise SelectorRefused("A domain has at least two parts, such as example.org. Send the whole name.")
    if name.rpartition(".")[2].isdigit():
        raise SelectorRefused("This is an IP address or part of one. Send it with the kind ip.")
    return name


def _host_name(text: str) -> str:
    for dot in "。．｡":
        text = text.replace(dot, ".")
    labels = [_label(label) for label in text.lower().removesuffix(".").split(".")]
    name = ".".join(labels)
    if len(name) > 253:
        raise SelectorRefused("A host name has at most 253 characters. Check where it ends.")
    return name


def _label(label: str) -> str:
    """ASCII labels as they are in use (underscores and all); others by IDNA 2008, or as punycode where it
    knows no such name: signs such as ☃ are registered, whatever the standard says."""
    if _PLAIN_LABEL.fullmatch(label):
        return label
    try:
        return idna.encode(label, uts46=True).decode()
    except idna.IDNAError:
        symbols = label and not label.isascii() and label.isprintable() and "\u200c" not in label
        coded = "xn--" + folded(label).encode("punycode").decode().lower() if symbols else ""
    if not _PLAIN_LABEL.fullmatch(coded):
        raise SelectorRefused(
            "This is not the name of a host. Send a name such as example.org, without blanks or a port."
        )
    return coded


def onion_service(text: str) -> str:
    """The service itself, lower case, without subdomain: 56 characters whose checksum holds, or 16.

    Version 2 addresses (16 characters) no longer resolve, but old reports and lists are full of them, so they
    are accepted as known-old: they link, and nothing else.
    """
    text = refanged_host(refanged_scheme(text)).lower()
    text = re.sub(r"^https?://", "", text).removesuffix("/").removesuffix(".")
    if "/" in text or ":" in text:
        raise SelectorRefused("Send the service alone (….onion), or the whole address with the kind url.")
    return f"{_onion_key(text.removesuffix('.onion').rpartition('.')[2])}.onion"


def _onion_key(key: str) -> str:
    if _ONION_V2.fullmatch(key):
        return key
    if not _ONION_V3.fullmatch(key):
        raise SelectorRefused(
            "An onion service has 56 characters (a to z, 2 to 7) before .onion. Check for a missing part."
        )
    raw = base64.b32decode(key.upper())
    public_key, checksum, version = raw[:32], raw[32:34], raw[34:]
    if (
        version != b"\x03"
        or hashlib.sha3_256(b".onion checksum" + public_key + version).digest()[:2] != checksum
    ):
        raise SelectorRefused(
            "The checksum of this onion address does not hold, so a character is wrong. Copy it again."
        )
    return key


def url(text: str) -> str:
    """Scheme and host lower case, no user name, default port or fragment, dots and escapes resolved.

    Without a scheme it is taken as https, as browsers do today. User names and passwords are dropped: they do
    not change what is shown, and would be somebody's credentials.
    """
    text = refanged_scheme(text)
    if not re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.I):  # host:8080 is no scheme
        text = "https://" + text.removeprefix("//")
    parts = _URL.fullmatch(text)
    if not parts or (scheme := parts[1].lower()) not in _DEFAULT_PORTS:
        raise SelectorRefused(
            "Send a web address that begins with http:// or https://. For anything else use the kind other."
        )
    authority = refanged_host(parts[2]).rpartition("@")[2]
    path = _without_dots(_escaped(parts[3])) or "/"
    return f"{scheme}://{_authority(authority, _DEFAULT_PORTS[scheme])}{path}{_escaped(parts[4] or '')}"


def _authority(text: str, default_port: str) -> str:
    match = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::([0-9]{0,5}))?", text, re.I)
    if not match:
        raise SelectorRefused("The host of this address cannot be read. Send it as https://example.org/path.")
    host, port = match[1], (match[2] or "").lstrip("0")
    if port and int(port) > 65_535:
        raise SelectorRefused("The port of this address is above 65535. Check it.")
    return _web_host(host) + (f":{port}" if port and port != default_port else "")


def _web_host(text: str) -> str:
    if text.startswith("["):
        address = ip(text)
        return f"[{address}]" if ":" in address else address
    name = _host_name(text)
    if name.rpartition(".")[2].isdigit():
        return ip(name)
    if name.endswith(".onion"):
        _onion_key(name.removesuffix(".onion").rpartition(".")[2])
    return name


def _escaped(text: str) -> str:
    """Percent-escapes in one spelling: upper case, none where none is needed, one for every other character."""
    whole = _PERCENT.sub(lambda match: _escape(int(match[1] or "25", 16)), text)
    out = []
    for character in whole:
        if character.isascii() and character.isprintable() and character not in ' "<>\\^`{|}':
            out.append(character)
        else:
            out.extend(f"%{byte:02X}" for byte in character.encode())
    return "".join(out)


def _escape(byte: int) -> str:
    return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4: /a/./b/../c is /a/c."""
    kept: list[str] = []
    steps = path.split("/")[1:]
    for place, step in enumerate(steps):
        is_last = place == len(steps) - 1
        if step == "..":
            del kept[-1:]
        if step not in (".", ".."):
            kept.append(step)
        elif is_last:
            kept.append("")
    return "/" + "/".join(kept) if kept else ""


def email(text: str) -> str:
    """Both sides lower case: no provider in use tells Anna@ from anna@, and a missed match is worse."""
    text = refanged_host(text)
    text = re.sub(r"^mailto:", "", text, flags=re.I).strip("<>")
    local, _, host = text.rpartition("@")
    local = folded(local)
    if not _LOCAL_PART.fullmatch(local) or "%40" in local:
        raise SelectorRefused(
            "Send one e-mail address, such as name@example.org, without a person's name around it."
        )
    value = f"{local}@{_email_host(host)}"
    if len(value) > 254:
        raise SelectorRefused("An e-mail address has at most 254 characters. Check where it ends.")
    return value


def _email_host(text: str) -> str:
    host = _host_name(text)
    if "." not in host:
        raise SelectorRefused(
            "The part after @ has at least two parts, such as example.org. Send the whole address."
        )
    return host


def ip(text: str) -> str:
    """Version 4 dotted, version 6 in its short form; version 4 inside version 6 is version 4."""
    text = refanged_host(text).strip("[]")
    if re.fullmatch(r"[\d.]+:\d+|.*\]:\d+", text):
        raise SelectorRefused("Send the address alone, and the port in the field port.")
    if "/" in text:
        raise SelectorRefused("Send one address. For a range use the kind other.")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise SelectorRefused(
            "This is not an IP address. Send it as 192.0.2.1 (no leading zeros) or 2001:db8::1."
        ) from None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            raise SelectorRefused("Send the address without its zone (the part after %).")
        return str(address.ipv4_mapped or address)
    return str(address)
