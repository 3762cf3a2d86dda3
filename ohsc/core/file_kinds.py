"""What kind of file do these bytes begin as?

Only kinds that are, or can carry, a picture or a video are named: images, videos, archives, PDF.
Audio, office text and programs are somebody else's question.
"""

import struct

# Bytes at the very start that nothing else begins with.
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\x00\x00\x00\x0cJXL ", "image/jxl"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"OggS\x00", "video/ogg"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"%PDF-", "application/pdf"),
)

# The second thing an ISO media file says (after "ftyp") is its brand.
_IMAGE_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
}
_BOX_STARTS = {b"moov": "video/quicktime", b"mdat": "video/quicktime", b"wide": "video/quicktime"}
_RIFF_FORMS = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BMP_HEADER_SIZES = {12, 40, 52, 56, 64, 108, 124}

HEAD = 32  # bytes that are enough to tell every kind but SVG


def file_kind(data: bytes) -> str | None:
    """The media type of the picture, video, archive or PDF these bytes begin, or None."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    return (
        _jpeg(data)
        or _iso_media(data)
        or _riff(data)
        or _tiff(data)
        or _bmp(data)
        or _gzip(data)
        or _svg(data)
    )


def _jpeg(data: bytes) -> str | None:
    """FF D8 FF and then a marker that may follow the start: three bytes alone are too few to accuse anyone."""
    if not data.startswith(b"\xff\xd8\xff") or len(data) < 4:
        return None
    marker = data[3]
    return "image/jpeg" if 0xC0 <= marker <= 0xCF or 0xDA <= marker <= 0xEF or marker == 0xFE else None


def _iso_media(data: bytes) -> str | None:
    """MP4, MOV, HEIC, AVIF: a box of a plausible size called ftyp, or the boxes older films begin with."""
    if len(data) < 12:
        return None
    box = data[4:8]
    if box == b"ftyp" and data[:2] == b"\x00\x00":
        return _IMAGE_BRANDS.get(data[8:12], "video/mp4")
    return _BOX_STARTS.get(box) if data[:1] == b"\x00" else None


def _riff(data: bytes) -> str | None:
    return _RIFF_FORMS.get(data[8:12]) if data.startswith(b"RIFF") else None


def _tiff(data: bytes) -> str | None:
    return "image/tiff" if data[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+") else None


def _bmp(data: bytes) -> str | None:
    """Two letters are common in text, so the reserved zeros and the size of the header must agree."""
    if not data.startswith(b"BM") or len(data) < 18:
        return None
    reserved, pixels_at, header_size = struct.unpack("<III", data[6:18])
    return "image/bmp" if not reserved and pixels_at >= 26 and header_size in _BMP_HEADER_SIZES else None


def _gzip(data: bytes) -> str | None:
    return (
        "application/gzip" if data.startswith(b"\x1f\x8b\x08") and len(data) > 3 and data[3] < 0x20 else None
    )


def _svg(data: bytes) -> str | None:
    head = data[:512].lstrip().lower()
    return (
        "image/svg+xml"
        if head.startswith(b"<svg") or (head.startswith(b"<?xml") and b"<svg" in head)
        else None
    )
