"""What does the OpenAPI document say of all operations together, for those who read nothing else?"""

from typing import Any

from django.conf import settings

from ohsc.core.limits import KINDS

DESCRIPTION = """\
Partners' systems send referrals, read what their agency may see, take steps and hear of changes.

- Get a token at `POST /oauth/token` with `grant_type=client_credentials`, and send it as `Authorization: Bearer …`. \
It lasts an hour.
- JSON in UTF-8, times in RFC 3339, no trailing slashes. What is sent is taken literally: an unknown field is refused. \
What is answered may have new fields and new codes any day: pass over what you do not know.
- A refusal is `application/problem+json` and names every field to correct. Refusals are judged in this order: 401, \
429, 404 for an unknown address, 405, 415 and 413, 403, 400, 404, 412, 409.
- Every answer has an `X-Request-ID`: name it when you ask about one.
- An address that is to go says so in `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a `Link`, \
and is marked `deprecated` here.

Limits for each client in a minute: {limits}. Beyond, 429 with `Retry-After`; the limit is kept to within one \
hundredth for each of our processes, and a refused request changes nothing.
"""


def said_of_all(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Fill in the description, and take out the generator's own notes."""
    limits = ", ".join(f"{limit:,} {KINDS[kind]}" for kind, limit in settings.LIMITS.items())
    result["info"]["description"] = DESCRIPTION.format(limits=limits)
    result["x-limits"] = {kind: {"requests": limit, "seconds": 60} for kind, limit in settings.LIMITS.items()}
    _without_notes(result)
    return result


def _without_notes(part: Any) -> None:
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _without_notes(inner)
