"""What does one line of what an agency can do say, and is a set of them well formed? Pure: nothing is read here.

A proposal keeps its lines as they are written here, and everything that reads one goes through `read`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from agencies import wording
from agencies.models import Capability
from ohsc.core import plain_text
from ohsc.core.words import Environment, Skill

MOST_LINES = 60
MOST_A_WEEK = 100_000
MOST_NAMED = 20  # languages, or powers, of one line
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
Key = tuple[str, str, str]


@dataclass(frozen=True)
class CapabilityLine:
    """What, where, in which languages, with which powers, when, and how much of it in a week."""

    environment: str
    skill: str
    jurisdiction: str
    languages: tuple[str, ...] = ()
    legal_powers: tuple[str, ...] = ()
    hours: str = ""
    weekly_capacity: int = 0

    @property
    def key(self) -> Key:
        """An agency says this once: everything else is said of it."""
        return (self.environment, self.skill, self.jurisdiction)

    @property
    def name(self) -> str:
        """ "Investigation, dark web, England"."""
        where = Environment(self.environment).label.lower()
        return f"{Skill(self.skill).label}, {where}, {wording.place(self.jurisdiction)}"

    @property
    def label(self) -> str:
        return str(Skill(self.skill).label)

    @property
    def place(self) -> str:
        return wording.place(self.jurisdiction)

    @property
    def spoken(self) -> list[str]:
        return [wording.language(code) for code in self.languages]

    def as_json(self) -> dict[str, Any]:
        return {
            "environment": self.environment,
            "skill": self.skill,
            "jurisdiction": self.jurisdiction,
            "languages": list(self.languages),
            "legal_powers": list(self.legal_powers),
            "hours": self.hours,
            "weekly_capacity": self.weekly_capacity,
        }


FIELDS = tuple(CapabilityLine.__dataclass_fields__)


class Problem(NamedTuple):
    """What is wrong with which field of which line, counted from nought; `line` None: with all of them."""

    line: int | None
    field: str
    sentence: str


@dataclass
class LinesRefused(Exception):
    """Some field is not well formed; every one that is not is named."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(
            problem.sentence if problem.line is None else f"Line {problem.line + 1}: {problem.sentence}"
            for problem in self.problems
        )


def of_row(row: Capability) -> CapabilityLine:
    """The line as it stands now."""
    return CapabilityLine(
        row.environment,
        row.skill,
        row.jurisdiction,
        tuple(row.languages),
        tuple(row.legal_powers),
        row.hours,
        row.weekly_capacity,
    )


def in_order(lines: Iterable[CapabilityLine]) -> list[CapabilityLine]:
    """By environment, skill and place, in the order in which they are shown everywhere."""
    environments, skills = list(Environment.values), list(Skill.values)
    return sorted(
        lines,
        key=lambda line: (environments.index(line.environment), skills.index(line.skill), line.place),
    )


def fingerprint(lines: Iterable[CapabilityLine]) -> str:
    """The same for the same lines: whoever decides says by it which lines they looked at."""
    return sha256(repr([line.as_json() for line in in_order(lines)]).encode()).hexdigest()[:16]


def read(written: object) -> list[CapabilityLine]:
    """The lines, in order. Raises LinesRefused, naming every field that is not well formed."""
    if not isinstance(written, Sequence) or isinstance(written, str | bytes):
        raise LinesRefused([Problem(None, "lines", "Give a list of lines.")])
    problems = [
        Problem(number, name, sentence)
        for number, line in enumerate(written)
        for name, sentence in _wrong_with(line)
    ]
    if len(written) > MOST_LINES:
        problems.append(Problem(None, "lines", f"Give {MOST_LINES} lines at most."))
    if problems:
        raise LinesRefused(problems)
    lines = [_line(each) for each in written]
    if twice := _said_twice(lines):
        raise LinesRefused(twice)
    return in_order(lines)


def _line(written: Mapping[str, Any]) -> CapabilityLine:
    values = dict(written)
    return CapabilityLine(
        **values | {"languages": tuple(values["languages"]), "legal_powers": tuple(values["legal_powers"])}
    )


def _said_twice(lines: Sequence[CapabilityLine]) -> list[Problem]:
    seen: set[Key] = set()
    found = []
    for number, line in enumerate(lines):
        if line.key in seen:
            found.append(Problem(number, "skill", f"{line.name} is said in another line. Say it once."))
        seen.add(line.key)
    return found


def _wrong_with(line: object) -> list[tuple[str, str]]:
    if not isinstance(line, Mapping):
        return [("line", "Give the fields of a line.")]
    unknown = [(str(name), f"There is no field {name}.") for name in line if name not in FIELDS]
    lacking = [(name, f"{name} is missing.") for name in FIELDS if name not in line]
    if unknown or lacking:
        return unknown + lacking
    checked = {
        "environment": _choice(line["environment"], Environment.values),
        "skill": _choice(line["skill"], Skill.values),
        "jurisdiction": _text(line["jurisdiction"], 40, "Say where, such as England.", needed=True),
        "languages": _named(line["languages"], _no_language),
        "legal_powers": _named(line["legal_powers"], _no_power),
        "hours": _text(line["hours"], 120, "Give the hours as text."),
        "weekly_capacity": _weekly(line["weekly_capacity"]),
    }
    return [(name, sentence) for name, sentence in checked.items() if sentence]


def _choice(value: object, known: Sequence[str]) -> str:
    return "" if value in known else f"Choose one of {', '.join(known)}."


def _text(value: object, most: int, sentence: str, *, needed: bool = False) -> str:
    if not isinstance(value, str) or (needed and not value.strip()):
        return sentence
    if len(value) > most:
        return f"Shorten this to {most} characters."
    return plain_text.why_not(value) or ""


def _named(value: object, why_not: Any) -> str:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        return "Give a list of texts."
    if len(value) > MOST_NAMED:
        return f"Name {MOST_NAMED} at most."
    if len(set(value)) < len(value):
        return "Name each once."
    return next((sentence for each in value if (sentence := why_not(each))), "")


def _no_language(code: str) -> str:
    return "" if _LANGUAGE.fullmatch(code) else f"“{code[:40]}” is no language known here."


def _no_power(power: str) -> str:
    return _text(power, 120, "A power has a name.", needed=True)


def _weekly(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_A_WEEK:
        return f"Give a whole number from 0 to {MOST_A_WEEK:,}."
    return ""
