"""What an operator's collector reads: counts and ages, right ones, of nobody; and who may read them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from notifications.models import Delivery, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actions import note_beat
from ohsc.core.actor import CLOCK
from referrals.models import Offer, Referral
from tests.access.world import make_world


def figures() -> dict[tuple, float]:
    """Every sample that a direct call gets, by name and labels, these in the order of their own names."""
    answer = Browser().get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_what_waits_is_counted_by_status_and_band_with_the_age_of_the_oldest(cast):
    now = timezone.now()
    cast.referral("received", at=now - timedelta(hours=5))
    cast.referral("received", at=now - timedelta(hours=2))
    cast.referral("triaged", at=now - timedelta(hours=1))
    cast.referral("concluded", at=now - timedelta(hours=9))
    with acting_as(CLOCK):
        (band,) = Referral.objects.filter(status="received").values_list("band", flat=True).distinct()
    found = figures()
    assert found["ohsc_referrals_open", band, "received"] == 2
    assert found["ohsc_referral_oldest_age_seconds", band, "received"] == pytest.approx(5 * 3600, abs=60)
    assert found["ohsc_referrals_open", "P2", "triaged"] == 1
    assert found["ohsc_referrals_open", "P1", "accepted"] == 0
    assert ("ohsc_referral_oldest_age_seconds", "P1", "accepted") not in found
    assert not [key for key in found if "concluded" in key]


def test_late_clocks_and_offers_are_counted_until_somebody_acts(cast):
    now = timezone.now()
    late, soon, paused = (cast.referral("offered") for _ in range(3))
    with acting_as(CLOCK), writing():
        Referral.objects.filter(pk=late.pk).update(due_at=now - timedelta(minutes=1))
        Referral.objects.filter(pk=paused.pk).update(due_at=now - timedelta(minutes=1), paused_at=now)
        Offer.objects.filter(referral=late).update(answer_by=now - timedelta(minutes=1))
        Offer.objects.filter(referral=soon).update(answer_by=now + timedelta(minutes=59))
        Offer.objects.filter(referral=paused).update(answer_by=now - timedelta(minutes=1), paused_at=now)
    found = figures()
    assert found["ohsc_referrals_overdue", "P2"] == 1
    assert found["ohsc_offers_overdue",] == 1
    assert found["ohsc_offers_expiring",] == 1


def test_the_outbox_tells_how_far_behind_it_is(cast):
    now = timezone.now()
    cast.referral("triaged")
    with acting_as(CLOCK), writing():
        waiting = Notice.objects.filter(state="waiting").count()
        notice = Notice.objects.filter(state="waiting").first()
        Notice.objects.filter(pk=notice.pk).update(subject_at=now - timedelta(hours=2))
        for state, done_at in (("waiting", None), ("dead", now), ("dead", now - timedelta(days=3))):
            other = Notice(
                agency=notice.agency, topic="referral.triage", subject_type="referral",
                subject_id=notice.subject_id, reference=notice.reference, version=1, says="", subject_at=now,
                state="sent",
            )  # fmt: skip
            other.save(force_insert=True)
            Delivery(
                notice=other, agency=notice.agency, channel="email", person=cast.asha, state=state,
                next_at=now - timedelta(minutes=3), done_at=done_at,
            ).save(force_insert=True)  # fmt: skip
    found = figures()
    assert found["ohsc_notices_waiting",] == waiting
    assert found["ohsc_notice_oldest_age_seconds",] == pytest.approx(7200, abs=30)
    assert found["ohsc_deliveries_waiting",] == 1
    assert found["ohsc_delivery_overdue_seconds",] == pytest.approx(180, abs=30)
    assert found["ohsc_deliveries_dead",] == 2
    assert found["ohsc_deliveries_dead_last_day",] == 1


def test_the_books_the_clock_and_what_runs_here_have_their_figures(committed_cast):
    make_world(committed_cast)
    note_beat("notifications.tasks.sweep", at=timezone.now() - timedelta(seconds=40))
    found = figures()
    assert found["ohsc_books_broken_promises",] == 0
    assert found["ohsc_books_age_seconds",] < 60
    assert found["ohsc_clock_job_age_seconds", "notifications.tasks.sweep"] == pytest.approx(40, abs=20)
    assert found["ohsc_clock_job_every_seconds", "referrals.tasks.balance_the_books"] == 3600
    assert found["ohsc_database_up",] == 1
    assert [key[-1] for key in found if key[0] == "ohsc_build_info"] == ["0.1.0"]


def test_requests_are_counted_by_the_names_of_routes(cast):
    browser = cast.browser(cast.ben)
    key = "ohsc_http_requests_total", "GET", "referral", "4xx"
    before = figures().get(key, 0)
    for _ in range(2):
        browser.get("/referrals/00000000-0000-4000-8000-000000000000")
    browser.get("/a-page-that-is-not-there")
    found = figures()
    assert found[key] == before + 2
    assert found["ohsc_http_requests_total", "GET", "unmatched", "4xx"] >= 1
    assert found["ohsc_http_request_seconds_count", "GET", "referral"] >= 2


def test_no_figure_tells_of_anybody(committed_cast):
    world = make_world(committed_cast)
    text = Browser().get("/metrics").content.decode()
    names = {"lumen", "northshire", "eastmoor", "harbour", "heron", "carrow"}
    assert not [name for name in names if name.lower() in text.lower()]
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-|R-[0-9A-Z]{5}", text)
    assert str(world.received.pk) not in text


# Who may read them.


def nowhere(browser: Browser, **extra):
    answer = browser.get("/a-page-that-is-not-there", **extra)
    return answer.status_code, answer.content, sorted(set(answer.headers) - {"X-Request-ID"})


@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": "198.51.100.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "198.51.100.7"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "198.51.100.7", "HTTP_AUTHORIZATION": "Bearer "},
    ],
    ids=[
        "from elsewhere",
        "from a socket",
        "through a proxy",
        "through TLS",
        "a wrong token",
        "an empty token",
    ],
)
def test_whoever_may_not_read_them_finds_no_page(cast, extra):
    for browser in (Browser(), cast.browser(cast.ada)):
        answer = browser.get("/metrics", **extra)
        assert nowhere(browser, **extra) == (
            answer.status_code,
            answer.content,
            sorted(set(answer.headers) - {"X-Request-ID"}),
        )
        assert answer.status_code == 404


def test_a_network_or_the_token_opens_them(db, settings):
    settings.METRICS_ALLOW = ["192.0.2.0/24"]
    settings.METRICS_TOKEN = "of-the-operators"
    assert Browser().get("/metrics").status_code == 404
    assert Browser().get("/metrics", REMOTE_ADDR="192.0.2.9").status_code == 200
    shown = Browser(headers={"Authorization": "Bearer of-the-operators", "X-Forwarded-For": "198.51.100.7"})
    assert shown.get("/metrics").status_code == 200
    assert shown.post("/metrics").status_code in (403, 404)


def test_a_collector_may_call_by_any_address_of_the_process(db):
    assert Browser(headers={"Host": "10.1.2.3:8000"}).get("/metrics").status_code == 200
    assert Browser(headers={"Host": "10.1.2.3:8000"}).get("/account/login/").status_code == 400


def test_the_clock_counts_the_outbox_and_the_centre_does_not_read_it(cast):
    cast.referral("triaged")
    asked = "SELECT count(*) FROM notifications_notice WHERE state IS NOT NULL"
    seen = {}
    for name, actor in (("clock", CLOCK), ("centre", cast.actor(cast.cora))):
        with acting_as(actor), connection.cursor() as cursor:
            cursor.execute(asked)
            seen[name] = cursor.fetchone()[0]
    assert seen["clock"] > 0
    assert seen["centre"] == 0
