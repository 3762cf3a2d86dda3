"""What has been gathered from one CyberTipline report so far, and how does a value become part of the draft?

Values are checked as they come: a selector by its normal form, a time by its zone. What cannot be read is
named with the reason, and the report goes on without it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element

from cases.selectors import PLATFORM_LIMIT, SelectorRefused, normalise
from exchange.drafts import Draft, Skipped

NARRATIVE_LIMIT = 20_000
SELECTOR_LIMIT = 500
ESCALATE_REASON_LIMIT = 3_000

CHILD_KEPT_APART = (
    "an identifier of a child: selectors are matched across agencies, so it stands in the narrative"
)


@dataclass(frozen=True)
class Whose:
    """Whose details these are: the words for it, the service, whether this is the child, when a file was seen."""

    label: str
    platform: str = ""
    is_child: bool = False
    seen_at: str | None = None


@dataclass
class Gathered:
    """One report on its way to being a draft."""

    draft: Draft = field(default_factory=Draft)
    platform: str = ""
    lines: list[str] = field(default_factory=list)
    incidents: set[str] = field(default_factory=set)
    annotations: set[str] = field(default_factory=set)
    files: list[set[str]] = field(default_factory=list)
    ages: list[int] = field(default_factory=list)
    births: list[date] = field(default_factory=list)
    victims: int = 0
    countries: dict[bool, str] = field(default_factory=dict)  # of the child?  country
    times_without_zone: bool = False

    def skip(self, path: str, why: str) -> None:
        self.draft.skipped.append(Skipped(path, why))

    def refuse(self, path: str, why: str) -> None:
        self.draft.refused.append(Skipped(path, why))

    def say(self, label: str, text: str) -> None:
        """A line of the narrative."""
        if text:
            self.lines.append(f"{label}: {text}")

    def answer(self, factor: str, answer: str) -> None:
        self.draft.factors[factor] = answer

    def identifier(
        self,
        kind: str,
        value: str,
        path: str,
        whose: Whose,
        *,
        seen_at: str | None = None,
        port: int | None = None,
    ) -> None:
        """A selector; or, of a child, a line of the narrative."""
        if not value:
            return
        platform = whose.platform if kind in ("account", "other") else ""
        if whose.is_child:
            where = f" on {platform}" if platform else ""
            when = f", port {port}" * bool(port) + f", seen {seen_at}" * bool(seen_at)
            self.say(whose.label, f"{kind} {value}{where}{when}")
            self.skip(path, CHILD_KEPT_APART)
            return
        self._selector(kind, value, path, platform, seen_at, port)

    def _selector(
        self, kind: str, value: str, path: str, platform: str, seen_at: str | None, port: int | None
    ) -> None:
        try:
            normal = normalise(kind, value, platform=platform[:PLATFORM_LIMIT])
        except SelectorRefused as refusal:
            self.refuse(path, str(refusal))
            return
        selector = {
            "kind": normal.kind,
            "value": normal.value,
            "platform": normal.platform,
            "seen_at": seen_at,
            "port": port,
        }
        selector = {name: part for name, part in selector.items() if part not in (None, "")}
        if selector in self.draft.selectors:
            return
        if len(self.draft.selectors) >= SELECTOR_LIMIT:
            self.skip(path, f"more than {SELECTOR_LIMIT} selectors: the rest are in the document as received")
            return
        self.draft.selectors.append(selector)

    def time(self, text: str, path: str) -> str | None:
        """UTC, RFC 3339. A time without a zone is read as UTC, and the draft says so."""
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                self.times_without_zone = True
                moment = moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        except (ValueError, OverflowError):
            self.refuse(path, "this is not a date and time such as 2026-01-15T14:30:00Z")
            return None

    def whole_number(self, text: str, path: str, highest: int) -> int | None:
        """A number from 0 to the highest that makes sense here."""
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= highest:
            return int(text)
        self.refuse(path, f"this is not a whole number up to {highest}")
        return None

    def day(self, text: str, path: str) -> date | None:
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            self.refuse(path, "this is not a date such as 2012-01-31")
            return None

    def country(self, text: str, whose: Whose) -> None:
        """Two letters, as sent; the reported person's counts before the child's."""
        if len(text) == 2 and text.isascii() and text.isalpha():
            self.countries.setdefault(whose.is_child, text.upper())


def text_of(element: Element | None) -> str:
    """The element's own text, blanks at the ends dropped."""
    return (element.text or "").strip() if element is not None else ""


def is_true(element: Element) -> bool:
    return text_of(element).lower() in ("true", "1")
