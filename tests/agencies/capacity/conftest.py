"""The police can investigate in England, 20 points a week; Pat administers them, and Ida the helpline."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from agencies import actions
from agencies.access import visible_capabilities
from notifications import tasks
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD

INVESTIGATION = {
    "environment": "surface_web",
    "skill": "investigation",
    "jurisdiction": "England",
    "languages": "English, Polish",
    "legal_powers": "Search warrants",
    "hours": "Every day, 24 hours",
    "weekly_capacity": "20",
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


@pytest.fixture
def keepers(cast):
    """Pat and Ida, and the line of the police on record."""
    how = {"by": CLOCK, "at": timezone.now()}
    with acting_as(CLOCK):
        actions.add_capability(
            agency=cast.police,
            environment="surface_web",
            skill="investigation",
            jurisdiction="GB-ENG",
            languages=["en", "pl"],
            legal_powers=["Search warrants"],
            hours="Every day, 24 hours",
            weekly_capacity=20,
            **how,
        )
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
def on_record(cast):
    """`on_record(agency)`: its lines as they stand, each as skill, place and points."""

    def lines(agency):
        with acting_as(CLOCK):
            rows = visible_capabilities(CLOCK).filter(agency=agency)
            return sorted((row.skill, row.jurisdiction, row.weekly_capacity) for row in rows)

    return lines


@pytest.fixture
def send(cast):
    """`send(pat, line, line, …, why="…")`: the form of all lines is sent, and the page that follows is read."""

    def send(person, *lines, why="", more=False):
        data = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 1, "why": why}
        for number, line in enumerate(lines):
            data |= {f"lines-{number}-{name}": value for name, value in line.items()}
        if more:
            data["more"] = "1"
        return read(cast.browser(person).post("/capabilities/lines", data, follow=True))

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
