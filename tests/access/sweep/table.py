"""What was agreed, by hand: which need each address has (`routes.csv`), and whom each need serves (`who_may.csv`).

Neither is made from the code: where the code says otherwise, one of the two is wrong, and somebody must say which.
A need may be followed by `centre`, for the Centre's people alone; or by `hidden`: to others there is no such page.
`public account` is open, and asks to sign in itself.
"""

import csv
from functools import cache
from pathlib import Path

METHODS = ("GET", "POST", "DELETE")
HERE = Path(__file__).parent


@cache
def routes() -> dict[str, dict[str, str]]:
    """By the address's name: the need of each method it answers."""
    return {
        row["route"]: {method: row[method] for method in METHODS if row[method]}
        for row in _rows("routes.csv")
    }


@cache
def who_may() -> dict[str, frozenset[str]]:
    """By the need: the roles, or the scopes of a token, that are served."""
    return {row["need"]: frozenset(row["served"].split()) for row in _rows("who_may.csv")}


def serves(need: str, role: str, *, centre: bool) -> bool:
    word, _, alone = need.partition(" ")
    return word == "public" or (role in who_may()[word] and (centre or alone != "centre"))


def declared(need: str) -> str:
    """The need as the code has it: what a view does of its own accord stands in the table only."""
    return need.removesuffix(" hidden").removesuffix(" account")


def is_hidden(need: str, *, centre: bool) -> bool:
    return need.endswith(" hidden") and not centre


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as lines:
        return list(csv.DictReader(lines))
