"""How is a body read off the wire: of which type, how long at most, and with which parser?"""

from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from ohsc.core import strict_json
from ohsc.core.problems import Problem


class JsonBody(BaseParser):
    """Names the type for the documentation too; `ohsc.core.api` reads the body itself, within its limit."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        return strict_json.parse(stream.read())


class NdjsonBody(BaseParser):
    """JSON objects, one a line. Names the type for the documentation; the view reads the lines itself."""

    media_type = "application/x-ndjson"


def type_of(request: HttpRequest) -> str:
    """The type of the body; "(compressed)" or "(another charset)" where it is none we read."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        return "(compressed)"
    name, _, _ = request.META.get("CONTENT_TYPE", "").partition(";")
    charset = (request.content_params or {}).get("charset", "utf-8")
    if name.strip().lower() == "application/json" and charset.strip('"').lower() not in ("utf-8", "utf8"):
        return "(another charset)"
    return name.strip().lower()


def read(request: HttpRequest, limit: int) -> bytes:
    """The whole body, or 413 as soon as it is known to be over the limit.

    Django reads no further than Content-Length, and a chunked body has none: where the server ends the stream
    itself, it is read from there.
    """
    said = int(request.META.get("CONTENT_LENGTH") or 0)
    if said > limit:
        raise _too_large(limit)
    stream = request
    if request.META.get("wsgi.input_terminated") and not request.META.get("CONTENT_LENGTH"):
        stream = request.META["wsgi.input"]
    found = bytearray()
    try:
        while part := stream.read(min(65_536, limit + 1 - len(found))):
            found += part
    except Exception:  # whatever the server raises for a body that breaks off or is chunked wrongly
        raise _broken_off() from None
    if len(found) > limit:
        raise _too_large(limit)
    if len(found) < said:
        raise _broken_off()
    return bytes(found)


def _broken_off() -> Problem:
    return Problem(400, "invalid-request", "The body is shorter than was said, or broke off.")


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"The body is larger than {limit // 1024 // 1024} MB.")
