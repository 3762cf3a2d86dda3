"""Does anything that arrived hold a picture or a video, and in which field?

The platform never holds imagery. Every door (REST, imports, forms) asks `find_imagery` before it keeps
anything, and refuses by the name of the field. What is looked for, in every string, key and byte string:

- `data:` URIs of an image or a video, and any base64 `data:` URI that is not text;
- base64 (standard or URL-safe, on one line or wrapped) whose bytes begin as a picture, a video, an archive
  or a PDF, also inside base64 of text;
- the same in hexadecimal (plain, spaced, `0x`, `\\x`, colons);
- the raw bytes themselves, however they were squeezed into a string.

The finding keeps the SHA-256 of the decoded bytes, so that a refusal can be logged without the content.
One finding a field is enough, so each string is read until the first. Every pattern is bounded: a megabyte
of hostile text costs a fraction of a second.

Not looked for: encrypted or deliberately disguised content, which cannot be told from any other token.
"""

import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from ohsc.core.file_kinds import file_kind
from ohsc.core.pointers import below

SMALLEST_FILE = 24  # bytes; no picture is smaller, and shorter runs are tokens
NESTING = 3  # base64 of base64 of a picture is still a picture

_DATA_URI = re.compile(
    r"(?<![A-Za-z0-9])data:\s{0,4}([a-z]{1,20}/[a-z0-9.+*-]{1,100})?((?:;[^;,\s]{0,100}){0,8}),(?=\S)", re.I
)
_TEXT_TYPES = re.compile(
    r"text/|application/(?:[a-z0-9.-]{1,60}\+)?(?:json|xml|x-www-form-urlencoded)$", re.I
)

_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}+")
_BASE64_LINES = re.compile(r"(?>[A-Za-z0-9+/_-]++(?:[ \t]*+\r?\n[ \t]*+(?=[A-Za-z0-9+/_-]))?+)*+={0,2}")
# Long enough to be meant wherever they stand in a run: PNG, JPEG (JFIF, Exif, tables), GIF, RIFF, MP4 and HEIC.
_BASE64_STARTS = re.compile(
    r"iVBORw0KGgo|[/_]9j[/_](?:4AAQSkZJRg|4[Q-T][A-Za-z0-9+/_-]{2}RXhpZg|2wB[CD]A)|R0lGOD[dl]h"
    r"|UklGR[A-Za-z0-9+/_-]{6}(?:XRUJQ|BVkkg)|AAAA[A-Za-z0-9+/_-]{2}Z0eX[A-D]"
)
_GAPS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")

_HEX_BETWEEN = r"[\s:;,-]{0,2}(?:0x|\\x)?"
# The starts of ohsc.core.file_kinds, written in hexadecimal; two dots are any byte.
_HEX_MAGIC = [
    "89504e47",
    "ffd8ff..",
    "47494638",
    "38425053",
    "0000000c",
    "1a45dfa3",
    "4f676753",
    "464c5601",
    "000001ba",
    "000001b3",
    "3026b275",
    "504b0304",
    "52617221",
    "377abcaf",
    "fd377a58",
    "25504446",
    "0000....66747970",
    "00......6d6f6f76",
    "00......6d646174",
    "52494646........57454250",
    "52494646........41564920",
    "49492a00",
    "4d4d002a",
    "424d........00000000",
    "1f8b08",
    "3c737667",
    "3c3f786d6c",
]
_HEX_STARTS = re.compile(
    r"(?<![0-9a-f])(?:0x|\\x)?(?:"
    + "|".join(
        _HEX_BETWEEN.join(re.findall("..", magic)).replace("..", "[0-9a-f]{2}") for magic in _HEX_MAGIC
    )
    + ")",
    re.I,
)
_HEX_RUN = re.compile(rf"(?>[0-9a-f]{{2}}{_HEX_BETWEEN})++", re.I)
_NOT_HEX = re.compile(r"0x|\\x|[^0-9a-f]", re.I)

# Raw bytes in a string, whether read as Latin-1 or as UTF-8 with replacements. Each holds a control character.
_RAW_ANYWHERE = re.compile(
    r"PNG\r?\n\x1a|JFIF\x00|Exif\x00\x00|PK\x03\x04|GIF8[79]a.{0,6}?[\x00-\x08]|\x00.{0,2}ftyp[a-zA-Z0-9 ]{4}"
    r"|RIFF.{4,12}(?:WEBPVP8|AVI LIST)|Rar!\x1a\x07|\x1aE.{1,2}(?=.{0,40}(?:webm|matroska))",
    re.S,
)


@dataclass(frozen=True)
class Found:
    """A field that holds imagery: where, of what kind, and the hash of its bytes."""

    path: str
    kind: str
    sha256: str


def find_imagery(value: Any, *, where: str = "") -> list[Found]:
    """Every field of this JSON-like value (or this text, or these bytes) that holds a picture or a video."""
    return [
        Found(path, kind, hashlib.sha256(data).hexdigest())
        for path, text in _texts(value, where)
        for kind, data in _first_in(text)
    ]


