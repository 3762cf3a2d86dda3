"""An agency proposes, the Centre decides, both are told, and nobody else sees it."""

import re

import pytest
from django.utils import timezone

from agencies import actions
from agencies.access import visible_capability_proposals
from agencies.actions import CapabilitiesRefused
from agencies.actions.capabilities import lines_of
from agencies.lines import fingerprint
from agencies.models import Capability, CapabilityProposal
from audit.access import visible_events
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.agencies.capacity.conftest import INVESTIGATION, KEPT, TRIAGE, mark_on, read
from tests.together import at_once

DECIDED = "This was decided before. Nothing was changed."
NOWHERE = "/capabilities/proposals/00000000-0000-4000-8000-000000000000"
AS_IT_WAS = [("investigation", "GB-ENG", 20)]


@pytest.fixture
def proposed(send, keepers):
    """Pat proposes to triage in Scotland and to take thirty investigations. The path of the proposal's page."""
    return path_on(
        send(keepers.pat, INVESTIGATION | {"weekly_capacity": "30"}, TRIAGE, why="A desk in Glasgow.")
    )


def path_on(page: str) -> str:
    return re.search(r'href="(/capabilities/proposals/[0-9a-f-]+)"', page).group(1)


def mark_seen(cast, person, path) -> str:
    """Of the lines that the page shows now."""
    return mark_on(read(cast.browser(person).get(path)))


def decide(cast, person, path, how, note="", seen=None) -> str:
    """As the page has it, with the mark of the lines that were looked at; the page that follows."""
    data = {"note": note, "seen": mark_seen(cast, person, path) if seen is None else seen}
    return read(cast.browser(person).post(f"{path}/{how}", data, follow=True))


def test_the_centre_reads_what_would_change_beside_what_stands(proposed, cast):
    waiting = read(cast.browser(cast.cora).get("/capabilities/proposals"))
    assert "Northshire Police" in waiting
    assert "A desk in Glasgow." in waiting
    page = read(cast.browser(cast.cora).get(proposed))
    changes = page.split("What would change</h2>")[1].split("Decide</h2>")[0]
    assert "Investigation, surface web, England" in changes
    assert changes.index("20 points a week") < changes.index("30 points a week")
    assert "Triage and assessment, dark web, Scotland" in changes
    assert "A desk in Glasgow." in page


@pytest.mark.parametrize("who", ["cora", "sol"])
def test_approved_the_lines_are_those_and_a_line_that_stays_keeps_its_id(
    proposed, cast, who, on_record, line_id
):
    before = line_id()
    page = decide(cast, getattr(cast, who), proposed, "approve")
    assert "It is so from now on, and the agency is told." in page
    assert on_record(cast.police) == [("investigation", "GB-ENG", 30), ("triage", "GB-SCT", 5)]
    assert line_id() == before


def test_approving_takes_away_what_was_not_in_the_proposal(send, keepers, cast, on_record):
    path = path_on(send(keepers.pat, TRIAGE, why="We investigate no more."))
    decide(cast, cast.sol, path, "approve")
    assert on_record(cast.police) == [("triage", "GB-SCT", 5)]


def test_refused_nothing_changes_and_the_agency_reads_why(proposed, cast, keepers, on_record):
    decide(cast, cast.cora, proposed, "refuse", note="Glasgow is not yours to cover.")
    assert on_record(cast.police) == AS_IT_WAS
    assert "Glasgow is not yours to cover." in read(cast.browser(keepers.pat).get("/capabilities"))


def test_a_refusal_says_why(proposed, cast):
    assert "Say in a sentence why" in decide(cast, cast.cora, proposed, "refuse")
    assert "Waits for the Centre" in read(cast.browser(cast.cora).get(proposed))


def test_the_centre_looks_again_at_what_changed_while_it_looked(proposed, send, keepers, cast, on_record):
    seen = mark_seen(cast, cast.cora, proposed)
    send(keepers.pat, INVESTIGATION | {"weekly_capacity": "3"})
    page = decide(cast, cast.cora, proposed, "approve", note="Welcome.", seen=seen)
    assert "Northshire Police changed what it can do since you looked. Look at it again." in page
    assert "3 points a week" in page
    assert "Welcome." in page
    assert on_record(cast.police) == [("investigation", "GB-ENG", 3)]
    decide(cast, cast.cora, proposed, "approve", seen=mark_on(page))
    assert on_record(cast.police) == [("investigation", "GB-ENG", 30), ("triage", "GB-SCT", 5)]


def test_withdrawn_it_cannot_be_approved_any_more(proposed, cast, keepers, on_record):
    seen = mark_seen(cast, cast.cora, proposed)
    page = read(cast.browser(keepers.pat).post(f"{proposed}/withdraw", follow=True))
    assert "The proposal is withdrawn." in page
    assert DECIDED in decide(cast, cast.cora, proposed, "approve", seen=seen)
    assert on_record(cast.police) == AS_IT_WAS


