"""Limits: published, kept for each client and kind apart, across processes, and told of with Retry-After."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from ohsc.core import limits
from ohsc.core.acting import acting_as
from tests.api.calls import REFERRALS, send
from tests.cast import SECRET

NOW = datetime(2026, 3, 2, 12, 30, 45, tzinfo=UTC)


@pytest.fixture
def few(settings, monkeypatch):
    """Five of each in a minute, and the minute does not end meanwhile."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 5)
    monkeypatch.setattr("agencies.middleware.timezone.now", lambda: NOW)


def used(client) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, used FROM core_rate WHERE client_id = %s", [client.pk])
        return dict(cursor.fetchall())


def test_one_request_too_many_is_told_when_to_go_on(cast, few):
    lumen = cast.system(cast.lumen_client)
    assert [lumen.get("/api/v1/agencies").status_code for _ in range(5)] == [200] * 5
    answer = lumen.get("/api/v1/agencies")
    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "15"  # it is 45 seconds past
    assert answer.json() == {
        "type": "/api/docs#rate-limited",
        "title": "Too many requests in this minute",
        "status": 429,
        "detail": "More than 5 reads in a minute. Go on after Retry-After.",
    }


def test_the_next_minute_begins_anew(cast, few, monkeypatch):
    lumen = cast.system(cast.lumen_client)
    assert [lumen.get("/api/v1/agencies").status_code for _ in range(6)][-1] == 429
    monkeypatch.setattr("agencies.middleware.timezone.now", lambda: NOW.replace(minute=31, second=0))
    assert lumen.get("/api/v1/agencies").status_code == 200
    assert used(cast.lumen_client)["read"] == 1


def test_reads_and_changes_are_counted_apart_and_nobody_pays_for_another(cast, few):
    lumen, police = cast.system(cast.lumen_client), cast.system(cast.police_client)
    assert [lumen.get(REFERRALS).status_code for _ in range(6)][-1] == 429
    assert send(lumen).status_code == 201
    assert police.get(REFERRALS).status_code == 200


def test_a_refused_change_is_not_made_and_its_key_is_free(cast, few, monkeypatch):
    lumen = cast.system(cast.lumen_client)
    assert [send(lumen).status_code for _ in range(5)] == [201] * 5
    assert send(lumen, key="once").status_code == 429
    monkeypatch.setattr("agencies.middleware.timezone.now", lambda: NOW.replace(minute=31))
    assert send(lumen, key="once").status_code == 201


def test_processes_share_one_count(cast, few):
    lumen = cast.system(cast.lumen_client)
    for _ in range(5):
        assert lumen.get("/api/v1/agencies").status_code == 200
        limits.forget()  # as another process, which knows only what is in the database
    assert lumen.get("/api/v1/agencies").status_code == 429


def test_a_client_far_from_its_limit_costs_no_statement(cast):
    lumen = cast.system(cast.lumen_client)
    with CaptureQueriesContext(connection) as asked:
        send(lumen)
        lumen.get(REFERRALS)
    assert [one["sql"] for one in asked if "core_rate" in one["sql"]] == []


def test_each_hundredth_of_a_limit_is_reported_in_one_statement(cast, settings):
    settings.LIMITS = {**settings.LIMITS, "read": 300}
    lumen = cast.system(cast.lumen_client)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(7):
            lumen.get("/api/v1/agencies")
    assert sum("core_rate" in one["sql"] for one in asked) == 2
    assert used(cast.lumen_client) == {"read": 6}


def test_nobody_without_a_token_is_counted_or_told_of_limits(cast, few):
    assert {Browser().get(REFERRALS).status_code for _ in range(8)} == {401}


def test_a_limit_says_the_same_at_every_address_there_is_or_not(cast, few):
    theirs, lumen = cast.referral("received"), cast.system(cast.harbour_client)
    for _ in range(5):
        lumen.get(REFERRALS)
    answers = [
        lumen.get(path) for path in (f"{REFERRALS}/{theirs.pk}", f"{REFERRALS}/{cast.lumen.pk}", "/api/v1/no")
    ]
    assert {answer.status_code for answer in answers} == {429}
    assert len({answer.content for answer in answers}) == 1


def test_the_first_refusal_of_a_minute_is_recorded_and_the_others_are_not(cast, few):
    lumen = cast.system(cast.lumen_client)
    for _ in range(9):
        lumen.get(REFERRALS)
    with acting_as(cast.actor(cast.lumen_client)):
        [event] = Event.objects.filter(action="request.refused")
    assert event.details == {"status": 429, "method": "GET", "route": "", "limit": 5, "kind": "read"}


def test_tokens_have_a_limit_that_only_who_knows_the_secret_can_reach(cast, few):
    def ask(secret):
        form = {"grant_type": "client_credentials", "client_id": cast.lumen_client.client_id}
        return Browser().post("/oauth/token", form | {"client_secret": secret})

    assert {ask("wrong").status_code for _ in range(8)} == {401}
    assert [ask(SECRET).status_code for _ in range(5)] == [200] * 5
    answer = ask(SECRET)
    assert (answer.status_code, answer.json()["error"]) == (429, "temporarily_unavailable")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_the_limits_are_published(cast, settings):
    document = Browser().get("/api/v1/openapi.json").json()
    assert document["x-limits"]["read"] == {"requests": settings.LIMITS["read"], "seconds": 60}
    assert "30,000 reads" in document["info"]["description"]
    for path in document["paths"].values():
        for operation in path.values():
            assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_a_limit_leaves_room_for_the_intake_we_promise(settings):
    assert settings.LIMITS["write"] >= 200 * 60 * 2
