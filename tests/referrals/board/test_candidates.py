"""Who can take a referral: the order, and the words."""

from django.utils import timezone

from agencies import actions as agencies
from agencies.models import Agency
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.board import agency_loads
from referrals.candidates import candidates
from referrals.record import referral_of


def able(cast, agency, skill="investigation", place="GB-ENG", weekly=5):
    """What it can do; and its desk is open whenever this is run, a bank holiday's week like any other."""
    with acting_as(CLOCK), writing():
        Agency.objects.filter(pk=agency.pk).update(desk_hours="Every day, 24 hours", calendar="")
        agencies.add_capability(
            by=CLOCK,
            at=timezone.now(),
            agency=agency,
            environment="surface_web",
            skill=skill,
            jurisdiction=place,
            weekly_capacity=weekly,
        )


def ranked(cast, referral):
    actor = cast.actor(cast.cora)
    with acting_as(actor):
        found = referral_of(referral.pk, actor)
        at = timezone.now()
        return candidates(found, agency_loads(actor, at=at), actor, at=at)


def names(found):
    return [candidate.load.agency.name for candidate in found if not candidate.blocker]


def test_whoever_covers_the_place_comes_first_and_the_words_say_so(cast):
    able(cast, cast.eastmoor)
    able(cast, cast.police, place="GB-SCT")
    found = ranked(cast, cast.referral("triaged", jurisdiction="GB-ENG"))
    assert names(found) == ["Eastmoor Police", "Northshire Police"]
    assert found[0].reasons == (
        "Covers surface web investigation in GB-ENG.",
        "Has room for 5 more points this week.",
        "Its desk is open now.",
    )
    assert found[1].cautions == ("Works on the surface web in GB-SCT; this is in GB-ENG.",)


def test_whoever_declined_comes_after_and_its_reason_is_repeated(cast):
    able(cast, cast.police)
    referral = cast.referral("offered")
    cast.step("decline", referral, cast.ben, reason_code="no_capacity")
    found = ranked(cast, referral)
    assert names(found) == ["Eastmoor Police", "Northshire Police"]
    assert found[1].cautions[0].startswith("Declined this on ")
    assert found[1].cautions[0].endswith(": no capacity.")


def test_whoever_is_full_comes_after_and_can_still_be_offered(cast):
    able(cast, cast.police, weekly=1)
    able(cast, cast.eastmoor, weekly=1)
    cast.referral("accepted")
    found = ranked(cast, cast.referral("triaged"))
    assert names(found) == ["Eastmoor Police", "Northshire Police"]
    assert "Is full: 1 of 1 points this week." in found[1].cautions


def test_whom_the_source_asks_for_is_said(cast):
    found = ranked(cast, cast.referral("triaged", to_agency=cast.police))
    assert names(found)[0] == "Northshire Police"
    assert "Lumen Social asks for it to go there." in found[0].reasons


def test_the_blocked_stand_last_each_with_its_reason(cast):
    found = ranked(cast, cast.referral("triaged"))
    assert [bool(candidate.blocker) for candidate in found] == [False, False, True, True]
    assert all(candidate.agreement is None or not candidate.blocker for candidate in found)
