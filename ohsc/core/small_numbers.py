"""Which counts of a table may leave, so that no small one can be read or worked out?

A count from 1 to 4 may be a child somebody knows: it is shown as "fewer than 5". As a row gives its total, it could be
worked out from the rest, so the next smallest count of the row is withheld too, and the next, until each small one
could be any of 1, 2, 3 or 4 even for a reader who knows this rule. Where none is left to withhold, the total is given
as "at least". The total of a column in which anything is hidden is given as "at least" at once: so a row is safe by
itself, and the whole with it. A row of fewer than 5 in all shows nothing but that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5
SMALL, WITHHELD = f"fewer than {FEWEST}", "withheld"
_APART = FEWEST - 2  # from 1 to 4


@dataclass(frozen=True)
class Suppressed:
    """The table as it may be shown: texts, in the same places."""

    rows: list[list[str]]
    totals: list[str]  # of the rows
    columns: list[str]  # totals of the columns
    total: str


def suppressed(table: Sequence[Sequence[int]]) -> Suppressed:
    """The rows, all of one length, with their totals and those of the columns, as they may be shown."""
    shown = [suppressed_row(counts) for counts in table]
    rows, totals = [cells for cells, _ in shown], [total for _, total in shown]
    return Suppressed(rows, totals, [_sum(column) for column in zip(*rows, strict=True)], _sum(totals))


def suppressed_row(counts: Sequence[int]) -> tuple[list[str], str]:
    """The counts of a row, and their total, as they may be shown."""
    if 0 < sum(counts) < FEWEST:
        return [WITHHELD] * len(counts), SMALL
    hidden = {place for place, count in enumerate(counts) if 0 < count < FEWEST}
    while hidden and _narrows(counts, hidden):
        left = [place for place, count in enumerate(counts) if count and place not in hidden]
        if not left:
            cells = [_shown(count, place in hidden) for place, count in enumerate(counts)]
            return cells, _sum(cells)
        hidden.add(min(left, key=lambda place: (counts[place], place)))
    return [_shown(count, place in hidden) for place, count in enumerate(counts)], str(sum(counts))


def _narrows(counts: Sequence[int], hidden: set[int]) -> bool:
    """Does the total say more of a hidden count than that it is hidden? The reader knows what the shown ones leave of
    it, that a small one is 1 to 4, and that a withheld one is 5 or more and no more than any that is shown."""
    left = sum(counts[place] for place in hidden)
    shown = [count for place, count in enumerate(counts) if count and place not in hidden]
    at_most = min(shown, default=left)
    bounds = [(1, FEWEST - 1) if counts[place] < FEWEST else (FEWEST, at_most) for place in hidden]
    least, most = sum(low for low, _ in bounds), sum(high for _, high in bounds)
    return any(min(high, left - least + low) - max(low, left - most + high) < _APART for low, high in bounds)


def _shown(count: int, is_hidden: bool) -> str:
    return str(count) if not is_hidden else SMALL if count < FEWEST else WITHHELD


def _sum(cells: Sequence[str]) -> str:
    """The sum of what is shown: nothing else of the rest but that a small one is at least 1."""
    known = sum(int(cell.removeprefix("at least ")) for cell in cells if cell not in (SMALL, WITHHELD))
    is_exact = all(cell.isdigit() for cell in cells)
    return str(known) if is_exact else f"at least {known + sum(cell == SMALL for cell in cells)}"
