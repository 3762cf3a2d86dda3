"""How is one element of a CyberTipline report read: by a table, and which elements are used all over?

A table says the name of an inner element and what is done with it. A name in no table is skipped and named, never an
error, because the format grows.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from exchange.cybertipline_gather import Gathered, Whose, is_true, text_of
from exchange.xml_document import local_name, named_children

Take = Callable[[Element, str], None]

UNKNOWN = "no element that this platform knows"
CHILD_LEFT = (
    "a child's name, birth date, address and school are not copied: they stay in the document as received"
)
LEAVES_NOTHING: Mapping[str, str] = MappingProxyType({})


def each(
    g: Gathered,
    element: Element,
    path: str,
    takes: Mapping[str, Take],
    leaves: Mapping[str, str] = LEAVES_NOTHING,
) -> None:
    """Give every inner element to what takes it; name what is left, and why."""
    for name, child_path, child in named_children(element, path):
        if name in takes:
            takes[name](child, child_path)
        else:
            g.skip(child_path, leaves.get(name, UNKNOWN))


def nothing(_element: Element, _path: str) -> None:
    """Read by the one who called."""


def line(g: Gathered, label: str) -> Take:
    return lambda element, path: g.say(label, text_of(element))


def flag_line(g: Gathered, label: str, sentence: str) -> Take:
    return lambda element, path: g.say(label, sentence) if is_true(element) else None


def selector(g: Gathered, kind: str, whose: Whose) -> Take:
    return lambda element, path: g.identifier(kind, text_of(element), path, whose)


def child_of(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child.tag) == name), None)


def mark(marks: set[str], name: str) -> Take:
    """An annotation is said by being there; one that says false is not."""
    return lambda element, path: None if text_of(element).lower() in ("false", "0") else marks.add(name)


def address(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    g.country(text_of(child_of(element, "country")), whose)
    if whose.is_child:
        g.skip(path, CHILD_LEFT)
        return
    parts = ("address", "city", "state", "nonUsaState", "zipCode", "country")
    g.say(
        f"{whose.label}, address",
        ", ".join(filter(None, (text_of(child_of(element, part)) for part in parts))),
    )
    each(g, element, path, dict.fromkeys(parts, nothing))


def location(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """A child's town is left out; the country is needed to know whose jurisdiction it is."""
    g.country(text_of(child_of(element, "countryCode")), whose)
    parts = ("countryCode",) if whose.is_child else ("city", "region", "countryCode")
    g.say(
        f"{whose.label}, estimated location",
        ", ".join(filter(None, (text_of(child_of(element, part)) for part in parts))),
    )
    each(g, element, path, dict.fromkeys(parts, nothing), dict.fromkeys(("city", "region"), CHILD_LEFT))


def phone(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    number, code = text_of(element), element.get("countryCallingCode", "")
    if number and code and not number.startswith(("+", "00")):
        # Dialled from abroad, the leading zero falls away; in Italy it stays.
        number = f"{code} {number if code == '+39' else number.removeprefix('0')}"
    g.identifier("phone", number, path, whose)


def ip_capture(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    address = text_of(child_of(element, "ipAddress"))
    seen_at = g.time(text_of(child_of(element, "dateTime")), f"{path}/dateTime")
    port = g.whole_number(text_of(child_of(element, "port")), f"{path}/port", highest=65_535) or None
    g.identifier("ip", address, path, whose, seen_at=seen_at, port=port)
    remarks = [text_of(child_of(element, "eventName"))]
    proxy = child_of(element, "possibleProxy")
    remarks += ["possibly a proxy"] if proxy is not None and is_true(proxy) else []
    if address and any(remarks):
        g.say(f"{whose.label}, IP {address}", ", ".join(filter(None, remarks)))
    each(
        g,
        element,
        path,
        dict.fromkeys(("ipAddress", "eventName", "dateTime", "possibleProxy", "port"), nothing),
    )


def device(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """A network's name (SSID) is no device."""
    kind = text_of(child_of(element, "idType"))
    seen_at = g.time(text_of(child_of(element, "dateTime")), f"{path}/dateTime")
    device = Whose(whose.label, kind if kind.upper() == "SSID" else "", whose.is_child)
    value = text_of(child_of(element, "idValue"))
    g.identifier("other" if device.platform else "device", value, path, device, seen_at=seen_at)
    g.say(f"{whose.label}, device", ", ".join(filter(None, (kind, text_of(child_of(element, "eventName"))))))
    each(g, element, path, dict.fromkeys(("idType", "idValue", "eventName", "dateTime"), nothing))
