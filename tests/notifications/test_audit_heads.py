"""A partner's webhook that asked for it is sent the audit's signed head: at most once an hour, and nobody else is."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.keys import public_keys
from audit.notes import read_note
from notifications import actions, sending
from notifications.models import Delivery, InboxItem, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.audit.conftest import Seals

NOW = timezone.now()
HOOKS = "/api/v1/webhooks"


@pytest.fixture
def seals(tmp_path, settings, transactional_db):
    return Seals(tmp_path, settings)


@pytest.fixture
def lumen(committed_cast):
    return committed_cast.system(committed_cast.lumen_client)


def add(system, name: str, **more) -> dict:
    body = {"url": f"https://hooks.lumen.example/{name}", **more}
    made = system.post(HOOKS, body, content_type="application/json")
    assert made.status_code == 201, made.content
    return made.json()


def messages() -> list[Delivery]:
    with acting_as(CLOCK), writing():
        return list(Delivery.objects.filter(topic="audit.head").select_related("notice", "endpoint"))


def test_only_the_webhook_that_asked_is_sent_the_head_and_it_is_checked_by_the_key(
    committed_cast, lumen, seals
):
    takes, not_asked = add(lumen, "heads", audit_heads=True), add(lumen, "others")
    assert (takes["audit_heads"], not_asked["audit_heads"]) == (True, False)
    seals.seal()
    assert actions.tell_of_heads(at=timezone.now()) == 1
    (message,) = messages()
    assert str(message.endpoint_id) == takes["id"]
    said = json.loads(sending.body_of(message))
    assert said["type"] == "audit.head"
    assert set(said["data"]) == {"size", "root", "key_id", "note"}
    assert read_note(said["data"]["note"], public_keys()).size == said["data"]["size"]
    assert actions.may_still_be_told(message)
    with acting_as(CLOCK), writing():
        assert not InboxItem.objects.filter(topic="audit.head").exists()
    assert lumen.get("/api/v1/events").json()["items"] == []


def test_it_is_at_most_one_an_hour_and_none_where_nothing_is_new(committed_cast, lumen, seals):
    add(lumen, "heads", audit_heads=True)
    assert actions.tell_of_heads(at=timezone.now()) == 0, "nothing is sealed yet"
    seals.seal()
    now = timezone.now()
    assert actions.tell_of_heads(at=now) == 1
    committed_cast.referral()
    seals.seal()
    assert actions.tell_of_heads(at=now + timedelta(minutes=30)) == 0, "within the hour"
    assert actions.tell_of_heads(at=now + timedelta(minutes=60)) == 1
    assert actions.tell_of_heads(at=now + timedelta(minutes=180)) == 0, "nothing new"
    sizes = [json.loads(sending.body_of(message))["data"]["size"] for message in messages()]
    assert len(set(sizes)) == 2, "a message goes on speaking of its own head"


def test_a_webhook_that_was_stopped_is_sent_none(committed_cast, lumen, seals):
    made = add(lumen, "heads", audit_heads=True)
    lumen.delete(f"{HOOKS}/{made['id']}")
    seals.seal()
    assert actions.tell_of_heads(at=timezone.now()) == 0
    with acting_as(CLOCK), writing():
        assert not Notice.objects.filter(topic="audit.head").exists()
