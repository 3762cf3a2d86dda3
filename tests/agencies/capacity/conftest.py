"""The police investigate on the surface web in England, 20 points a week; Pat administers them, Ida the helpline."""

import re
from types import SimpleNamespace

import pytest
from django.utils import timezone

from agencies import actions
from agencies.access import visible_capabilities
from notifications import tasks
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD

LINES = "/capabilities/lines"
# As a browser sends a line, and as it is kept.
INVESTIGATION = {
    "environment": "surface_web",
    "skill": "investigation",
    "jurisdiction": "England",
    "languages": "English, Polish",
    "legal_powers": "Search warrants",
    "hours": "Every day, 24 hours",
    "weekly_capacity": "20",
}
KEPT = INVESTIGATION | {
    "jurisdiction": "GB-ENG",
    "languages": ["en", "pl"],
    "legal_powers": ["Search warrants"],
    "weekly_capacity": 20,
}
TRIAGE = {
    "environment": "dark_web",
    "skill": "triage",
    "jurisdiction": "Scotland",
    "languages": "",
    "legal_powers": "",
    "hours": "",
    "weekly_capacity": "5",
}
BLANK = dict.fromkeys(TRIAGE, "")


@pytest.fixture
def keepers(cast):
    """Pat and Ida, and the line of the police on record."""
    how = {"by": CLOCK, "at": timezone.now()}
    with acting_as(CLOCK):
        actions.add_capability(agency=cast.police, **KEPT, **how)
        pat, ida = (
            actions.add_person(
                f"{name.split()[0].lower()}@{agency.slug}.example",
                agency=agency,
                password=PASSWORD,
                name=name,
                role="administrator",
                **how,
            )
            for name, agency in (("Pat Ellison", cast.police), ("Ida Solberg", cast.harbour))
        )
    return SimpleNamespace(pat=pat, ida=ida)


@pytest.fixture
def on_record():
    """`on_record(agency)`: its lines as they stand, each as skill, place and points."""

    def lines(agency):
        with acting_as(CLOCK):
            rows = visible_capabilities(CLOCK).filter(agency=agency)
            return sorted((row.skill, row.jurisdiction, row.weekly_capacity) for row in rows)

    return lines


@pytest.fixture
def line_id(cast):
    """`line_id()`: the id of the line of the police."""

    def found():
        with acting_as(CLOCK):
            return visible_capabilities(CLOCK).get(agency=cast.police, skill="investigation").pk

    return found


@pytest.fixture
def opened(cast):
    """`opened(pat)`: the mark of the lines on the form as it is opened now."""
    return lambda person: mark_on(read(cast.browser(person).get(LINES)))


@pytest.fixture
def send(cast, opened):
    """`send(pat, line, line, …, why="…")`: the form of all lines is sent, and the page that follows is read.

    `seen` is the mark on a form that was opened before; without it, it is opened now.
    """

    def send(person, *lines, why="", seen=None, **more):
        data = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 1, "why": why, **more}
        data["seen"] = opened(person) if seen is None else seen
        for number, line in enumerate(lines):
            data |= {f"lines-{number}-{name}": value for name, value in line.items()}
        return read(cast.browser(person).post(LINES, data, follow=True))

    return send


@pytest.fixture
def inbox(cast):
    """`inbox(person)`: what the person reads there, once the worker has been."""

    def inbox(person):
        tasks.sweep()
        return read(cast.browser(person).get("/inbox"))

    return inbox


def read(answer) -> str:
    """The page's text, with its spaces evened out."""
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


def mark_on(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page).group(1)
