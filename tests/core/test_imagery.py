"""The platform never holds imagery: what is found, where, and what is left in peace."""

import base64
import hashlib
import os
import random
import struct
import textwrap
import time
import uuid
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohsc.core.imagery import Found, find_imagery


def _png() -> bytes:
    """A whole picture of one grey point, made here."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00\x80"))
        + chunk(b"IEND", b"")
    )


PNG = _png()
REST = bytes(range(256)) * 2
PICTURES = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + REST,
    "image/gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + REST,
    "image/webp": b"RIFF\x24\x02\x00\x00WEBPVP8 " + REST,
    "image/bmp": b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + REST,
    "image/tiff": b"II*\x00\x08\x00\x00\x00" + REST,
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + REST,
    "image/avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00" + REST,
    "video/mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + REST,
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  \x20\x05\x03\x00" + REST,
    "video/x-matroska": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01webm" + REST,
    "video/x-msvideo": b"RIFF\x24\x02\x00\x00AVI LIST" + REST,
    "application/zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + REST,
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + REST,
    "application/gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + REST,
}
OTHER_JPEGS = [b"\xff\xd8\xff" + bytes([marker]) + REST for marker in (0xDB, 0xE1, 0xE2, 0xEE, 0xFE)]

WRITINGS = {
    "base64": lambda data: base64.b64encode(data).decode(),
    "url-safe base64": lambda data: base64.urlsafe_b64encode(data).decode(),
    "base64 without padding": lambda data: base64.b64encode(data).decode().rstrip("="),
    "base64 in lines of 76": lambda data: base64.encodebytes(data).decode(),
    "base64 in lines of 4, windows": lambda data: "\r\n".join(
        textwrap.wrap(base64.b64encode(data).decode(), 4)
    ),
    "base64 in indented lines": lambda data: "\n    ".join(
        textwrap.wrap(base64.b64encode(data).decode(), 64)
    ),
    "base64 with spaces": lambda data: " ".join(textwrap.wrap(base64.b64encode(data).decode(), 10)),
    "base64 with escaped slashes": lambda data: base64.b64encode(data).decode().replace("/", "\\/"),
    "base64 of base64": lambda data: base64.b64encode(base64.b64encode(data)).decode(),
    "base64 in a sentence": lambda data: f"See attached: {base64.b64encode(data).decode()} as sent.",
    "base64 as an attribute": lambda data: f'<img alt="" content="{base64.b64encode(data).decode()}">',
    "data uri": lambda data: f"data:image/png;base64,{base64.b64encode(data).decode()}",
    "data uri of an unnamed type": lambda data: f"data:;base64,{base64.b64encode(data).decode()}",
    "hex": lambda data: data.hex(),
    "upper hex": lambda data: data.hex().upper(),
    "spaced hex": lambda data: data.hex(" "),
    "hex with colons": lambda data: data.hex(":"),
    "hex of a database": lambda data: "\\x" + data.hex(),
    "hex of c": lambda data: ", ".join(f"0x{byte:02x}" for byte in data),
    "hex escapes": lambda data: "".join(f"\\x{byte:02x}" for byte in data),
    "latin-1": lambda data: data.decode("latin-1"),
    "bytes": lambda data: data,
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_found_however_it_is_written(kind, writing):
    found = find_imagery({"narrative": WRITINGS[writing](PICTURES[kind])})
    assert [finding.path for finding in found] == ["narrative"]


@pytest.mark.parametrize(
    "writing", ["base64", "base64 in lines of 76", "url-safe base64", "hex", "spaced hex", "bytes"]
)
@pytest.mark.parametrize("kind", PICTURES)
def test_its_kind_and_the_hash_of_its_bytes_are_kept(kind, writing):
    data = PICTURES[kind]
    assert find_imagery(WRITINGS[writing](data), where="note") == [
        Found("note", kind, hashlib.sha256(data).hexdigest())
    ]


@pytest.mark.parametrize("data", OTHER_JPEGS)
def test_a_jpeg_may_begin_with_any_of_its_markers(data):
    assert find_imagery(base64.b64encode(data).decode())[0].kind == "image/jpeg"


def test_the_path_names_the_field_as_a_json_pointer_does():
    picture = base64.b64encode(PNG).decode()
    value = {"selectors": [{"value": picture}, {"value": "fine"}], "a/b~c": [[picture]], "narrative": "fine"}
    assert [found.path for found in find_imagery(value)] == ["selectors/0/value", "a~1b~0c/0/0"]
    assert find_imagery(value, where="line 3")[0].path == "line 3/selectors/0/value"


def test_a_picture_as_the_name_of_a_field_is_found_and_not_repeated():
    (found,) = find_imagery({"factors": {base64.b64encode(PNG).decode(): "yes"}})
    assert found.path == "factors/(the name of a field)"


def test_one_field_is_named_once():
    picture = base64.b64encode(PNG).decode()
    assert len(find_imagery([f"{picture}, {picture}"])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "data:image/svg+xml,%3Csvg%20xmlns='x'%3E%3C/svg%3E",
        "data:image/svg+xml;utf8,<svg></svg>",
        "Look: DATA:Video/MP4;codecs=avc1;base64,AAAAAAAAAAAAAAAA",
        "<img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'>",
        "data:application/octet-stream;base64,c29tZSBieXRlcyB0aGF0IGFyZSBub3QgdGV4dA==",
        "PNG after a bad reading: \ufffdPNG\r\n\x1a\n\x00\x00\x00\rIHDR and so on",
        "\ufffd\ufffd\ufffd\ufffd\x00\x10JFIF\x00\x01 and so on, and so on",
    ],
)
def test_these_are_pictures_too(text):
    assert find_imagery(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The account was seen again on Monday; the school has been told.",
        "Files of type GIF89a, PNG, JFIF, RIFF and %PDF-1.7 are never attached, nor data:image/png URIs.",
        "metadata:image/png,image/jpeg",
        "data: see the table; the rest, later",
        "data:text/plain;base64,"
        + base64.b64encode(b"A plain note that says nothing of interest. " * 9).decode(),
        "data:application/json;base64,"
        + base64.b64encode(b'{"note": "nothing of interest here at all"}').decode(),
        base64.b64encode("A long note, in words. Ünïcödé too. ".encode() * 200).decode(),
        base64.encodebytes(b"GIVEN names are not kept here. " * 50).decode(),
        "BM is how the town was written down by the person who rang the helpline",
        hashlib.sha512(b"x").hexdigest(),
        base64.b64encode(hashlib.sha256(b"x").digest()).decode(),
        "ffd8ff" + "0" * 26,  # an MD5 may begin like a picture
        "89504e47" + "a" * 32,  # and so may a SHA-1
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        str(uuid.UUID(int=0)),
        "https://forum.example/9j/attachments/view?file=iVBORw&size=1024",
        "2001:db8:0:0:0:ff00:42:8329 00:00:00:18:66:74",
        "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ],
)
def test_ordinary_text_is_left_in_peace(text):
    assert find_imagery(text) == []


def test_a_hundred_thousand_hashes_and_tokens_accuse_nobody():
    chance = random.Random(20)
    tokens = [chance.randbytes(chance.choice((16, 20, 32, 64))) for _ in range(50_000)]
    assert find_imagery([token.hex() for token in tokens]) == []
    assert find_imagery([base64.b64encode(token).decode() for token in tokens]) == []


def test_what_is_not_text_is_passed_over():
    assert find_imagery({"a": None, "b": 1, "c": True, "d": 1.5, 7: ["x", ()]}) == []


def test_nesting_deeper_than_the_stack_is_read():
    value = base64.b64encode(PNG).decode()
    for _ in range(50_000):
        value = [value]
    assert len(find_imagery(value)) == 1


HOSTILE = {
    "letters": "A" * 1_000_000,
    "spaces": "A " * 500_000,
    "png starts": "iVBORw0KGgo=" * 83_000,
    "jpeg starts": "/9j/" * 250_000,
    "jpeg starts apart": "/9j/4AAQ " * 110_000,
    "jpeg heads": "/9j/4AAQSkZJRgABAQAA= " * 45_000,
    "mp4 starts": "AAAAIGZ0eXA=" * 83_000,
    "data colons": "data:" * 200_000,
    "data types": "data:image/png;" * 66_000,
    "data semicolons": "data:a/b" + ";" * 1_000_000,
    "hex starts": "ffd8ff " * 140_000,
    "hex zeros": "00 " * 330_000,
    "hex bitmap starts": "424d0000000000000000," * 47_000,
    "backslashes": "\\x" * 500_000,
    "lines": "\n" * 1_000_000,
    "one letter a line": "a\n" * 500_000,
    "raw riff": "RIFF" * 250_000,
    "nuls": "\x00" * 1_000_000,
    "base64 of base64 of base64": base64.b64encode(
        base64.b64encode(base64.b64encode(b"text " * 80_000))
    ).decode(),
    "percents": "%2F%2B" * 160_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_hostile_text_is_read_in_time_that_grows_with_its_length(name):
    """Eight times the text may take about eight times as long; a quadratic pattern would take sixty-four."""
    text = HOSTILE[name]
    short = min(_seconds(text[: len(text) // 8]) for _ in range(2))
    assert _seconds(text) < 25 * short + 0.5


def _seconds(text: str) -> float:
    began = time.process_time()
    find_imagery(text)
    return time.process_time() - began


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80) | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(JSON)
def test_any_value_is_read_without_an_error(value):
    assert isinstance(find_imagery(value), list)


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(sorted(PICTURES)),
    st.sampled_from(["", "note: ", "a.b = ", "(", '{"x": "']),
    st.booleans(),
)
def test_a_picture_is_found_after_anything_that_ends_a_word(kind, before, in_lines):
    encoded = base64.encodebytes(PICTURES[kind] + os.urandom(40)).decode()
    assert find_imagery(before + (encoded if in_lines else encoded.replace("\n", "")))
