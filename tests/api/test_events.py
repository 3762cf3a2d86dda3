"""The events feed: everything that happened to what an agency may see, in the order of commits, none skipped."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.access import visible_events
from notifications.actions import spread_waiting, tell
from notifications.models import Delivery, FeedEvent, InboxItem
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.api.calls import faults
from tests.together import Running, until_someone_waits_for_a_lock

EVENTS = "/api/v1/events"


def spread():
    spread_waiting(at=timezone.now())


def read(system, cursor: str = "", **query) -> dict:
    answer = system.get(EVENTS, query | ({"cursor": cursor} if cursor else {}))
    assert answer.status_code == 200, answer.content
    return answer.json()


def types(body: dict) -> list[str]:
    return [event["type"].removeprefix("referral.") for event in body["items"]]


# What is in it.


def test_each_party_reads_in_order_what_its_history_shows_and_nobody_else_reads_anything(cast):
    cast.referral("concluded")
    spread()
    centre = types(read(cast.system(cast.centre_client)))
    assert centre == ["receive", "triage", "offer", "accept", "conclude"]
    assert types(read(cast.system(cast.lumen_client))) == ["triage", "accept", "conclude"]
    assert types(read(cast.system(cast.police_client))) == ["offer", "accept", "conclude"]
    assert types(read(cast.system(cast.harbour_client))) == []


def test_an_event_says_what_a_webhook_says(cast):
    referral = cast.referral("triaged")
    spread()
    (event,) = read(cast.system(cast.lumen_client))["items"]
    assert set(event) == {"id", "type", "timestamp", "data"}
    assert event["timestamp"] == referral.updated_at.isoformat().replace("+00:00", "Z")
    assert event["data"] == {"id": str(referral.pk), "reference": referral.reference, "version": 2}


def test_an_agencys_own_doing_is_in_its_feed_and_is_told_to_nobody(cast):
    cast.referral("accepted")
    spread()
    assert types(read(cast.system(cast.police_client)))[-1] == "accept"
    with acting_as(CLOCK), writing():
        own = {"agency": cast.police.pk, "topic": "referral.accept"}
        assert not Delivery.objects.filter(**own).exists()
        assert not InboxItem.objects.filter(person=cast.bea, topic="referral.accept").exists()


def test_whom_the_centre_asks_is_not_the_sources_matter(cast):
    cast.referral("offered")
    spread()
    assert "offer" not in types(read(cast.system(cast.lumen_client)))


def test_an_agency_reads_of_the_step_that_ended_its_standing_and_of_nothing_after(cast):
    referral = cast.referral("offered")
    cast.step("recall", referral, cast.cora, reason_code="better_fit")
    cast.step("offer", referral, cast.cora, to_agency=cast.eastmoor)
    spread()
    # The offer was recalled before anyone was told of it.
    assert types(read(cast.system(cast.police_client))) == ["recall"]


def test_what_was_told_stays_as_it_was_told_when_the_right_to_the_referral_ends(cast):
    referral = cast.referral("offered")
    spread()
    before = read(cast.system(cast.police_client))["items"]
    cast.step("recall", referral, cast.cora, reason_code="better_fit")
    spread()
    after = read(cast.system(cast.police_client))["items"]
    assert [event["type"] for event in after] == ["referral.offer", "referral.recall"]
    assert after[: len(before)] == before


def test_of_one_referral_no_later_version_comes_first_whatever_the_clocks_said(cast):
    now = timezone.now()
    referral = cast.referral("triaged", at=now - timedelta(minutes=30))
    with acting_as(CLOCK), writing():
        for version, minutes in ((4, -2), (3, 0)):  # the server of the later step was two minutes slow
            subject = ("referral", referral.pk, referral.reference, version)
            at = now + timedelta(minutes=minutes)
            tell([cast.lumen.pk], topic=f"referral.{version}", subject=subject, says="A step", at=at)
    spread()
    assert types(read(cast.system(cast.lumen_client))) == ["triage", "3", "4"]


# Going on.


def test_pages_follow_one_another_without_gap_or_repeat_and_the_last_says_where_to_go_on(cast):
    system = cast.system(cast.centre_client)
    for _ in range(3):
        cast.referral("triaged")
    spread()
    pages, address = [], f"{EVENTS}?limit=2"
    while address:
        answer = system.get(address)
        pages.append(answer.json())
        address = pages[-1]["next"]
        assert ("Link" in answer) == (address is not None)
    assert [len(page["items"]) for page in pages] == [2, 2, 2]
    whole = read(system)
    assert [event for page in pages for event in page["items"]] == whole["items"]
    assert (whole["next"], whole["cursor"]) == (None, pages[-1]["cursor"])
    assert read(system, whole["cursor"])["items"] == []
    cast.referral()
    spread()
    assert types(read(system, whole["cursor"])) == ["receive"]


def test_an_empty_feed_gives_a_cursor_to_go_on_from(cast):
    system = cast.system(cast.lumen_client)
    start = read(system)
    assert (start["items"], start["next"]) == ([], None)
    cast.referral("triaged")
    spread()
    assert types(read(system, start["cursor"])) == ["triage"]


def forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["x", "====", "é", forged("1|nobody|1"), forged("2|" + "0" * 32 + "|1"), forged("1|" + "0" * 32 + "|-1")],
)
def test_a_garbled_cursor_is_refused(cast, cursor):
    answer = cast.system(cast.lumen_client).get(EVENTS, {"cursor": cursor})
    assert (answer.status_code, faults(answer)) == (400, {"cursor": "invalid"})


def test_another_agencys_cursor_and_one_ahead_of_the_feed_are_refused_alike(cast):
    cast.referral("triaged")
    spread()
    theirs = read(cast.system(cast.centre_client))["cursor"]
    ahead = forged(f"1|{cast.lumen.pk.hex}|900")
    system = cast.system(cast.lumen_client)
    refusals = [system.get(EVENTS, {"cursor": cursor}) for cursor in (theirs, ahead)]
    assert [answer.status_code for answer in refusals] == [400, 400]
    assert refusals[0].content == refusals[1].content


def test_it_needs_the_scope_to_read_referrals(cast):
    assert cast.system(cast.lumen_client, "webhooks").get(EVENTS).status_code == 403


def test_reading_it_is_recorded_with_the_referrals_it_named(cast):
    referral = cast.referral("triaged")
    spread()
    read(cast.system(cast.lumen_client))
    actor = cast.actor(cast.lumen_client)
    with acting_as(actor):
        event = visible_events(actor).filter(action="events.read").get()
    assert event.subject_ids == [referral.pk]


# In the order of commits.


def test_a_change_that_commits_late_is_not_skipped_by_a_reader_who_went_on(committed_cast):
    """The first change is made and not yet committed when the second is made, committed, spread and read."""
    cast = committed_cast
    system = cast.system(cast.lumen_client)
    late, early = cast.referral(), cast.referral()
    anil = cast.actor(cast.anil)
    with acting_as(anil):
        cast.step("triage", late, cast.anil, priority="P2")  # inside this transaction, which stays open

        def meanwhile():
            cast.step("triage", early, cast.anil, priority="P3")
            spread()

        assert Running(meanwhile).result() is None
        seen = Running(lambda: read(system)).result()
        assert [event["data"]["id"] for event in seen["items"]] == [str(early.pk)]
    spread()
    rest = read(system, seen["cursor"])
    assert [event["data"]["id"] for event in rest["items"]] == [str(late.pk)]


def test_numbers_taken_first_are_seen_first_however_slow_their_commit(committed_cast):
    """One worker has numbered and not committed; another must wait, and no reader sees past the first."""
    cast = committed_cast
    system = cast.system(cast.lumen_client)
    cast.referral("triaged")
    spread()
    start = read(system)["cursor"]
    cast.referral("triaged")
    with acting_as(CLOCK):  # one transaction around the whole round, which stays open
        spread()
        Running(lambda: cast.referral("triaged")).result()
        other = Running(lambda: spread_one_agency(cast.lumen.pk))
        until_someone_waits_for_a_lock()
        assert Running(lambda: read(system, start)).result()["items"] == []
    assert other.result() is None
    assert len(read(system, start)["items"]) == 2
    with acting_as(CLOCK), writing():
        numbers = FeedEvent.objects.filter(agency=cast.lumen.pk).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == [1, 2, 3]


def spread_one_agency(agency_id):
    """As a worker does that counted its attempts a moment before another took the lock."""
    from notifications.actions import spread
    from notifications.models import Notice

    with acting_as(CLOCK), writing():
        waiting = Notice.objects.filter(agency=agency_id, state="waiting")
        ids = list(waiting.values_list("pk", flat=True))
    spread._spread_some(agency_id, ids, timezone.now())


def test_many_notices_are_spread_in_few_statements(cast, django_assert_max_num_queries):
    with acting_as(CLOCK), writing():
        referral = cast.referral()
        for version in range(2, 302):
            subject = ("referral", referral.pk, referral.reference, version)
            tell(
                [cast.centre.pk],
                topic="referral.x",
                subject=subject,
                says="x",
                at=timezone.now(),
                to_people=False,
            )
    with django_assert_max_num_queries(120):
        assert spread_waiting(at=timezone.now(), limit=1000) >= 300
    assert len(read(cast.system(cast.centre_client), limit=100)["items"]) == 100
