"""Is there a way to look at a referral that leaves no event? A refused press shows the record too."""

import pytest
from django.urls import reverse

from audit.access import visible_events
from ohsc.core.acting import acting_as

SHOWN = {"HX-Request": "true"}


def looks(cast, who, referral) -> list[tuple[str, bool]]:
    """What the audit says of this agency's looks at the referral, newest first."""
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        events = [event for event in visible_events(actor) if referral.pk in event.subject_ids]
    return [(event.action, event.details.get("shown") == "record") for event in events]


def press(cast, who, referral, route, *step, **given):
    address = reverse(f"referral-{route}", args=[referral.pk, *step])
    return cast.browser(getattr(cast, who)).post(address, given, headers=SHOWN)


@pytest.mark.parametrize(
    ("route", "given"),
    [("put-down", {}), ("hand-over", {"to_person": "nobody"}), ("hand-over", {})],
)
def test_a_refused_change_of_hands_shows_the_record_and_says_so(cast, route, given):
    referral = cast.referral("triaged")
    answer = press(cast, "anil", referral, route, **given)
    assert answer.status_code == 200
    assert referral.summary in answer.content.decode()
    assert looks(cast, "anil", referral)[0] == ("referral.opened", False)


@pytest.mark.parametrize("route", ["take", "put-down", "hand-over"])
def test_whose_role_does_not_act_is_shown_nothing_and_the_asking_is_recorded(cast, route):
    referral = cast.referral("triaged")
    answer = press(cast, "otis", referral, route)
    assert answer.status_code == 403
    assert referral.summary not in answer.content.decode()
    assert looks(cast, "otis", referral)[0] == ("request.refused", False)


def test_asking_for_another_row_of_a_form_is_a_look(cast):
    referral = cast.referral("accepted")
    answer = press(cast, "ben", referral, "step", "conclude", more="1")
    assert answer.status_code == 200
    assert referral.summary in answer.content.decode()
    assert looks(cast, "ben", referral)[0] == ("referral.opened", False)


@pytest.mark.parametrize(("who", "step", "status"), [("anil", "triage", 422), ("anil", "accept", 409)])
def test_a_refused_step_that_shows_the_record_says_so(cast, who, step, status):
    referral = cast.referral("received")
    given = {"version": "1"} if status == 409 else {}
    answer = press(cast, who, referral, "step", step, **given)
    assert answer.status_code == status
    assert referral.summary in answer.content.decode()
    assert looks(cast, who, referral)[0] == ("request.refused", True)
