"""How is a partner's system told that an address will go? In every answer, long before, where a program can read it.

An address that is to go declares `deprecated = Deprecation(…)`; nothing else is needed. The answers then carry
`Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to what to use instead, and the OpenAPI document says so too.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.http import http_date


@dataclass(frozen=True)
class Deprecation:
    """Since when an address should not be used, when it will stop answering, and where it says what to use instead."""

    since: datetime
    sunset: datetime
    link: str

    def __post_init__(self):
        if self.sunset <= self.since:
            raise ValueError("An address is deprecated before it goes.")

    def announce(self, response: HttpResponse) -> None:
        """Say so in this answer's headers, beside the links it has already."""
        response["Deprecation"] = f"@{int(self.since.timestamp())}"
        response["Sunset"] = http_date(self.sunset.timestamp())
        links = [response["Link"]] if response.has_header("Link") else []
        response["Link"] = ", ".join([*links, f'<{self.link}>; rel="deprecation"; type="text/html"'])
