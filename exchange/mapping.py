"""How is it shown what becomes of a format's values? As tables, made from those that the code itself reads by."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """One table of a mapping: what stands on the wire first, what becomes of it after."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    about: str = ""
