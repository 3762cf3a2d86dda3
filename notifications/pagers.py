"""How is a person reached who looks at no screen? A pluggable channel: SMS, a pager, a telephone that rings.

Whoever runs OHSC writes a class with the one method below and names it by its dotted path in OHSC_PAGER; there is none
until then. It is called by a worker, one call at a time, and again until it answers that the call was accepted. What it
is given is a reference and a link, never content; it must not send anything else.

`call_id` is the same each time the same call is tried: a worker may be killed after the pager heard it and before that
was noted. A pager that can, tells its provider this id, so that nobody is paged twice.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Callee:
    """A person, or the desk of an agency. `phone` is the desk's, the only number OHSC knows."""

    name: str
    agency: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Answer:
    """Did whoever carries the call take it over? `reason` is kept for the log where it did not."""

    accepted: bool
    reason: str = ""


class Pager(Protocol):
    """What OHSC_PAGER names: a class without arguments, with this method."""

    def page(self, call_id: UUID, to: Callee, *, reference: str, link: str, at: datetime) -> Answer:
        """Hand the call over, within a few seconds. An exception counts as one that was not accepted."""
        ...


class FilePager:
    """An example, and what the tests use: one line of JSON for each call, at the end of OHSC_PAGER_FILE."""

    def page(self, call_id: UUID, to: Callee, *, reference: str, link: str, at: datetime) -> Answer:
        said = {
            "id": str(call_id),
            "to": to.email or to.phone,
            "reference": reference,
            "link": link,
            "at": at.isoformat(),
        }
        with Path(settings.PAGER_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")
        return Answer(accepted=True)


def the_pager() -> Pager | None:
    """The channel that this installation has; None where it has none."""
    return _made(settings.PAGER) if settings.PAGER else None


@cache
def _made(path: str) -> Pager:
    return import_string(path)()
