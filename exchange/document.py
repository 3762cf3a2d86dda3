"""What is refused of a document, whatever its format, and what is noted of the refusal?

Pictures, videos, archives and PDFs are known by what they hold, not by their name. A refusal keeps the hash of what
was refused, never the thing itself.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from ohsc.core.file_kinds import file_kind
from ohsc.core.imagery import Found

SIZE_LIMIT = 5 * 1024 * 1024
NOTED = 20  # pictures of one document whose hashes are noted

_IN_WORDS = "The platform takes text, identifiers and hashes only: describe it in words, or give its hash."
_WHAT_TO_DO = {
    "image": f"This is a picture. {_IN_WORDS}",
    "video": f"This is a video. {_IN_WORDS}",
    "application/pdf": "This is a PDF. Import what your system exports as data, or make the referral by hand.",
}
_ARCHIVE = "This is an archive. Unpack it on your own system, and import the documents in it one by one."


class DocumentRefused(Exception):
    """The document is not taken. `code` is for machines, `sentence` for whoever sent it, `noted` for the audit."""

    def __init__(self, code: str, sentence: str, noted: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.noted = dict(noted or {})


def refuse_files(document: bytes) -> None:
    """A picture, video, archive or PDF in place of a document, whatever it is called."""
    if kind := file_kind(document):
        sentence = _WHAT_TO_DO.get(kind) or _WHAT_TO_DO.get(kind.partition("/")[0]) or _ARCHIVE
        found = Found("the document", kind, hashlib.sha256(document).hexdigest())
        raise DocumentRefused("imagery", f"{sentence} Nothing of it was kept.", hashes_of([found]))


def imagery_inside(where: str, found: Iterable[Found]) -> DocumentRefused:
    """The refusal of a document that holds such a thing in one of its parts."""
    return DocumentRefused(
        "imagery",
        f"There is a picture, video, archive or PDF in {where}. The platform takes text, identifiers and hashes only. "
        "Take it out, put its hash in its place, and send the rest.",
        hashes_of(found),
    )


def hashes_of(found: Iterable[Found]) -> dict[str, Any]:
    return {"imagery": [{"field": one.path[:200], "sha256": one.sha256} for one in list(found)[:NOTED]]}
