"""The inbox: mine alone, newest first, read by a form and never by looking."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from notifications import inbox
from notifications.access import visible_inbox
from notifications.actions import spread_waiting
from ohsc.core.acting import acting_as


@pytest.fixture
def told(cast):
    """Northshire Police was offered a referral, so its coordinator, Bea, has an item."""
    referral = cast.referral("offered")
    spread_waiting(at=timezone.now())
    return referral


def items(cast, person):
    actor = cast.actor(person)
    with acting_as(actor):
        return list(visible_inbox(actor))


def test_an_item_stands_in_its_readers_inbox_only(cast, told):
    assert told.reference in cast.browser(cast.bea).get("/inbox").content.decode()
    assert told.reference not in cast.browser(cast.dev).get("/inbox").content.decode()


def test_unread_is_said_in_a_word_and_counted_in_the_navigation(cast, told):
    page = cast.browser(cast.bea).get("/inbox").content.decode()
    assert ">New</span>" in page
    assert '<span class="count">1<span' in page


def test_looking_marks_nothing(cast, told):
    cast.browser(cast.bea).get("/inbox")
    assert items(cast, cast.bea)[0].read_at is None


def test_opening_marks_the_item_and_leads_to_the_record(cast, told):
    [item] = items(cast, cast.bea)
    answer = cast.browser(cast.bea).post(f"/inbox/{item.pk}/open")
    assert (answer.status_code, answer.url) == (302, f"/referrals/{told.pk}")
    assert items(cast, cast.bea)[0].read_at is not None


def test_opening_wants_a_post(cast, told):
    [item] = items(cast, cast.bea)
    assert cast.browser(cast.bea).get(f"/inbox/{item.pk}/open").status_code == 405


def test_marking_one_or_all_as_read(cast, told):
    cast.referral("offered")
    spread_waiting(at=timezone.now())
    first, second = items(cast, cast.bea)
    browser = cast.browser(cast.bea)
    assert browser.post("/inbox/read", {"item": first.pk}).status_code == 302
    assert [item.read_at is None for item in items(cast, cast.bea)] == [False, True]
    browser.post("/inbox/read", {"item": [first.pk, second.pk]})
    assert all(item.read_at for item in items(cast, cast.bea))


def test_anothers_item_is_not_there(cast, told):
    [item] = items(cast, cast.bea)
    browser = cast.browser(cast.ben)
    theirs, missing = browser.post(f"/inbox/{item.pk}/open"), browser.post(f"/inbox/{uuid4()}/open")
    assert (theirs.status_code, theirs.content) == (404, missing.content)
    browser.post("/inbox/read", {"item": item.pk})
    assert items(cast, cast.bea)[0].read_at is None


def test_a_long_inbox_is_read_in_parts_without_gap_or_repeat(cast, monkeypatch):
    monkeypatch.setattr(inbox, "SHOWN", 2)
    start = timezone.now() - timedelta(hours=2)
    for minutes in range(5):
        cast.referral("offered", at=start + timedelta(minutes=minutes))
    spread_waiting(at=timezone.now())
    actor, seen, after = cast.actor(cast.bea), [], ""
    with acting_as(actor):
        while True:
            part = inbox.open_inbox(actor, at=timezone.now(), after=after)
            seen += part.items
            if not (after := part.next_from):
                break
        assert seen == list(visible_inbox(actor))


PLACES = ["x", "_", "2026-01-01T00:00:00_x", "2026-01-01T00:00:00_9b2fd0a8-0b1e-4f0c-8c55-6a2f3d1c7e44"]


@pytest.mark.parametrize("after", PLACES)
def test_a_place_that_is_not_ours_is_not_there(cast, after):
    assert cast.browser(cast.bea).get("/inbox", {"after": after}).status_code == 404


def test_items_that_are_no_ids_are_not_there(cast):
    assert cast.browser(cast.bea).post("/inbox/read", {"item": "x"}).status_code == 404


def test_statements_stay_few(cast, told, django_assert_max_num_queries):
    browser = cast.browser(cast.bea)
    with django_assert_max_num_queries(10):
        browser.get("/inbox")
