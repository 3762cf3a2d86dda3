"""The map of docs/security.md leads to tests that exist: a row that names none says so, in words."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAP = (ROOT / "docs" / "security.md").read_text()
NODE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
# Section: the rows it must have, by number.
SECTIONS = {
    "Classes of attack seen elsewhere": {str(number) for number in range(1, 41)},
    "Classes from the survey of peers": {f"A{number}" for number in range(1, 22)},
    "Demands of the standards": {str(number) for number in range(1, 59)},
    "What must be true at the end": {str(number) for number in range(1, 7)},
    "What must be true of orchestration": {str(number) for number in range(1, 18)},
}
NOT_HELD = ("open: ", "not applicable: ")


def rows(section: str) -> dict[str, str]:
    """The rows of a section's table by their number, as they stand."""
    body = MAP.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in body.splitlines() if line.startswith("| ")]
    return {line.split("|")[1].strip(): line for line in lines if line.split("|")[1].strip()}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_class_and_demand_has_its_row(section):
    assert set(rows(section)) == SECTIONS[section]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_row_names_a_test_or_says_what_is_open(section):
    silent = [
        number
        for number, line in rows(section).items()
        if not NODE.search(line) and not any(word in line for word in NOT_HELD)
    ]
    assert silent == []


def test_every_test_that_is_named_exists():
    missing = [
        f"{path}::{name}"
        for path, name in NODE.findall(MAP)
        if not (ROOT / path).exists() or name not in names_in(path)
    ]
    assert missing == []


def test_nothing_that_looks_like_a_test_is_written_so_that_it_would_not_be_checked():
    assert re.findall(r"`test_\w+`", MAP) == []
    assert MAP.count("::test_") == len(NODE.findall(MAP))
