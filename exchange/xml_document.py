"""How is an XML document from outside read without harm?

No document type, no entities, nothing fetched; stated limits on size, depth, elements and text; no imagery
in any element, attribute or comment. Whatever is wrong is a `DocumentRefused` with a sentence for the sender.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from exchange.document import NOTED, SIZE_LIMIT, DocumentRefused, imagery_inside
from ohsc.core.imagery import Found, find_imagery

DEPTH_LIMIT = 50
ELEMENT_LIMIT = 100_000
TEXT_LIMIT = 200_000  # characters in one element


def looks_like_xml(document: bytes) -> bool:
    """Does it begin with a tag, whatever encoding it is in?"""
    return document.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def limits() -> list[str]:
    """What is refused whole, in words."""
    return [
        f"More than {SIZE_LIMIT // 1024 // 1024} MB, {DEPTH_LIMIT} levels, {ELEMENT_LIMIT:,} elements, or "
        f"{TEXT_LIMIT:,} characters in one element.",
        "Broken XML: the line and column are named. XML in an encoding that is not known.",
        "A document type (DTD) or entities: none is ever expanded, and nothing is fetched.",
        "A picture, video, archive or PDF in any element, attribute or comment, also as base64 or a data URI.",
        "Two reports of one number in the same document.",
    ]


def parse(document: bytes) -> Element:
    """The root of the document, its limits kept and no imagery in it."""
    if len(document) > SIZE_LIMIT:
        raise DocumentRefused(
            "too_large", "The document is larger than 5 MB. Send fewer reports in one document."
        )
    if not document.strip():
        raise DocumentRefused("empty", "The document is empty.")
    parser = DefusedXMLParser(
        target=_BoundedBuilder(), forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        parser.feed(document)
        root = parser.close()
    except DefusedXmlException:
        raise _declarations_refused(document) from None
    except ParseError as error:
        line, column = error.position
        raise DocumentRefused(
            "not_well_formed",
            f"The XML is broken at line {line}, column {column + 1}. Correct it and send it again.",
        ) from None
    except (ValueError, LookupError):
        raise DocumentRefused(
            "encoding", "The encoding of the document is not known. Send it as UTF-8."
        ) from None
    _refuse_imagery(root, document)
    return root


class _BoundedBuilder:
    """Builds the tree and stops at the first limit, so that a hostile document costs what an honest one does."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0
        self._elements = 0
        self._text = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self._depth += 1
        self._elements += 1
        self._text = 0
        if self._depth > DEPTH_LIMIT:
            raise DocumentRefused(
                "too_deep", "The document nests more than 50 elements. A report needs about 6."
            )
        if self._elements > ELEMENT_LIMIT:
            raise DocumentRefused(
                "too_many_elements", "The document has more than 100,000 elements. Send it in parts."
            )
        return self._tree.start(tag, attributes)

    def data(self, text: str) -> None:
        self._text += len(text)
        if self._text > TEXT_LIMIT:
            raise DocumentRefused(
                "too_much_text", "One element holds more than 200,000 characters. Shorten it."
            )
        self._tree.data(text)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        self._text = 0
        return self._tree.end(tag)

    def close(self) -> Element:
        return self._tree.close()


def _declarations_refused(document: bytes) -> DocumentRefused:
    if b"<!ENTITY" in document.replace(b"\x00", b""):
        return DocumentRefused(
            "entities", "The document declares entities, which are never expanded. Remove them."
        )
    return DocumentRefused(
        "document_type", "The document declares a document type (DTD). Remove the declaration."
    )


def _refuse_imagery(root: Element, document: bytes) -> None:
    if found := _imagery_in(root):
        raise imagery_inside(found[0].path, found)
    encoding = "utf-16" if document[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    if found := find_imagery(document.decode(encoding, "replace"), where="the document"):
        raise imagery_inside("the document outside its elements, or spread over several", found)


def _imagery_in(root: Element) -> list[Found]:
    """The first few pictures in elements and attributes, each with its place."""
    found: list[Found] = []
    for path, element in walk(root):
        texts = {"": element.text, "(after it)": element.tail}
        texts |= {f"@{local_name(name)}": value for name, value in element.attrib.items()}
        for place, text in texts.items():
            where = f"{path}/{place}" if place else path
            found += [replace(one, path=where) for one in find_imagery(text or "")]
            if len(found) >= NOTED:
                return found
    return found


def local_name(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition("}")[2]


def named_children(element: Element, path: str) -> Iterator[tuple[str, str, Element]]:
    """(name, path, child) of each child, namespaces dropped; brothers of one name are numbered from the second."""
    seen: Counter[str] = Counter()
    for child in element:
        name = local_name(child.tag)
        seen[name] += 1
        yield name, f"{path}/{name}" + (f"[{seen[name]}]" if seen[name] > 1 else ""), child


def walk(root: Element) -> Iterator[tuple[str, Element]]:
    """Every element with its path, in document order."""
    waiting = [(local_name(root.tag), root)]
    while waiting:
        path, element = waiting.pop()
        yield path, element
        waiting.extend(
            reversed([(child_path, child) for _, child_path, child in named_children(element, path)])
        )
