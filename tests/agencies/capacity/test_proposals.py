"""An agency proposes, the Centre decides, and both are told."""

import re

import pytest

from agencies.access import visible_capabilities
from audit.access import visible_events
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.agencies.capacity.conftest import INVESTIGATION, TRIAGE, read

NOTHING_LEFT = "This was decided before. Nothing was changed."


@pytest.fixture
def proposed(send, keepers):
    """Pat proposes to triage in Scotland and to take thirty investigations. The path of the proposal's page."""
    page = send(keepers.pat, INVESTIGATION | {"weekly_capacity": "30"}, TRIAGE, why="A desk in Glasgow.")
    return re.search(r'href="(/capabilities/proposals/[0-9a-f-]+)"', page).group(1)


def decide(cast, person, path, how, note="", seen=None):
    """As the page has it, with the mark of the lines that were looked at."""
    browser = cast.browser(person)
    if seen is None:
        seen = re.search(r'name="seen" value="(\w+)"', read(browser.get(path))).group(1)
    return browser.post(f"{path}/{how}", {"note": note, "seen": seen}, follow=True)


def test_the_centre_reads_what_would_change_beside_what_stands(proposed, cast):
    assert "Northshire Police" in read(cast.browser(cast.cora).get("/capabilities/proposals"))
    page = read(cast.browser(cast.cora).get(proposed))
    changes = page.split("What would change</h2>")[1].split("Decide</h2>")[0]
    assert "Investigation, surface web, England" in changes
    assert changes.index("20 points a week") < changes.index("30 points a week")
    assert "Triage and assessment, dark web, Scotland" in changes
    assert "A desk in Glasgow." in page


def test_approved_the_lines_are_those_and_a_line_that_stays_keeps_its_id(proposed, cast, on_record):
    def id_of():
        with acting_as(CLOCK):
            return visible_capabilities(CLOCK).get(agency=cast.police, skill="investigation").pk

    before = id_of()
    assert decide(cast, cast.cora, proposed, "approve").status_code == 200
    assert on_record(cast.police) == [("investigation", "GB-ENG", 30), ("triage", "GB-SCT", 5)]
    assert id_of() == before


def test_approving_takes_away_what_was_not_in_the_proposal(send, keepers, cast, on_record):
    page = send(keepers.pat, TRIAGE, why="We investigate no more.")
    path = re.search(r'href="(/capabilities/proposals/[0-9a-f-]+)"', page).group(1)
    decide(cast, cast.sol, path, "approve")
    assert on_record(cast.police) == [("triage", "GB-SCT", 5)]


def test_refused_nothing_changes_and_the_agency_reads_why(proposed, cast, keepers, on_record):
    decide(cast, cast.cora, proposed, "refuse", note="Glasgow is not yours to cover.")
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]
    assert "Glasgow is not yours to cover." in read(cast.browser(keepers.pat).get("/capabilities"))


def test_a_refusal_says_why(proposed, cast):
    assert "Say in a sentence why" in read(decide(cast, cast.cora, proposed, "refuse"))
    assert "Waits for the Centre" in read(cast.browser(cast.cora).get(proposed))


def test_the_centre_looks_again_at_what_changed_while_it_looked(proposed, send, keepers, cast, on_record):
    seen = re.search(r'name="seen" value="(\w+)"', read(cast.browser(cast.cora).get(proposed))).group(1)
    send(keepers.pat, INVESTIGATION | {"weekly_capacity": "3"})
    said = read(decide(cast, cast.cora, proposed, "approve", seen=seen))
    assert "Northshire Police changed what it can do since you looked. Look at it again." in said
    assert on_record(cast.police) == [("investigation", "GB-ENG", 3)]


def test_withdrawn_it_cannot_be_approved_any_more(proposed, cast, keepers, on_record):
    seen = re.search(r'name="seen" value="(\w+)"', read(cast.browser(cast.cora).get(proposed))).group(1)
    page = read(cast.browser(keepers.pat).post(f"{proposed}/withdraw", follow=True))
    assert "The proposal is withdrawn." in page
    assert NOTHING_LEFT in read(decide(cast, cast.cora, proposed, "approve", seen=seen))
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]


def test_after_one_was_decided_another_may_be_proposed(proposed, send, cast, keepers):
    decide(cast, cast.cora, proposed, "refuse", note="Not yet.")
    said = send(keepers.pat, INVESTIGATION, TRIAGE, why="The desk is there now.")
    assert "Your proposal waits for the Centre." in said


@pytest.mark.parametrize("who", ["anil", "ada", "otis"])
def test_only_who_leads_at_the_centre_decides(proposed, cast, who):
    for how in ("approve", "refuse"):
        answer = cast.browser(getattr(cast, who)).post(f"{proposed}/{how}", {"note": "So.", "seen": ""})
        assert answer.status_code == 403


def test_another_agency_is_not_told_that_there_is_one(proposed, cast, keepers):
    there = cast.browser(keepers.ida).get(proposed)
    absent = cast.browser(keepers.ida).get("/capabilities/proposals/00000000-0000-4000-8000-000000000000")
    assert there.status_code == absent.status_code == 404


def test_those_who_decide_are_told_of_a_proposal_and_the_agency_of_the_decision(
    proposed, cast, keepers, inbox
):
    assert "Northshire Police proposes to change what it can do" in inbox(cast.cora)
    assert "proposes to change" not in inbox(cast.anil)
    decide(cast, cast.sol, proposed, "approve")
    assert "The Centre approved what you proposed to be able to do" in inbox(keepers.pat)
    assert "What Northshire Police proposed to be able to do was approved" in inbox(cast.cora)
    assert "proposed to be able to do" not in inbox(keepers.ida)


def test_the_log_says_who_did_what_and_keeps_no_figure_of_capacity(proposed, cast):
    decide(cast, cast.cora, proposed, "approve")
    otis = cast.actor(cast.otis)
    with acting_as(otis):
        events = visible_events(otis).filter(subject_type="capability_proposal")
        told = {event.action: (event.actor_id, event.details) for event in events}
    assert told["capability.proposed"][1] == {"added": 1, "changed": 1}
    assert told["capability.proposal_approved"] == (cast.cora.pk, {"added": 1, "changed": 1})
