"""A case is its owner's, and those agencies' it was shared with for as long as it is shared."""

from datetime import UTC, datetime

import pytest

from audit.access import visible_events
from cases.access import visible_cases
from cases.actions import NoAgreement, open_case, share, stop_sharing
from cases.models import Case, CaseGroupObjectPermission
from ohsc.core.acting import acting_as

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def case(cast):
    """Ben's force owns it."""
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        return open_case("An invented operation", by=ben, at=NOW)


def do(cast, verb, case, agency, who):
    actor = cast.actor(who)
    with acting_as(actor):
        verb(case.pk, with_agency=agency, by=actor, at=NOW)


def sees(cast, who) -> bool:
    actor = cast.actor(who)
    with acting_as(actor):
        return visible_cases(actor).exists()


def test_a_case_is_seen_by_its_owner_and_the_centre_alone(cast, case):
    assert {name: sees(cast, getattr(cast, name)) for name in ("ben", "bea", "cora", "dev", "cleo")} == {
        "ben": True,
        "bea": True,
        "cora": True,
        "dev": False,
        "cleo": False,
    }


def test_sharing_shows_it_to_one_agency_and_no_other(cast, case):
    do(cast, share, case, cast.eastmoor, cast.ben)
    assert sees(cast, cast.dev)
    assert not sees(cast, cast.cleo)


def test_sharing_twice_is_sharing_once(cast, case):
    do(cast, share, case, cast.eastmoor, cast.ben)
    do(cast, share, case, cast.eastmoor, cast.ben)
    with acting_as(cast.actor(cast.dev)):
        assert CaseGroupObjectPermission.objects.count() == 1


def test_a_share_taken_back_ends_at_once(cast, case):
    do(cast, share, case, cast.eastmoor, cast.ben)
    do(cast, stop_sharing, case, cast.eastmoor, cast.ben)
    assert not sees(cast, cast.dev)


def test_the_centre_may_share_a_case_that_another_owns(cast, case):
    do(cast, share, case, cast.eastmoor, cast.cora)
    assert sees(cast, cast.dev)


@pytest.mark.parametrize("verb", [share, stop_sharing])
def test_who_was_shown_a_case_cannot_show_it_on(cast, case, verb):
    do(cast, share, case, cast.eastmoor, cast.ben)
    with pytest.raises(Case.DoesNotExist):
        do(cast, verb, case, cast.harbour, cast.dev)


def test_an_outsider_cannot_tell_a_hidden_case_from_a_missing_one(cast, case):
    for who in (cast.cleo, cast.asha):
        with pytest.raises(Case.DoesNotExist):
            do(cast, share, case, cast.harbour, who)


def test_each_share_is_a_disclosure_that_names_the_recipient(cast, case):
    do(cast, share, case, cast.eastmoor, cast.ben)
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        events = [(event.kind, event.action, event.recipient_ids) for event in visible_events(ben)]
    assert sorted(events) == [
        ("collection", "case.opened", []),
        ("disclosure", "case.shared", [cast.eastmoor.pk]),
    ]


# A case is shown under an agreement of its owner's, or not at all.


@pytest.mark.parametrize(
    ("agency", "environments", "sentence"),
    [
        ("eastmoor", [], ""),
        ("eastmoor", ["surface_web"], ""),
        ("eastmoor", ["surface_web", "dark_web"], "Agreement SA-FORCES does not cover dark web."),
        ("harbour", ["surface_web"], "There is no sharing agreement with Harbour Helpline."),
        ("lumen", [], "There is no sharing agreement with Lumen Social."),
    ],
)
@pytest.mark.parametrize("who", ["ben", "cora"])
def test_a_case_is_shown_only_where_the_owner_agreed_to_it(cast, case, who, agency, environments, sentence):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        how = {"with_agency": getattr(cast, agency), "environments": environments, "by": actor, "at": NOW}
        if sentence:
            with pytest.raises(NoAgreement) as refused:
                share(case.pk, **how)
            assert str(refused.value) == sentence
            assert CaseGroupObjectPermission.objects.count() == 0
        else:
            share(case.pk, **how)


def test_a_grant_names_the_agreement_it_rests_on(cast, case):
    do(cast, share, case, cast.eastmoor, cast.ben)
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        [event] = visible_events(ben).filter(action="case.shared")
    assert event.purpose == "SA-FORCES: Common law: a policing purpose"
