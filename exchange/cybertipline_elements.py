"""How is one element of a CyberTipline report read: by a table of rules, which the page of mappings shows too?

A table says the name of an inner element, what is done with it, and what it becomes in words. A name in no table is
skipped and named, never an error, because the format grows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from exchange.cybertipline_gather import Gathered, Whose, is_true, text_of
from exchange.xml_document import local_name, named_children
from ohsc.core.words import SelectorKind

Take = Callable[[Gathered, Whose, Element, str], None]

UNKNOWN = "no element that this platform knows"
CHILD_LEFT = (
    "a child's name, birth date, address and school are not copied: they stay in the document as received"
)
IN_NARRATIVE = "Narrative"
CHILDS_IDENTIFIER = "Narrative, and no selector: selectors are matched across agencies"


@dataclass(frozen=True)
class Rule:
    """What is done with one element, and what that makes of it, in words for people.

    left -- why it is not taken, where it is not.
    of_child -- what it becomes where it is a child's, if that is something else.
    """

    take: Take
    becomes: str
    left: str = ""
    of_child: str = ""


Rules = Mapping[str, Rule]


def each(g: Gathered, whose: Whose, element: Element, path: str, rules: Rules) -> None:
    """Give every inner element to its rule; name what has none."""
    for name, child_path, child in named_children(element, path):
        if name in rules:
            rules[name].take(g, whose, child, child_path)
        else:
            g.skip(child_path, UNKNOWN)


def line(label: str = "") -> Rule:
    """A line of the narrative, under whose it is and this label."""

    def take(g: Gathered, whose: Whose, element: Element, path: str) -> None:
        g.say(_under(whose, label), text_of(element))

    return Rule(take, f"{IN_NARRATIVE}: {label}" if label else IN_NARRATIVE)


def flag(sentence: str) -> Rule:
    """A sentence of the narrative, where the element says true."""

    def take(g: Gathered, whose: Whose, element: Element, path: str) -> None:
        if is_true(element):
            g.say(whose.label, sentence)

    return Rule(take, f"{IN_NARRATIVE}, where true: {sentence}")


def selector(kind: str) -> Rule:
    """A selector; of a child, a line of the narrative."""

    def take(g: Gathered, whose: Whose, element: Element, path: str) -> None:
        g.identifier(kind, text_of(element), path, whose)

    return Rule(take, f"Selector: {SelectorKind(kind).label.lower()}", of_child=CHILDS_IDENTIFIER)


def left(why: str) -> Rule:
    """Left in the document on purpose, and named."""

    def take(g: Gathered, whose: Whose, element: Element, path: str) -> None:
        g.skip(path, why)

    return Rule(take, "Left in the document", left=why)


def read_above(becomes: str) -> Rule:
    """Read together with the others beside it, by what calls this table."""
    return Rule(lambda g, whose, element, path: None, becomes)


def _under(whose: Whose, label: str) -> str:
    return ", ".join(filter(None, (whose.label, label)))


def mark(kept_in: Callable[[Gathered], set[str]]) -> Take:
    """An annotation is said by being there; one that says false is not."""

    def take(g: Gathered, whose: Whose, element: Element, path: str) -> None:
        if text_of(element).lower() not in ("false", "0"):
            kept_in(g).add(local_name(element.tag))

    return take


def child_of(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child.tag) == name), None)


def _address(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    g.country(text_of(child_of(element, "country")), whose)
    if whose.is_child:
        g.skip(path, CHILD_LEFT)
        return
    g.say(
        f"{whose.label}, address",
        ", ".join(filter(None, (text_of(child_of(element, part)) for part in ADDRESS))),
    )
    each(g, whose, element, path, ADDRESS)


def _location(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """A child's town is left out; the country is needed to know whose jurisdiction it is."""
    g.country(text_of(child_of(element, "countryCode")), whose)
    parts = ("countryCode",) if whose.is_child else tuple(LOCATION)
    g.say(
        f"{whose.label}, estimated location",
        ", ".join(filter(None, (text_of(child_of(element, part)) for part in parts))),
    )
    each(g, whose, element, path, LOCATION_OF_CHILD if whose.is_child else LOCATION)


