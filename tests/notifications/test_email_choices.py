"""Who is written to when? By each choice, typed by hand: at once, with the hour, in the morning, or not at all."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail

from notifications import actions, digests, tasks
from notifications.models import Delivery, Digest, InboxItem
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.rows import rows
from tests.together import at_once

# An offer is made at 06:30 UTC on a winter's day, when it is 06:30 in London too. What has come to Bea by then?
MAILS = {
    # choice:  (urgent, 06:31, 07:00, 08:00, 09:00)
    "each": [(False, 1, 1, 1, 1), (True, 1, 1, 1, 1)],
    "hourly": [(False, 0, 1, 1, 1), (True, 1, 1, 1, 1)],
    "daily": [(False, 0, 0, 1, 1), (True, 1, 1, 1, 1)],
    "urgent": [(False, 0, 0, 0, 0), (True, 1, 1, 1, 1)],
    "none": [(False, 0, 0, 0, 0), (True, 0, 0, 0, 0)],
}
ROWS = [(choice, *row) for choice, rows in MAILS.items() for row in rows]


def to(person) -> list:
    return [message for message in mail.outbox if message.to == [person.email]]


@pytest.mark.parametrize(("choice", "urgent", "at_once_", "by_seven", "by_eight", "by_nine"), ROWS)
def test_each_choice_is_honoured(
    cast, clock, wants, offered, choice, urgent, at_once_, by_seven, by_eight, by_nine
):
    wants(cast.bea, choice)
    offered("2026-02-03 06:30", "P1" if urgent else "P2")
    came = []
    for moment in ("06:31", "07:00", "08:00", "09:00"):
        clock.strikes(f"2026-02-03 {moment}")
        came.append(len(to(cast.bea)))
    assert came == [at_once_, by_seven, by_eight, by_nine]
    assert len(rows(InboxItem, person=cast.bea)) == 1, "the inbox has it, whatever was chosen"


MORNINGS = [  # zone, the moment, when its day began
    ("Europe/London", "2026-02-03 08:00", "2026-02-03 08:00"),
    ("Europe/London", "2026-02-03 07:59", "2026-02-02 08:00"),
    ("Europe/London", "2026-07-01 07:00", "2026-07-01 07:00"),  # eight by British Summer Time
    ("Europe/London", "2026-07-01 06:59", "2026-06-30 07:00"),
    ("Europe/London", "2026-03-29 06:59", "2026-03-28 08:00"),  # that night the clocks went forward: 23 hours
    ("Europe/London", "2026-03-29 07:00", "2026-03-29 07:00"),
    ("Europe/London", "2026-10-25 07:59", "2026-10-24 07:00"),  # and back: 25 hours
    ("Europe/London", "2026-10-25 08:00", "2026-10-25 08:00"),
    ("Asia/Kolkata", "2026-02-03 02:30", "2026-02-03 02:30"),  # half past two here is eight there
    ("Pacific/Auckland", "2026-02-02 19:00", "2026-02-02 19:00"),  # already the third there
    ("America/Los_Angeles", "2026-02-03 15:59", "2026-02-02 16:00"),
]


@pytest.mark.parametrize(("zone", "moment", "began"), MORNINGS)
def test_a_day_begins_at_eight_where_the_person_is(zone, moment, began):
    def utc(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert digests.period_start("daily", zone, at=utc(moment)) == utc(began)


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Kolkata"])
def test_an_hour_begins_with_the_hour(zone):
    at = datetime(2026, 2, 3, 9, 59, 59, tzinfo=UTC)
    assert digests.period_start("hourly", zone, at=at) == datetime(2026, 2, 3, 9, tzinfo=UTC)


def test_the_morning_is_the_persons_own(cast, clock, wants, offered):
    wants(cast.bea, "daily", time_zone="America/New_York")
    offered("2026-02-03 06:30")
    clock.strikes("2026-02-03 12:59")
    assert to(cast.bea) == []
    clock.strikes("2026-02-03 13:00")
    assert len(to(cast.bea)) == 1


def test_a_digest_holds_references_and_links_and_nothing_else(cast, clock, wants, offered, settings):
    settings.BASE_URL = "https://ohsc.example"
    wants(cast.bea, "hourly")
    first, second = offered("2026-02-03 06:10"), offered("2026-02-03 06:20")
    cast.step("recall", second, cast.cora, at=clock.at("2026-02-03 06:30"), reason_code="better_fit")
    cast.step("offer", second, cast.cora, at=clock.at("2026-02-03 06:40"), to_agency=cast.police)
    clock.strikes("2026-02-03 07:00")
    (message,) = to(cast.bea)
    assert message.subject == "OHSC: news of 2 records"
    assert message.body == (
        "There is news of 2 records.\n"
        "Sign in to read it:\n"
        "\n"
        f"{first.reference}  https://ohsc.example/referrals/{first.pk}\n"
        f"{second.reference}  https://ohsc.example/referrals/{second.pk}\n"
        "\n"
        "It comes once an hour at most. To choose otherwise: https://ohsc.example/preferences/e-mail\n"
    )


@pytest.mark.parametrize("choice", ["each", "hourly", "daily", "urgent"])
def test_no_mail_holds_a_word_of_what_a_referral_says(cast, clock, wants, offered, choice):
    wants(cast.bea, choice)
    referral = offered("2026-02-03 06:30", "P1" if choice == "urgent" else "P2")
    clock.strikes("2026-02-03 08:00")
    (message,) = to(cast.bea)
    said = f"{message.subject} {message.body}".lower()
    for word in re.findall(
        r"[a-z]{5,}", f"{referral.summary} grooming heron offered lumen northshire".lower()
    ):
        assert word not in said, word


def test_a_long_digest_names_the_first_and_leads_to_the_inbox(cast, clock, wants, offered, monkeypatch):
    monkeypatch.setattr("notifications.letters.MOST_NAMED", 2)
    wants(cast.bea, "hourly")
    for minute in range(10, 15):
        offered(f"2026-02-03 06:{minute}")
    clock.strikes("2026-02-03 07:00")
    (message,) = to(cast.bea)
    assert message.subject == "OHSC: news of 5 records"
    assert message.body.count("/referrals/") == 2
    assert "and 3 more: " in message.body


# Once.


def test_news_is_told_once_and_only_what_is_new_makes_another(cast, clock, wants, offered):
    wants(cast.bea, "hourly")
    offered("2026-02-03 06:30")
    for moment in ("07:00", "07:01", "07:59", "08:00", "09:00"):
        clock.strikes(f"2026-02-03 {moment}")
    assert len(to(cast.bea)) == 1
    later = offered("2026-02-03 09:10")
    clock.strikes("2026-02-03 10:00")
    assert [later.reference in message.body for message in to(cast.bea)] == [False, True]


def test_what_was_read_meanwhile_is_no_news(cast, clock, wants, offered):
    wants(cast.bea, "daily")
    offered("2026-02-03 06:30")
    bea = cast.actor(cast.bea)
    (item,) = rows(InboxItem, person=cast.bea)
    with acting_as(bea):
        actions.mark_read([item.pk], by=bea, at=clock.at("2026-02-03 07:00"))
    clock.strikes("2026-02-03 08:00")
    assert to(cast.bea) == []


def test_what_came_late_is_told_though_the_hour_had_its_digest(cast, clock, wants, offered):
    """A worker was down: a change of 06:59 is spread at 07:20, when the digest of seven is out."""
    wants(cast.bea, "hourly")
    offered("2026-02-03 06:30")
    late = offered("2026-02-03 06:59", spread=False)
    with acting_as(CLOCK), writing():
        waiting = actions.make_digests(at=clock.at("2026-02-03 07:00"))
    assert waiting == 1
    clock.strikes("2026-02-03 07:20")
    clock.strikes("2026-02-03 08:00")
    assert [late.reference in message.body for message in to(cast.bea)] == [False, True]


def test_a_clock_that_stood_still_tells_when_it_goes_again(cast, clock, wants, offered):
    wants(cast.bea, "daily")
    offered("2026-02-03 06:30")
    clock.strikes("2026-02-03 14:40")
    assert len(to(cast.bea)) == 1
    clock.strikes("2026-02-04 08:00")
    assert len(to(cast.bea)) == 1


def test_two_clocks_and_four_workers_send_one_digest(committed_cast, clock, wants, offered, monkeypatch):
    bea = committed_cast.bea
    wants(bea, "hourly")
    offered("2026-02-03 06:30")
    clock.strikes("2026-02-03 06:31")  # spread; nothing is sent, and from now on it is seven
    moment = clock.at("2026-02-03 07:00")
    monkeypatch.setattr(tasks.timezone, "now", lambda: moment)
    at_once(*[tasks.send_digests] * 4)
    assert len(to(bea)) == 1
    (digest,) = rows(Digest)
    assert (digest.state, digest.attempts, len(digest.items)) == ("sent", 1, 1)


# Trouble.


def test_the_digest_of_a_worker_that_died_is_taken_over_under_the_same_id(cast, clock, wants, offered):
    wants(cast.bea, "hourly")
    offered("2026-02-03 06:30")
    at = clock.at("2026-02-03 07:00")
    actions.make_digests(at=at)
    dead = actions.lease_digest(at=at)  # and its worker is gone
    clock.strikes("2026-02-03 07:00:30")
    assert to(cast.bea) == []
    clock.strikes("2026-02-03 07:01")
    (message,) = to(cast.bea)
    assert message.extra_headers["Message-ID"] == f"<{dead.pk.hex}@ohsc>"
    result = digests.failed(dead, OSError(), at=at)
    assert not actions.settle_digest(dead, result, to_agency=cast.police.pk, news=[], at=at)
    assert [digest.state for digest in rows(Digest)] == ["sent"]


def test_a_mail_server_that_is_away_is_tried_again_by_the_schedule(cast, clock, wants, offered, settings):
    wants(cast.bea, "hourly")
    offered("2026-02-03 06:30")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    clock.strikes("2026-02-03 07:00")
    (digest,) = rows(Digest)
    assert (digest.state, digest.attempts, digest.last_reason) == (
        "waiting",
        1,
        "mail: ConnectionRefusedError",
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    clock.strikes("2026-02-03 07:01")
    assert [digest.state for digest in rows(Digest)] == ["sent"]
    assert len(to(cast.bea)) == 1


def test_an_error_of_our_own_counts_as_an_attempt_and_holds_up_nobody(
    cast, clock, wants, offered, monkeypatch
):
    wants(cast.bea, "hourly")
    wants(cast.asha, "hourly")  # the source is told of the triage
    offered("2026-02-03 06:30")
    real = actions.news_still_theirs

    def broken(digest):
        if digest.person_id == cast.bea.pk:
            raise RuntimeError("ours")
        return real(digest)

    monkeypatch.setattr(actions, "news_still_theirs", broken)
    clock.strikes("2026-02-03 07:00")
    assert (len(to(cast.bea)), len(to(cast.asha))) == (0, 1)
    assert {digest.last_reason for digest in rows(Digest, state="waiting")} == {"our own error: RuntimeError"}


# Rights are asked when it is sent.


def test_what_they_may_not_see_any_more_is_left_out(cast, clock, wants, offered):
    wants(cast.bea, "hourly")
    kept, recalled = offered("2026-02-03 06:10"), offered("2026-02-03 06:20")
    actions.make_digests(at=clock.at("2026-02-03 07:00"))
    at = clock.at("2026-02-03 07:00")
    cast.step("recall", recalled, cast.cora, at=at, reason_code="better_fit")
    clock.strikes("2026-02-03 07:01")
    (message,) = to(cast.bea)
    assert kept.reference in message.body
    assert recalled.reference not in message.body


def test_a_digest_of_nothing_is_not_sent(cast, clock, wants, offered):
    wants(cast.bea, "hourly")
    recalled = offered("2026-02-03 06:20")
    actions.make_digests(at=clock.at("2026-02-03 07:00"))
    cast.step("recall", recalled, cast.cora, at=clock.at("2026-02-03 07:00"), reason_code="better_fit")
    clock.strikes("2026-02-03 07:01")
    assert to(cast.bea) == []
    assert [digest.state for digest in rows(Digest)] == ["dropped"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email_choice": "none"}])
def test_who_left_or_wants_no_mail_any_more_is_not_written_to(cast, clock, wants, offered, change):
    wants(cast.bea, "hourly")
    offered("2026-02-03 06:30")
    actions.make_digests(at=clock.at("2026-02-03 07:00"))
    wants(cast.bea, **change)
    clock.strikes("2026-02-03 07:01")
    assert to(cast.bea) == []


def test_a_mail_that_waits_is_not_sent_to_who_wants_none_any_more(cast, clock, wants, offered):
    offered("2026-02-03 06:30")
    wants(cast.bea, "none")
    clock.strikes("2026-02-03 06:31")
    assert to(cast.bea) == []
    assert [row.state for row in rows(Delivery, person=cast.bea)] == ["dropped"]


def test_what_was_sent_is_in_the_audit_of_the_one_who_was_told(cast, clock, wants, offered):
    from audit.models import Event

    wants(cast.bea, "hourly")
    referral = offered("2026-02-03 06:30")
    clock.strikes("2026-02-03 07:00")
    (event,) = rows(Event, action="email.digest_sent", recipient_ids=[cast.police.pk])
    assert (event.kind, event.subject_ids) == ("disclosure", [referral.pk])
