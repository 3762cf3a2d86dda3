"""Is it alive, can it serve, and what is wrong? `/healthz` and `/readyz`, asked by whoever watches."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client as Browser
from django.utils import timezone

from notifications import tasks
from ohsc.celery import app
from ohsc.core.actions import note_beat
from ohsc.core.heartbeats import beats, scheduled

SWEEP = "notifications.tasks.sweep"


def ready() -> tuple[int, dict]:
    answer = Browser().get("/readyz")
    return answer.status_code, answer.json()


def test_alive_says_only_that(db):
    answer = Browser().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_with_everything_there_it_is_ready(db):
    note_beat(SWEEP, at=timezone.now())
    assert ready() == (
        200,
        {"status": "ready", "database": "ok", "migrations": "ok", "broker": "ok", "clock": "ok"},
    )


def test_a_new_installation_is_not_blamed_for_a_clock_that_has_not_ticked_yet(db):
    assert ready()[1]["clock"] == "ok"


def test_a_clock_that_stopped_is_told_of_and_this_process_goes_on_serving(db):
    note_beat(SWEEP, at=timezone.now() - timedelta(minutes=5))
    status, said = ready()
    assert (status, said["status"]) == (200, "degraded")
    assert said["clock"] == [f"{SWEEP} was last done 300 s ago, and should be every 10 s"]


def test_a_job_that_ended_well_is_a_heartbeat_and_one_that_failed_is_none(db, monkeypatch):
    def ages():
        return [beat.age for beat in beats(at=timezone.now()) if beat.job == SWEEP]

    with monkeypatch.context() as broken:
        broken.setattr(tasks, "_deliver", lambda: 1 / 0)
        assert tasks.sweep.apply().failed()
    assert ages() == [None]
    tasks.sweep.apply()
    assert ages()[0] < 60


def test_every_job_of_the_schedule_is_a_task_there_is():
    app.loader.import_default_modules()
    assert set(scheduled()) <= set(app.tasks)


def test_the_broker_gone_is_told_of_and_nothing_is_refused_for_it(db, settings):
    settings.REDIS_URL = "redis://:a-password-of-the-broker@127.0.0.1:1/0"
    status, said = ready()
    assert (status, said["status"], said["broker"]) == (200, "degraded", "unreachable")
    assert "a-password-of-the-broker" not in str(said)


@pytest.mark.django_db(transaction=True)
def test_a_schema_that_is_not_the_codes_is_named_and_takes_it_out_of_service(monkeypatch):
    applied = MigrationRecorder.applied_migrations

    def without_one(self):
        return {key: row for key, row in applied(self).items() if key != ("core", "0002_heartbeats")}

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", without_one)
    status, said = ready()
    assert (status, said["status"]) == (503, "not ready")
    assert said["database"] == "ok"
    assert said["migrations"] == ["core.0002_heartbeats"]


@pytest.mark.django_db(transaction=True)
def test_without_its_database_it_says_so_and_no_more(monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    try:
        status, said = ready()
    finally:
        connection.close()
    assert (status, said["status"], said["database"]) == (503, "not ready", "unreachable")
    assert connection.settings_dict["PASSWORD"] not in str(said)
