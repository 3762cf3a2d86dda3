"""The log: a JSON object a line, with ids and numbers to follow a request by, and nothing of what people wrote."""

import io
import json
import logging
import uuid

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from notifications import actions as notifications
from notifications import tasks
from notifications.models import Notice
from ohsc.celery import app  # noqa: F401  (its signals write the tasks' lines)
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.logs import JsonLines
from tests.cast import AGENCIES, PEOPLE, SUMMARY

SECRET_WORDS = "The-words-a-child-used"


@pytest.fixture
def log():
    """Everything that any logger says from now on, down to the least, in the form of a deployment."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    root.setLevel(before)
    root.removeHandler(handler)


def of(lines, logger):
    return [line for line in lines if line["logger"] == logger]


def test_a_request_is_one_line_by_the_name_of_its_route_with_ids_alone(cast, log):
    referral = cast.referral("accepted")
    answer = cast.browser(cast.ben).get(f"/referrals/{referral.pk}?q={SECRET_WORDS}")
    (line,) = of(log(), "ohsc.request")
    assert {name: line[name] for name in ("method", "route", "status", "level")} == {
        "method": "GET", "route": "referral", "status": 200, "level": "info",
    }  # fmt: skip
    assert isinstance(line["ms"], int)
    assert line["request_id"] == answer["X-Request-ID"]
    assert (line["actor_kind"], line["actor_id"]) == ("person", str(cast.ben.pk))
    assert line["agency_id"] == str(cast.police.pk)
    assert SECRET_WORDS not in str(log())


def test_a_partners_call_and_a_stranger_have_their_line_too(cast, log):
    cast.system(cast.lumen_client).get("/api/v1/referrals")
    cast.browser(cast.ben).get("/nowhere-at-all/ben@northshire-police.example")
    lines = of(log(), "ohsc.request")
    assert lines[1]["actor_kind"] == "client"
    assert lines[-1]["route"] == "unmatched"
    assert lines[-1]["status"] == 404
    assert "example" not in str(lines)


def test_a_task_is_one_line_with_its_id_and_so_is_what_it_says_meanwhile(db, log, monkeypatch):
    tasks.sweep.apply(task_id="a-task")
    monkeypatch.setattr(tasks, "_deliver", fail_on_a_row)
    assert tasks.sweep.apply(task_id="another").failed()
    done, failed = of(log(), "ohsc.task")
    assert {name: done[name] for name in ("task", "state", "task_id")} == {
        "task": "notifications.tasks.sweep", "state": "success", "task_id": "a-task",
    }  # fmt: skip
    assert (failed["state"], failed["task_id"], failed["level"]) == ("failure", "another", "error")
    assert failed["failed"][0]["type"] == "django.db.utils.IntegrityError"
    assert SECRET_WORDS not in str(log())


def fail_on_a_row():
    """PostgreSQL quotes the row in its DETAIL."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_cache VALUES (%(word)s, '', now()), (%(word)s, '', now())",
            {"word": SECRET_WORDS},
        )


def test_an_exception_is_told_by_type_and_place_and_never_by_its_text(db, log):
    try:
        fail_on_a_row()
    except IntegrityError as error:
        told = str(error)
        logging.getLogger("referrals.trial").exception("it failed")
    assert SECRET_WORDS in told
    (line,) = of(log(), "referrals.trial")
    assert line["says"] == "it failed"
    outer, inner = line["failed"]
    assert inner["type"] == "psycopg.errors.UniqueViolation"
    assert (inner["sqlstate"], inner["constraint"]) == (
        psycopg.errors.UniqueViolation.sqlstate,
        "core_cache_pkey",
    )
    assert any(place.startswith("tests/operations/test_logs.py:") for place in outer["at"])
    assert SECRET_WORDS not in json.dumps(line)