def _phone(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    number, code = text_of(element), element.get("countryCallingCode", "")
    if number and code and not number.startswith(("+", "00")):
        # Dialled from abroad, the leading zero falls away; in Italy it stays.
        number = f"{code} {number if code == '+39' else number.removeprefix('0')}"
    g.identifier("phone", number, path, whose)


def _ip_capture(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    address = text_of(child_of(element, "ipAddress"))
    seen_at = g.time(text_of(child_of(element, "dateTime")), f"{path}/dateTime")
    port = g.whole_number(text_of(child_of(element, "port")), f"{path}/port", highest=65_535) or None
    g.identifier("ip", address, path, whose, seen_at=seen_at, port=port)
    remarks = [text_of(child_of(element, "eventName"))]
    proxy = child_of(element, "possibleProxy")
    remarks += ["possibly a proxy"] if proxy is not None and is_true(proxy) else []
    if address and any(remarks):
        g.say(f"{whose.label}, IP {address}", ", ".join(filter(None, remarks)))
    each(g, whose, element, path, IP_CAPTURE)


def _device(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """A network's name (SSID) is no device."""
    kind = text_of(child_of(element, "idType"))
    seen_at = g.time(text_of(child_of(element, "dateTime")), f"{path}/dateTime")
    device = Whose(whose.label, kind if kind.upper() == "SSID" else "", whose.is_child)
    value = text_of(child_of(element, "idValue"))
    g.identifier("other" if device.platform else "device", value, path, device, seen_at=seen_at)
    g.say(f"{whose.label}, device", ", ".join(filter(None, (kind, text_of(child_of(element, "eventName"))))))
    each(g, whose, element, path, DEVICE)


ADDRESS: Rules = {
    "address": read_above(IN_NARRATIVE),
    "city": read_above(IN_NARRATIVE),
    "state": read_above(IN_NARRATIVE),
    "nonUsaState": read_above(IN_NARRATIVE),
    "zipCode": read_above(IN_NARRATIVE),
    "country": read_above("Narrative; jurisdiction, the reported user's before the child's"),
}
_COUNTRY_CODE = read_above("Narrative; jurisdiction, the reported user's before the child's")
LOCATION: Rules = {
    "city": read_above(IN_NARRATIVE),
    "region": read_above(IN_NARRATIVE),
    "countryCode": _COUNTRY_CODE,
}
LOCATION_OF_CHILD: Rules = {
    "city": left(CHILD_LEFT),
    "region": left(CHILD_LEFT),
    "countryCode": _COUNTRY_CODE,
}
IP_CAPTURE: Rules = {
    "ipAddress": read_above("Selector: IP address"),
    "eventName": read_above(IN_NARRATIVE),
    "dateTime": read_above("When the IP address was seen; without a zone, read as UTC"),
    "possibleProxy": read_above("Narrative, where true: possibly a proxy"),
    "port": read_above("Port of the IP address"),
}
DEVICE: Rules = {
    "idType": read_above("Narrative; a network's name (SSID) makes the selector of kind other"),
    "idValue": read_above("Selector: device"),
    "eventName": read_above(IN_NARRATIVE),
    "dateTime": read_above("When the device was seen"),
}

# What is used all over.
PHONE = Rule(_phone, "Selector: phone number, with countryCallingCode", of_child=CHILDS_IDENTIFIER)
IP = Rule(_ip_capture, "Selector: IP address, with time and port", of_child=CHILDS_IDENTIFIER)
DEVICE_ID = Rule(_device, "Selector: device", of_child=CHILDS_IDENTIFIER)
POSTAL = Rule(
    _address, "Narrative; jurisdiction", of_child=f"The country is the jurisdiction. Left: {CHILD_LEFT}"
)
WHEREABOUTS = Rule(
    _location, "Narrative; jurisdiction", of_child="Jurisdiction and country; the town is left"
)
