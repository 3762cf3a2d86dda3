"""My work: what I hold, what we were offered, what we have that is late, what we were answered."""

from datetime import timedelta

from django.utils import timezone

from audit.models import Event
from ohsc.core.acting import acting_as
from referrals.actions import take


def taken(cast, referral, person):
    actor = cast.actor(person)
    with acting_as(actor):
        take(referral.pk, by=actor, at=timezone.now())
    return referral


def page_of(cast, person):
    return cast.browser(person).get("/work").content.decode()


def test_what_i_hold_is_mine_alone(cast):
    held = taken(cast, cast.referral("accepted"), cast.ben)
    assert held.reference in page_of(cast, cast.ben).split("On my desk")[1]
    assert held.reference not in page_of(cast, cast.bea)


def test_what_we_were_offered_leaves_the_list_when_somebody_takes_it(cast):
    offered = cast.referral("offered")
    assert offered.reference in page_of(cast, cast.bea).split("Offered to us")[1]
    assert f"/referrals/{offered.pk}/take" in page_of(cast, cast.bea)
    taken(cast, offered, cast.ben)
    assert offered.reference not in page_of(cast, cast.bea)


def test_what_we_have_and_is_late_is_there_for_everyone_of_us(cast):
    late = cast.referral("accepted", at=timezone.now() - timedelta(days=8))
    in_time = cast.referral("accepted")
    page = page_of(cast, cast.bea)
    assert late.reference in page.split("In our custody")[1]
    assert in_time.reference not in page


def test_the_source_reads_what_became_of_what_it_sent(cast):
    concluded = cast.referral("concluded")
    page = page_of(cast, cast.asha)
    assert concluded.reference in page
    assert "Child safeguarded" in page
    assert "Held with the family." not in page  # the concluding agency kept the detail


def test_nothing_of_others_is_there(cast):
    for status in ("triaged", "offered", "accepted", "concluded"):
        cast.referral(status)
    assert "/referrals/" not in page_of(cast, cast.cleo).replace("/referrals/new", "")


def test_an_auditor_sees_that_there_is_nothing_to_act_on(cast):
    page = page_of(cast, cast.otis)
    assert "There is nothing to act on" in page
    late = cast.referral("triaged", at=timezone.now() - timedelta(days=8))
    page = page_of(cast, cast.otis)
    assert late.reference in page
    assert "/take" not in page


def test_the_looking_is_recorded_once(cast):
    offered = cast.referral("offered")
    page_of(cast, cast.ben)
    with acting_as(cast.actor(cast.ben)):
        [event] = Event.objects.filter(action="work.opened")
    assert event.subject_ids == [offered.pk]


def test_statements_stay_few(cast, django_assert_max_num_queries):
    for status in ("offered", "accepted", "accepted", "concluded"):
        cast.referral(status)
    taken(cast, cast.referral("accepted"), cast.ben)
    browser = cast.browser(cast.ben)
    with django_assert_max_num_queries(20):
        browser.get("/work")