@pytest.mark.parametrize(
    ("logger", "pattern", "args", "says"),
    [
        ("celery.app", "Task %(name)s[%(id)s] raised: %(exc)s", ({"name": "x", "id": 3, "exc": SECRET_WORDS},),
         "Task …[3] raised: …"),
        ("gunicorn.error", "Error handling request %s", (f"/?q={SECRET_WORDS}",), "Error handling request …"),
        ("gunicorn.error", "Booting worker with pid: %s", (42,), "Booting worker with pid: 42"),
        ("some.library", "took %d of %.1f", (SECRET_WORDS, 2.0), "took … of …"),
        ("celery.redirected", SECRET_WORDS, (), "…"),
        ("some.library", ValueError(SECRET_WORDS), (), "ValueError"),
        ("referrals.trial", "notice %s", ("R-1",), "notice R-1"),
    ],
)  # fmt: skip
def test_of_a_librarys_message_the_pattern_is_kept_and_texts_are_left_out(logger, pattern, args, says):
    record = logging.LogRecord(logger, logging.ERROR, __file__, 1, pattern, args, None)
    assert json.loads(JsonLines().format(record))["says"] == says


def test_a_whole_journey_with_its_mishaps_leaves_none_of_its_words_in_the_log(cast, log, monkeypatch):
    source = cast.system(cast.lumen_client)
    words = f"{SECRET_WORDS} at the heron pond"
    body = {
        "environment": "surface_web", "harm_type": "grooming", "summary": words, "narrative": words,
        "external_ref": "LS-7781", "selectors": [{"kind": "account", "value": "@heron-7", "platform": "lumen"}],
    }  # fmt: skip
    post = {"content_type": "application/json", "headers": {"Idempotency-Key": uuid.uuid4().hex}}
    made = source.post("/api/v1/referrals", body, **post)
    assert made.status_code == 201
    assert source.post("/api/v1/referrals", body | {"nonsense": words}, **post).status_code == 422
    post["headers"] = {"Idempotency-Key": uuid.uuid4().hex}
    assert source.post("/api/v1/referrals", f'{{"{words}', **post).status_code == 400
    key = made.json()["id"]
    cast.step("triage", uuid.UUID(key), cast.anil, priority="P2")
    cast.step("offer", uuid.UUID(key), cast.cora, to_agency=cast.police)
    ben = cast.browser(cast.ben)
    assert ben.get(f"/referrals/{key}").status_code == 200
    assert ben.post(f"/referrals/{key}/steps/accept", {"nonsense": words}).status_code in (302, 422)
    assert cast.browser(cast.cleo).get(f"/referrals/{key}").status_code == 404
    ben.get("/search", {"q": "heron pond"})
    notifications.spread_waiting(at=timezone.now())
    with monkeypatch.context() as broken:
        broken.setattr(
            "referrals.views.queue.open_queue", lambda *args, **more: fail_on_a_row(), raising=False
        )
        broken.setattr("referrals.access.visible_referrals", lambda *args: fail_on_a_row())
        ben.raise_request_exception = False
        assert ben.get(f"/referrals/{key}").status_code in (200, 500)
    a_notice_that_fails(monkeypatch)
    said = json.dumps(log(), ensure_ascii=False).lower()
    assert len(of(log(), "ohsc.request")) >= 7
    seeded = {SECRET_WORDS, "heron", "pond", "LS-7781", "correct horse", SUMMARY["summary"], "@", "nonsense"}
    seeded |= {name.split()[1] for name, *_ in PEOPLE.values()} | {name for _, name, *_ in AGENCIES.values()}
    assert [word for word in seeded if word.lower() in said] == []


def a_notice_that_fails(monkeypatch):
    with acting_as(CLOCK), writing():
        Notice.objects.update(state="waiting", attempts=0)
    with monkeypatch.context() as broken:
        broken.setattr("notifications.actions.spread._spread_some", lambda *args: fail_on_a_row())
        notifications.spread_waiting(at=timezone.now(), limit=2)
