"""Every dependency has a time after which we stop waiting; nothing is installed or believed that was not agreed on."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from kombu.exceptions import ContentDisallowed
from kombu.serialization import dumps, loads, prepare_accept_content

from deploy.environment import __file__ as environment
from notifications import transport
from ohsc.celery import app
from ohsc.core.management.commands.database_roles import LIMITS

ROOT = Path(__file__).parent.parent.parent


def test_the_database_gives_up_before_a_person_does(cast):
    stated = {"statement_timeout": "5s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "30s"}
    assert stated == LIMITS
    with connection.cursor() as cursor:
        for name, value in stated.items():
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)


def test_the_broker_a_task_a_mail_and_a_webhook_have_their_time():
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"] == 1
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] == 5
    assert settings.CELERY_TASK_TIME_LIMIT == 60
    # A task that is still at work is not given to another worker as well.
    assert (
        settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > 2 * settings.CELERY_TASK_TIME_LIMIT
    )
    assert transport.TIMEOUT == 20
    assert "EMAIL_TIMEOUT" in (ROOT / "ohsc" / "settings.py").read_text()


def test_a_worker_reads_json_and_nothing_that_could_be_a_program():
    taken = prepare_accept_content(app.conf.accept_content)
    assert loads(*_as_sent("json"), accept=taken) == {"id": 1}
    with pytest.raises(ContentDisallowed):
        loads(*_as_sent("pickle"), accept=taken)


def _as_sent(serializer: str) -> tuple:
    content_type, encoding, body = dumps({"id": 1}, serializer=serializer)
    return body, content_type, encoding


@pytest.mark.parametrize("lock", ["base", "dev", "local", "node"])
def test_every_package_is_of_one_version_and_known_by_its_hash(lock):
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / f"{lock}.txt").read_text())
    packages = [entry for entry in entries if not entry.startswith(("#", " "))]
    assert packages
    assert [entry for entry in packages if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_is_installed_is_held_to_those_hashes():
    for place in (Path(environment), ROOT / "deploy" / "Dockerfile"):
        assert "--require-hashes" in place.read_text()
