"""What has a document been read into, before anything is kept?

A `Draft` has the fields of the REST create body (`body()` gives it), so an import is checked and stored exactly
as a POST is. Beside them stand what a person must know: raw wire values, what is missing, what was left out.
"""

from dataclasses import dataclass, field
from typing import Any

_BODY = (
    "environment", "harm_type", "summary", "narrative", "occurred_at", "external_ref", "source_priority",
    "escalate_reason", "jurisdiction", "factors", "selectors", "handling", "declaration",
)  # fmt: skip


@dataclass(frozen=True)
class Skipped:
    """Something in the document that was not taken: where it stands, and why."""

    path: str
    why: str


@dataclass
class Draft:
    """One referral to be. What could not be told stays unset: nothing is invented."""

    environment: str | None = None
    harm_type: str | None = None
    summary: str = ""
    narrative: str = ""
    occurred_at: str | None = None
    external_ref: str | None = None
    source_priority: str | None = None
    escalate_reason: str = ""
    jurisdiction: str | None = None
    factors: dict[str, str] = field(default_factory=dict)
    selectors: list[dict[str, Any]] = field(default_factory=list)
    handling: dict[str, str] = field(default_factory=dict)
    declaration: Any = None

    wire: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)  # not wanted, or left in the document on purpose
    refused: list[Skipped] = field(default_factory=list)  # wanted, and could not be read

    def body(self) -> dict[str, Any]:
        """The create body, without what is unset."""
        return {name: value for name in _BODY if (value := getattr(self, name)) not in (None, "", [], {})}


@dataclass
class Reading:
    """A document read: a draft for each report in it, and what belonged to none of them."""

    drafts: list[Draft] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