def _texts(value: Any, where: str) -> Iterator[tuple[str, str | bytes]]:
    """Every text with its path, in document order. A loop, because hostile nesting would exhaust the stack."""
    waiting = [(where, value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, str | bytes | bytearray | memoryview):
            yield path, item if isinstance(item, str) else bytes(item)
        elif isinstance(item, dict):
            children = []
            for key, child in item.items():
                if isinstance(key, str) and any(True for _ in _first_in(key)):
                    # The path must not repeat the picture.
                    yield below(path, "(the name of a field)"), key
                    key = "(a field)"
                children.append((below(path, str(key)), child))
            waiting.extend(reversed(children))
        elif isinstance(item, list | tuple | set | frozenset):
            waiting.extend(reversed([(below(path, str(index)), child) for index, child in enumerate(item)]))


def _first_in(content: str | bytes, depth: int = NESTING) -> Iterator[tuple[str, bytes]]:
    """The first picture or video in one text: its kind and its bytes; nothing if there is none."""
    if isinstance(content, bytes):
        if kind := file_kind(content):
            yield kind, content
            return
        content = content.decode("utf-8", "replace")
    if len(content) < SMALLEST_FILE:
        return
    for look in (_as_raw, _as_data_uri, _as_base64, _as_hex):
        if found := look(content, depth):
            yield found
            return


def _as_raw(text: str, _depth: int) -> tuple[str, bytes] | None:
    head = text[:64].lstrip(" \t\r\n\ufeff").encode("latin-1", "replace")
    begins = file_kind(head) if re.search(rb"[\x00-\x08\x0e-\x1f\x80-\xff]", head) else None
    if begins == "image/svg+xml":
        begins = None
    if begins or _RAW_ANYWHERE.search(text):
        try:
            data = text.encode("latin-1")
        except UnicodeEncodeError:
            data = text.encode("utf-8", "surrogatepass")
        return begins or file_kind(data) or "application/octet-stream", data
    return None


def _as_data_uri(text: str, depth: int) -> tuple[str, bytes] | None:
    for match in _DATA_URI.finditer(text):
        declared = (match[1] or "text/plain").lower()
        is_base64 = "base64" in match[2].lower()
        if declared.startswith(("image/", "video/")) or (is_base64 and not _TEXT_TYPES.match(declared)):
            return declared, _payload(text, match.end(), is_base64)
    return None


def _payload(text: str, start: int, is_base64: bool) -> bytes:
    if is_base64:
        lines = _BASE64_LINES.match(text, start)
        return _decoded(lines[0] if lines else "")
    rest = re.compile(r"[^\s\"'<>]*+").match(text, start)
    return unquote_to_bytes(rest[0] if rest else "")


def _as_base64(text: str, depth: int) -> tuple[str, bytes] | None:
    if "\\" in text:  # JSON inside a string writes \/ and \n
        text = text.replace("\\/", "/").replace("\\r", "").replace("\\n", "\n")
    if "%2" in text:
        text = text.replace("%2B", "+").replace("%2b", "+").replace("%2F", "/").replace("%2f", "/")
    found = _at_run_starts(text, depth)
    if not found:
        packed = _GAPS.sub("", text)
        found = _at_known_starts(packed) or (
            _at_run_starts(packed, depth) if len(packed) < len(text) else None
        )
    return found


def _at_run_starts(text: str, depth: int) -> tuple[str, bytes] | None:
    read_to = 0
    for run in _BASE64_RUN.finditer(text):
        if kind := file_kind(_decoded(text[run.start() : run.start() + 48])):
            found = _whole_file(text, run.start(), kind)
            if found:
                return found
        elif depth and run.start() >= read_to and len(run[0]) >= 48:
            lines = _BASE64_LINES.match(text, run.start())
            read_to = lines.end() if lines else run.end()
            inner = _decoded(text[run.start() : read_to])
            if _reads_as_text(inner):
                for found in _first_in(inner, depth - 1):
                    return found
    return None


def _at_known_starts(text: str) -> tuple[str, bytes] | None:
    for start in _BASE64_STARTS.finditer(text):
        kind = file_kind(_decoded(text[start.start() : start.start() + 48]))
        if kind and (found := _whole_file(text, start.start(), kind)):
            return found
    return None


def _whole_file(text: str, start: int, kind: str) -> tuple[str, bytes] | None:
    lines = _BASE64_LINES.match(text, start)
    data = _decoded(lines[0]) if lines else b""
    return (kind, data) if len(data) >= SMALLEST_FILE else None


def _as_hex(text: str, _depth: int) -> tuple[str, bytes] | None:
    for start in _HEX_STARTS.finditer(text):
        begin = start.start() + (2 if text[start.start() + 1] in "xX" else 0)
        head = _NOT_HEX.sub("", text[begin : begin + 192])[:64]
        if file_kind(_unhexed(head)):
            run = _HEX_RUN.match(text, begin)
            data = _unhexed(_NOT_HEX.sub("", run[0])) if run else b""
            if (kind := file_kind(data)) and len(data) >= SMALLEST_FILE:
                return kind, data
    return None


def _unhexed(digits: str) -> bytes:
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _decoded(text: str) -> bytes:
    """Base64 of either alphabet, wrapped or not, padded or not, as far as it goes."""
    packed = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    try:
        return binascii.a2b_base64(packed + "=" * (-len(packed) % 4))
    except (binascii.Error, ValueError):
        return b""


def _reads_as_text(data: bytes) -> bool:
    try:
        head = data[:256].decode("utf-8")
    except UnicodeDecodeError as error:
        head = data[: error.start].decode("utf-8") if error.start > 250 else "\x00"
    return bool(head) and not re.search(r"[\x00-\x08\x0e-\x1f]", head)
