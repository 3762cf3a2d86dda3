"""Which changes of what it can do does an agency make itself, and which wait for the Centre?"""

from dataclasses import replace

import pytest
from django.utils import timezone

from agencies.access import visible_capabilities
from agencies.actions import CapabilitiesRefused, change_capabilities
from agencies.changing import are_at_once, changes
from agencies.lines import CapabilityLine, LinesRefused, read
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.agencies.capacity.conftest import INVESTIGATION, TRIAGE

TODAY = CapabilityLine("surface_web", "investigation", "GB-ENG", ("en",), ("Search warrants",), "Always", 20)
OTHER = CapabilityLine("dark_web", "triage", "GB", ("en",), (), "Always", 5)


def but(**other) -> CapabilityLine:
    return replace(TODAY, **other)


@pytest.mark.parametrize(
    ("after", "holds"),
    [
        pytest.param([but(weekly_capacity=19)], True, id="less in a week"),
        pytest.param([but(weekly_capacity=0)], True, id="nothing in a week"),
        pytest.param([but(hours="Office hours")], True, id="other hours"),
        pytest.param([but(weekly_capacity=21)], False, id="more in a week"),
        pytest.param([but(skill="triage")], False, id="another skill"),
        pytest.param([but(jurisdiction="GB-WLS")], False, id="another place"),
        pytest.param([but(environment="dark_web")], False, id="another environment"),
        pytest.param([but(languages=("en", "pl"))], False, id="one language more"),
        pytest.param([but(languages=())], False, id="one language fewer"),
        pytest.param([but(legal_powers=())], False, id="one power fewer"),
        pytest.param([], False, id="a line taken away"),
        pytest.param([TODAY, OTHER], False, id="a line more"),
        pytest.param([but(weekly_capacity=10), OTHER], False, id="less of one line, and a line more"),
    ],
)
def test_less_capacity_and_other_hours_hold_at_once_and_everything_else_waits(after, holds):
    found = changes([TODAY], after)
    assert found
    assert are_at_once(found) is holds


def test_taking_less_is_on_record_the_moment_it_is_said(send, keepers, cast, on_record):
    assert "It is so from now on." in send(keepers.pat, INVESTIGATION | {"weekly_capacity": "12"})
    assert on_record(cast.police) == [("investigation", "GB-ENG", 12)]


def test_a_line_that_is_lowered_stays_the_same_line(send, keepers, cast):
    def id_of():
        with acting_as(CLOCK):
            return visible_capabilities(CLOCK).get(agency=cast.police).pk

    before = id_of()
    send(keepers.pat, INVESTIGATION | {"weekly_capacity": "12"})
    assert id_of() == before


def test_asking_for_more_changes_nothing_until_the_centre_decides(send, keepers, cast, on_record):
    said = send(keepers.pat, INVESTIGATION | {"weekly_capacity": "30"}, why="Two more detectives.")
    assert "Your proposal waits for the Centre." in said
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]


def test_a_proposal_says_why(send, keepers, cast, on_record):
    assert "Say in a sentence why" in send(keepers.pat, INVESTIGATION, TRIAGE)
    assert "Waits for the Centre" not in read_own(cast, keepers.pat)


def test_an_agency_has_one_proposal_at_a_time(send, keepers, cast):
    send(keepers.pat, INVESTIGATION, TRIAGE, why="A new desk.")
    again = send(keepers.pat, INVESTIGATION | {"weekly_capacity": "40"}, why="Another.")
    assert "A proposal waits for the Centre already." in again


def test_it_can_still_take_less_while_a_proposal_waits(send, keepers, cast, on_record):
    send(keepers.pat, INVESTIGATION, TRIAGE, why="A new desk.")
    send(keepers.pat, INVESTIGATION | {"weekly_capacity": "3"})
    assert on_record(cast.police) == [("investigation", "GB-ENG", 3)]


def test_the_form_sent_as_it_was_changes_nothing(send, keepers, cast, on_record):
    assert "Nothing was changed." in send(keepers.pat, INVESTIGATION)
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]


def test_who_works_without_a_script_gets_more_lines_and_keeps_what_was_typed(send, keepers):
    page = send(keepers.pat, INVESTIGATION, TRIAGE | {"hours": "Typed and not sent"}, more=True)
    assert "Typed and not sent" in page
    assert "Line 4" in page  # two that were filled in, and two to fill in
    assert "Line 5" not in page
    blank = dict.fromkeys(TRIAGE, "")
    assert "Line 5" in send(keepers.pat, INVESTIGATION, TRIAGE, blank, more=True)


def test_every_field_that_is_wrong_is_named_with_its_line(send, keepers):
    page = send(
        keepers.pat, INVESTIGATION | {"languages": "Gobbledygook"}, TRIAGE | {"weekly_capacity": "-1"}
    )
    assert "Line 1: “Gobbledygook” is no language known here." in page
    assert "Line 2: " in page


def test_the_same_line_is_said_once(send, keepers):
    page = send(keepers.pat, INVESTIGATION, INVESTIGATION | {"weekly_capacity": "7"}, why="Twice.")
    assert "Investigation, surface web, England is said in another line. Say it once." in page


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("lines", id="a text"),
        pytest.param([{"skill": "triage"}], id="fields missing"),
        pytest.param([TODAY.as_json() | {"colour": "red"}], id="a field that is not known"),
        pytest.param([TODAY.as_json() | {"weekly_capacity": True}], id="a truth for a number"),
        pytest.param([TODAY.as_json() | {"legal_powers": ["Warrants", "Warrants"]}], id="a power twice"),
    ],
)
def test_what_is_no_line_is_refused(written):
    with pytest.raises(LinesRefused):
        read(written)


def test_nobody_writes_for_another_agency(keepers, cast, on_record):
    """The administrator of the helpline says what the helpline can do, whatever the police have on record."""
    ida = cast.actor(keepers.ida)
    with acting_as(ida), pytest.raises(CapabilitiesRefused):
        change_capabilities([OTHER.as_json()], "", by=ida, at=timezone.now())
    with acting_as(ida):
        change_capabilities([OTHER.as_json()], "A start.", by=ida, at=timezone.now())
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]


def read_own(cast, person) -> str:
    return cast.browser(person).get("/capabilities").content.decode()