def test_what_was_decided_is_not_decided_again(proposed, cast, on_record):
    decide(cast, cast.cora, proposed, "approve")
    assert DECIDED in decide(cast, cast.sol, proposed, "refuse", note="No.", seen="")
    assert len(on_record(cast.police)) == 2


def test_after_one_was_decided_another_may_be_proposed(proposed, send, cast, keepers):
    decide(cast, cast.cora, proposed, "refuse", note="Not yet.")
    page = send(keepers.pat, INVESTIGATION, TRIAGE, why="The desk is there now.")
    assert "Your proposal waits for the Centre." in page


@pytest.mark.parametrize("who", ["anil", "ada", "otis", "ben", "bea"])
def test_only_who_leads_at_the_centre_decides(proposed, cast, who):
    for how in ("approve", "refuse"):
        answer = cast.browser(getattr(cast, who)).post(f"{proposed}/{how}", {"note": "So.", "seen": ""})
        assert answer.status_code == 403
    assert "Waits for the Centre" in read(cast.browser(cast.cora).get(proposed))


def test_another_agency_is_not_told_that_there_is_one_and_ends_none(proposed, cast, keepers):
    browser = cast.browser(keepers.ida)
    theirs, absent = browser.get(proposed), browser.get(NOWHERE)
    assert (theirs.status_code, theirs.content) == (404, absent.content)
    assert browser.post(f"{proposed}/withdraw").status_code == 404
    assert browser.get("/capabilities/proposals").status_code == 403
    assert "Waits for the Centre" in read(cast.browser(cast.cora).get(proposed))


def test_the_database_alone_keeps_a_proposal_from_another_agency(proposed, cast, keepers):
    with acting_as(cast.actor(keepers.ida)):
        assert not CapabilityProposal.objects.exists()
        assert not Capability.objects.exists()
    with acting_as(cast.actor(cast.ben)):
        assert CapabilityProposal.objects.count() == 1


def test_those_who_decide_are_told_of_a_proposal_and_the_agency_of_the_decision(
    proposed, cast, keepers, inbox
):
    decide(cast, cast.sol, proposed, "approve")
    proposes = "Northshire Police proposes to change what it can do"
    ours = "The Centre approved what you proposed to be able to do"
    approved = "What Northshire Police proposed to be able to do was approved"
    told = {
        person.name: {said for said in (proposes, ours, approved) if said in inbox(person)}
        for person in (cast.cora, cast.sol, cast.anil, cast.ada, keepers.pat, keepers.ida, cast.bea)
    }
    assert told == {
        "Cora Lindqvist": {proposes, approved},
        "Sol Okafor": {proposes},  # who decides is not told of it
        "Anil Mehta": set(),
        "Ada Novak": set(),
        "Pat Ellison": {ours},
        "Ida Solberg": set(),
        "Bea Dunmore": set(),
    }


def test_the_log_says_who_did_what_and_keeps_no_figure_of_capacity(proposed, cast):
    decide(cast, cast.cora, proposed, "approve")
    otis = cast.actor(cast.otis)
    with acting_as(otis):
        events = visible_events(otis).filter(subject_type="capability_proposal")
        told = {event.action: (event.actor_id, event.details) for event in events}
    assert told["capability.proposed"][1] == {"added": 1, "changed": 1}
    assert told["capability.proposal_approved"] == (cast.cora.pk, {"added": 1, "changed": 1})
    assert "capability.proposal_opened" in told


# At the same moment.


@pytest.fixture
def centres_own(committed_cast):
    """Ada proposes for the Centre itself; afterwards the Centre can do nothing again."""
    ada = committed_cast.actor(committed_cast.ada)
    with acting_as(ada):
        seen = fingerprint(lines_of(ada.home_id, ada))
        _, proposal = actions.change_capabilities([KEPT], "Begun.", seen, by=ada, at=timezone.now())
    yield proposal
    with acting_as(CLOCK), writing():
        Capability.objects.filter(agency=committed_cast.centre).delete()


def test_of_two_who_approve_at_once_one_does(committed_cast, centres_own, on_record):
    def approves(person):
        actor = committed_cast.actor(person)

        def approve():
            with acting_as(actor):
                seen = fingerprint(lines_of(centres_own.agency_id, actor))
                return actions.approve_proposal(centres_own.pk, "", seen, by=actor, at=timezone.now())

        return approve

    outcomes = at_once(approves(committed_cast.cora), approves(committed_cast.sol))
    refused = [one for one in outcomes if isinstance(one, CapabilitiesRefused)]
    assert len(refused) == 1, outcomes
    assert on_record(committed_cast.centre) == AS_IT_WAS
    with acting_as(CLOCK):
        assert visible_capability_proposals(CLOCK).get(pk=centres_own.pk).verdict == "approved"
