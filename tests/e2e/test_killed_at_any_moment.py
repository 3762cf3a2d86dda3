"""Web and worker processes are killed at fifty moments while partners send: nothing acknowledged is lost or doubled.

The moments are random but for their seed; what is asserted holds whichever they are. A partner does what the guide
says: where no answer came, or 503, it sends the same request again with the same key.
"""

import json
import random
import signal
import threading
import time
import uuid
from collections import Counter

import psutil
import pytest
import urllib3
from redis import Redis

from audit.models import Event
from notifications.models import Delivery, InboxItem, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.models import KeptAnswer
from referrals.models import PartyRow, Referral, Report, StepTaken
from referrals.reckoning import reckoned
from tests.e2e.platform import until
from tests.e2e.receiver import receiver

pytestmark = pytest.mark.xdist_group("platform")

ARRIVED = "referral.receive"
MOMENTS = 50
SENDERS = 3
BULK_LINES = 600
REPORT = {
    "environment": "surface_web",
    "harm_type": "live_streaming",
    "summary": "A live stream was reported.",
    "factors": {"live_streaming": "yes"},  # suggests P1, of which people at the Centre are told at once
    "selectors": [{"kind": "account", "value": "@heron", "platform": "lumen"}],
}


class Sender(threading.Thread):
    """A partner's system: one referral after the other, each until it is acknowledged."""

    def __init__(self, partner, number: int, stop: threading.Event):
        super().__init__(daemon=True)
        self.partner, self.number, self.stop = partner, number, stop
        self.acknowledged: dict[str, str] = {}
        self.refused: list = []

    def run(self):
        while not self.stop.is_set():
            ref = f"K-{self.number}-{len(self.acknowledged)}"
            made = self.send(REPORT | {"external_ref": ref}, uuid.uuid4().hex)
            if made is None:
                return
            self.acknowledged[ref] = made["id"]

    def send(self, body, key):
        for _ in range(400):
            try:
                answer = self.partner.call("POST", "/api/v1/referrals", body, Idempotency_Key=key)
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status == 201:
                return answer.json()
            if answer.status not in (409, 502, 503) or "Retry-After" not in answer.headers:
                self.refused.append((answer.status, answer.data))
                return None
            time.sleep(0.1)
        self.refused.append("never acknowledged")
        return None


class BulkSender(threading.Thread):
    """Another one: many in one request, sent again as it is until its answer comes to its end."""

    def __init__(self, partner):
        super().__init__(daemon=True)
        self.partner, self.results, self.tries = partner, [], 0

    def run(self):
        lines = [json.dumps(REPORT | {"external_ref": f"B-{number}"}) for number in range(BULK_LINES)]
        body = "\n".join(lines).encode()
        while self.tries < 200:
            self.tries += 1
            try:
                answer = self.partner.call(
                    "POST",
                    "/api/v1/referrals/bulk",
                    body,
                    Idempotency_Key="bulk",
                    Content_Type="application/x-ndjson",
                )
                results = [json.loads(line) for line in answer.data.splitlines()]
            except (urllib3.exceptions.HTTPError, ValueError):
                time.sleep(0.2)
                continue
            if len(results) == BULK_LINES and all(result["status"] == 201 for result in results):
                self.results = results
                return


def kill_one(platform, rng: random.Random) -> None:
    """SIGKILL for one process that serves or works; its parent, or the operator's supervisor, starts another."""
    name = rng.choice(("web", "web", "web", "worker"))
    running = platform.processes.get(name)
    if running is None or running.poll() is not None:
        return
    children = psutil.Process(running.pid).children()
    if children:
        rng.choice(children).send_signal(signal.SIGKILL)


def test_each_acknowledged_referral_exists_once_and_each_notice_is_there(platform, partner, committed_cast):
    cast, rng, stop = committed_cast, random.Random(20261125), threading.Event()
    with receiver() as inbox:
        partner(cast.centre_client).post("/api/v1/webhooks", {"url": inbox.url}, 201)
        senders = [Sender(partner(cast.lumen_client), number, stop) for number in range(SENDERS)]
        bulk = BulkSender(partner(cast.police_client))
        for thread in (*senders, bulk):
            thread.start()
        for moment in range(MOMENTS):
            before = sum(len(sender.acknowledged) for sender in senders)
            until(lambda b=before: sum(len(one.acknowledged) for one in senders) > b, 60)
            time.sleep(rng.uniform(0.0, 0.1))
            kill_one(platform, rng)
            if moment == MOMENTS // 2:
                with Redis.from_url(platform.broker_url) as redis:
                    redis.flushall()
        stop.set()
        for thread in (*senders, bulk):
            thread.join(120)
        assert [sender.refused for sender in senders] == [[]] * SENDERS
        acknowledged = {ref: key for sender in senders for ref, key in sender.acknowledged.items()}
        acknowledged |= {
            result["referral"]["external_ref"]: result["referral"]["id"] for result in bulk.results
        }
        assert len(bulk.results) == BULK_LINES
        everything_is_there_once(cast, acknowledged)
        everybody_was_told_once(cast, acknowledged, inbox)


def told_of_arrivals(cast):
    """A P1 among them calls people besides; that ladder has tests of its own."""
    return Notice.objects.filter(agency=cast.centre, topic=ARRIVED)


def everything_is_there_once(cast, acknowledged):
    with acting_as(CLOCK), writing():
        found = {ref: str(key) for ref, key in Referral.objects.values_list("external_ref", "pk")}
        assert found == acknowledged
        how_many = len(acknowledged)
        assert PartyRow.objects.filter(until=None).count() == 2 * how_many
        for rows in (Report, StepTaken, KeptAnswer, told_of_arrivals(cast)):
            assert getattr(rows, "objects", rows).count() == how_many, rows
        recorded = Counter(
            str(one)
            for ids in Event.objects.filter(action="referral.receive").values_list("subject_ids", flat=True)
            for one in ids
        )
        assert recorded == dict.fromkeys(acknowledged.values(), 1)
        _, broken = reckoned()
        assert broken == []


def everybody_was_told_once(cast, acknowledged, inbox):
    def all_told():
        with acting_as(CLOCK), writing():
            waiting = Notice.objects.filter(state="waiting").exists()
            return not waiting and not Delivery.objects.filter(channel="webhook", state="waiting").exists()

    until(all_told, 240)
    with acting_as(cast.actor(cast.cora)):
        items = Counter(
            str(one)
            for one in InboxItem.objects.filter(person=cast.cora, topic=ARRIVED).values_list(
                "subject_id", flat=True
            )
        )
    assert items == dict.fromkeys(acknowledged.values(), 1)
    told = {call.id: call.data["id"] for call in inbox.of_type(ARRIVED)}
    assert Counter(told.values()) == dict.fromkeys(acknowledged.values(), 1)
