"""An administrator writes all lines in one form: what is held at once, what waits, and what of it nobody loses."""

import pytest
from django.utils import timezone

from agencies import actions
from agencies.access import visible_capability_proposals
from agencies.actions import ChangedMeanwhile, change_capabilities
from agencies.actions.capabilities import lines_of
from agencies.lines import fingerprint
from agencies.models import Capability
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.agencies.capacity.conftest import BLANK, INVESTIGATION, KEPT, TRIAGE, mark_on
from tests.together import at_once

CHANGED = "What your agency can do was changed since you opened this page."


def less(points: int) -> dict:
    return INVESTIGATION | {"weekly_capacity": str(points)}


def waits(agency):
    with acting_as(CLOCK):
        return visible_capability_proposals(CLOCK).filter(agency=agency, verdict="").first()


# At once, or proposed.


def test_less_and_other_hours_are_on_record_the_moment_they_are_said(send, keepers, cast, on_record, line_id):
    before = line_id()
    page = send(keepers.pat, less(12) | {"hours": "Monday to Friday, 09:00 to 17:00"})
    assert "It is so from now on." in page
    assert on_record(cast.police) == [("investigation", "GB-ENG", 12)]
    assert line_id() == before
    assert waits(cast.police) is None


def test_asking_for_more_changes_nothing_until_the_centre_decides(send, keepers, cast, on_record):
    page = send(keepers.pat, less(30), TRIAGE, why="Two more detectives.")
    assert "Your proposal waits for the Centre." in page
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]
    assert [line["weekly_capacity"] for line in waits(cast.police).lines] == [5, 30]


def test_a_line_is_taken_away_by_its_tick_and_that_waits(send, keepers, cast, on_record):
    send(keepers.pat, INVESTIGATION | {"DELETE": "on"}, why="We stop.")
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]
    assert waits(cast.police).lines == []


def test_a_proposal_says_why(send, keepers, cast):
    assert "Say in a sentence why" in send(keepers.pat, INVESTIGATION, TRIAGE, why=" ")
    assert waits(cast.police) is None


def test_an_agency_has_one_proposal_at_a_time_and_takes_less_beside_it(send, keepers, cast, on_record):
    send(keepers.pat, INVESTIGATION, TRIAGE, why="A new desk.")
    again = send(keepers.pat, less(40), why="Another.")
    assert "A proposal waits for the Centre already." in again
    send(keepers.pat, less(3))
    assert on_record(cast.police) == [("investigation", "GB-ENG", 3)]


def test_the_form_sent_as_it_was_changes_nothing(send, keepers, cast, on_record):
    assert "Nothing was changed." in send(keepers.pat, INVESTIGATION, BLANK)
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]


# What is wrong is named, and what was typed stays.


def test_every_field_that_is_wrong_is_named_with_its_line(send, keepers, cast, on_record):
    wrong = TRIAGE | {"languages": "Welsh, Gobbledygook", "skill": ""}
    page = send(keepers.pat, less("many"), wrong, why="A new desk.")
    assert "Line 1: Enter the points a week as a whole number" in page
    assert "Line 2: Choose the skill" in page
    assert "Line 2: “Gobbledygook” is no language known here." in page
    assert 'value="Welsh, Gobbledygook"' in page
    assert "A new desk." in page
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]


def test_the_same_line_is_said_once(send, keepers):
    page = send(keepers.pat, INVESTIGATION, less(7), why="Twice.")
    assert "Investigation, surface web, England is said in another line. Say it once." in page


def test_who_works_without_a_script_gets_more_lines_and_keeps_what_was_typed(send, keepers):
    typed = TRIAGE | {"hours": "Typed and not sent"}
    page = send(keepers.pat, INVESTIGATION, typed, why="A new desk.", more="1")
    assert "Typed and not sent" in page
    assert "A new desk." in page
    assert "There is a problem" not in page
    assert "Line 4" in page  # two that were filled in, and two to fill in
    assert "Line 5" not in page
    assert "Line 5" in send(keepers.pat, INVESTIGATION, TRIAGE, BLANK, more="1")


# Two who write at once.


def test_what_a_colleague_changed_meanwhile_is_not_taken_back_unseen(send, opened, keepers, cast, on_record):
    seen = opened(keepers.pat)
    send(keepers.pat, less(12))
    page = send(keepers.pat, less(15), why="Typed before.", seen=seen)
    assert CHANGED in page
    assert on_record(cast.police) == [("investigation", "GB-ENG", 12)]
    would = page.split("What sending this would change now</h2>")[1].split("<form")[0]
    assert would.index("12 points a week") < would.index("15 points a week")
    assert 'value="15"' in page
    assert "Typed before." in page
    again = send(keepers.pat, less(15), why="Typed before.", seen=mark_on(page))
    assert "Your proposal waits for the Centre." in again


def test_a_form_opened_before_there_were_more_lines_says_that_and_nothing_else(send, opened, keepers, cast):
    seen = opened(keepers.pat)
    with acting_as(CLOCK):
        actions.add_capability(
            agency=cast.police, by=CLOCK, at=timezone.now(), **KEPT | {"skill": "takedown"}
        )
    page = send(keepers.pat, less(12), BLANK, BLANK, seen=seen)
    assert CHANGED in page
    assert "Line 2: " not in page
    assert "Removal of content, surface web, England" in page  # which sending would take away


def test_asking_for_more_lines_does_not_make_an_old_form_new(send, opened, keepers, cast, on_record):
    seen = opened(keepers.pat)
    send(keepers.pat, less(12))
    page = send(keepers.pat, less(15), seen=seen, more="1")
    assert CHANGED in send(keepers.pat, less(15), seen=mark_on(page))
    assert on_record(cast.police) == [("investigation", "GB-ENG", 12)]


def test_sent_twice_it_is_done_once(send, opened, keepers, cast, on_record):
    seen = opened(keepers.pat)
    send(keepers.pat, less(12), seen=seen)
    assert "Nothing was changed." in send(keepers.pat, less(12), seen=seen)
    assert on_record(cast.police) == [("investigation", "GB-ENG", 12)]


@pytest.fixture
def centres_own(committed_cast):
    """The Centre's own line, for a moment."""
    with acting_as(CLOCK):
        actions.add_capability(agency=committed_cast.centre, by=CLOCK, at=timezone.now(), **KEPT)
    yield
    with acting_as(CLOCK), writing():
        Capability.objects.filter(agency=committed_cast.centre).delete()


def test_of_two_who_send_at_the_same_moment_one_looks_again(committed_cast, centres_own, on_record):
    ada = committed_cast.actor(committed_cast.ada)
    with acting_as(ada):
        seen = fingerprint(lines_of(ada.home_id, ada))

    def lowers(points):
        def lower():
            with acting_as(ada):
                lines = [KEPT | {"weekly_capacity": points}]
                return change_capabilities(lines, "", seen, by=ada, at=timezone.now())

        return lower

    outcomes = at_once(lowers(12), lowers(11))
    assert [type(one) for one in outcomes].count(ChangedMeanwhile) == 1, outcomes
    assert on_record(committed_cast.centre)[0][2] in (11, 12)


def test_nobody_writes_for_another_agency(send, keepers, cast, on_record):
    """The helpline says what the helpline can do, whatever the police have on record."""
    send(keepers.ida, BLANK, TRIAGE, why="A start.", **{"lines-INITIAL_FORMS": "0"})
    assert waits(cast.harbour) is not None
    assert waits(cast.police) is None
    assert on_record(cast.police) == [("investigation", "GB-ENG", 20)]
