"""Which formats are read? One registry: the interface, the pages and the mapping are drawn from it.

A format is added here and nowhere else. It is told by what a document holds, never by the name of a file.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exchange import cybertipline, cybertipline_mapping, xml_document
from exchange.document import DocumentRefused, imagery_inside, refuse_files
from exchange.drafts import Reading
from exchange.mapping import Table
from ohsc.core.imagery import find_imagery


@dataclass(frozen=True)
class Format:
    """One organisation's way of writing reports.

    recognises -- is this document written so, as far as its beginning tells?
    read -- a draft for each report in it, or DocumentRefused.
    limits -- what is refused whole, in sentences.
    mapping -- how each of its values becomes ours.
    """

    name: str
    label: str
    holds: str
    content_types: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Reading]
    limits: Callable[[], Sequence[str]]
    mapping: Callable[[], Sequence[Table]]


FORMATS = (
    Format(
        name="cybertipline",
        label="CyberTipline XML",
        holds="One report, or several in any wrapper. Each becomes a referral.",
        content_types=("application/xml", "text/xml"),
        recognises=xml_document.looks_like_xml,
        read=cybertipline.read,
        limits=xml_document.limits,
        mapping=cybertipline_mapping.tables,
    ),
)
NAMED = {one.name: one for one in FORMATS}
OF_TYPE = {content_type: one for one in FORMATS for content_type in one.content_types}


def format_of(document: bytes) -> Format:
    """The format this document is written in."""
    if not document.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise DocumentRefused("empty", "The document is empty.")
    refuse_files(document)
    for one in FORMATS:
        if one.recognises(document):
            return one
    _refuse_what_is_inside(document)
    taken = ", ".join(one.label for one in FORMATS)
    raise DocumentRefused("unknown_format", f"This is none of the formats that are read: {taken}.")


def read(document: bytes, written_in: Format) -> Reading:
    """What the document says. DocumentRefused notes the hash of what was refused."""
    try:
        refuse_files(document)
        return written_in.read(document)
    except DocumentRefused as refusal:
        if refusal.code not in ("imagery", "too_large"):
            _refuse_what_is_inside(document)  # broken, and a picture besides: the graver fault is said
        raise


def noted_of(refusal: DocumentRefused, document: bytes) -> dict[str, object]:
    """What the audit keeps of a refusal: the reason and hashes, no content."""
    digest = hashlib.sha256(document).hexdigest()
    return {"refused": refusal.code, "document": digest, "bytes": len(document), **refusal.noted}


def _refuse_what_is_inside(document: bytes) -> None:
    if found := find_imagery(document, where="the document"):
        raise imagery_inside("the document", found)
