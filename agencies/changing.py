"""What may an agency change at once of what it can do, and what waits until the Centre approves? Said here, once.

**At once**: taking less in a week, and other hours, of lines that stand; besides those, its weights, its planned
absences, its calendar of bank holidays, and its desk. Whoever can do less today must be able to say so today.

**Waits for the Centre**: everything by which more would be sent there or somebody be relied on: more in a week, a new
line (a skill, a place), a line taken away (somebody must see what nobody does then), other languages and other legal
powers. A set of changes of which one waits, waits as a whole.

Pure: nothing is read here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from agencies.lines import CapabilityLine, in_order

LABELS = {
    "languages": "languages",
    "legal_powers": "legal powers",
    "hours": "hours",
    "weekly_capacity": "a week",
}


@dataclass(frozen=True)
class Change:
    """One line that would be added (`before` is None), removed (`after` is None) or be another."""

    before: CapabilityLine | None
    after: CapabilityLine | None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def line(self) -> CapabilityLine:
        """The line, to name it by."""
        return self.after or self.before  # type: ignore[return-value]

    @property
    def fields(self) -> list[str]:
        """The names of what would be another in a line that stays."""
        if self.before is None or self.after is None:
            return []
        return [name for name in LABELS if getattr(self.before, name) != getattr(self.after, name)]

    @property
    def is_at_once(self) -> bool:
        """May the agency make it without the Centre?"""
        if self.before is None or self.after is None or set(self.fields) - {"hours", "weekly_capacity"}:
            return False
        return self.after.weekly_capacity <= self.before.weekly_capacity


def changes(before: Iterable[CapabilityLine], after: Iterable[CapabilityLine]) -> list[Change]:
    """What would be another, in the order of lines; nothing of what stays as it is."""
    old, new = ({line.key: line for line in lines} for lines in (before, after))
    found = [Change(old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)]
    order = {line.key: number for number, line in enumerate(in_order(change.line for change in found))}
    return sorted(found, key=lambda change: order[change.line.key])


def are_at_once(found: Iterable[Change]) -> bool:
    """May the agency make all of these without the Centre?"""
    return all(change.is_at_once for change in found)
