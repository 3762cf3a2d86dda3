"""Processes are stopped and started while partners work, and nothing is lost: TERM lets everything finish."""

import http.client
import itertools
import json
import os
import signal
import socket
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import urllib3

from notifications.models import Delivery
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.models import Referral
from tests.e2e.conftest import Partner
from tests.e2e.platform import Platform, until
from tests.e2e.receiver import receiver

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("platform")]
ROUNDS = 3  # of restarting each web server in turn
REPORT = {
    "environment": "surface_web",
    "harm_type": "grooming",
    "summary": "An account asked a child to move to a private channel.",
}


@pytest.fixture
def web(django_db_setup, tmp_path, committed_cast):
    """`web("a")` is a web server of its own; all are ended after the test. The first brings the broker."""
    started: list[Platform] = []

    def start(name: str) -> Platform:
        folder = tmp_path / name
        folder.mkdir()
        platform = Platform(folder, os.environ["DATABASE_URL"], folder / "static")
        if started:
            platform.env["REDIS_URL"] = started[0].broker_url
        else:
            platform.start_broker()
        platform.mail.mkdir()
        started.append(platform)
        platform.start_web()
        until(platform.is_ready, 60)
        return platform

    yield start
    for platform in reversed(started):
        for name in ("web", "worker", "broker"):
            platform.end(name, signal.SIGTERM)


def is_listening(platform: Platform) -> bool:
    try:
        socket.create_connection(("127.0.0.1", platform.port), timeout=1).close()
    except ConnectionError:  # refused, or reset: it came in the instant between the last look and the close
        return False
    return True


def test_a_request_half_sent_when_the_server_is_told_to_stop_is_answered(web, committed_cast):
    platform = web("a")
    partner = Partner(platform, committed_cast.lumen_client.client_id)
    body = json.dumps(REPORT).encode()
    caller = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=30)
    caller.putrequest("POST", "/api/v1/referrals")
    for name, value in (partner.headers | {
        "Content-Type": "application/json", "Content-Length": str(len(body)), "Idempotency-Key": "half",
        "Expect": "100-continue",
    }).items():  # fmt: skip
        caller.putheader(name, value)
    caller.endheaders()
    assert caller.sock.recv(25, socket.MSG_WAITALL) == b"HTTP/1.1 100 Continue\r\n\r\n"  # it is being served
    caller.send(body[:20])

    process = platform.processes["web"]
    process.send_signal(signal.SIGTERM)
    try:
        until(lambda: not is_listening(platform))
        caller.send(body[20:])
        answer = caller.getresponse()
        assert answer.status == 201, answer.read()
        answer.read()
    finally:
        caller.close()
    assert process.wait(30) == 0
    with acting_as(CLOCK):
        assert Referral.objects.count() == 1


@dataclass
class Balancer:
    """Sends each call to a server that takes it, and repeats with the same key what got no answer: as proxies and
    partners' systems do."""

    servers: list[Platform]
    headers: dict
    turns: itertools.count = field(default_factory=itertools.count)
    unanswered: int = 0
    answers: list[int] = field(default_factory=list)

    def refer(self, number: int) -> None:
        body = json.dumps(REPORT | {"external_ref": f"LS-{number}"}).encode()
        headers = self.headers | {"Content-Type": "application/json", "Idempotency-Key": f"key-{number}"}

        def answered():
            server = self.servers[next(self.turns) % len(self.servers)]
            try:
                with urllib3.PoolManager(retries=False, timeout=30) as http:
                    return http.request(
                        "POST", f"{server.base_url}/api/v1/referrals", body=body, headers=headers
                    )
            except urllib3.exceptions.HTTPError:
                self.unanswered += 1
                return None

        self.answers.append(until(answered, 60).status)


def test_two_web_servers_are_restarted_in_turn_under_intake_and_nothing_is_lost_or_doubled(
    web, committed_cast
):
    servers = [web("a"), web("b")]
    balancer = Balancer(servers, Partner(servers[0], committed_cast.lumen_client.client_id).headers)
    over, numbers = threading.Event(), itertools.count()

    def take_in():
        while not over.is_set():
            balancer.refer(next(numbers))

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(take_in) for _ in range(3)]
        try:
            for _ in range(ROUNDS):
                for server in servers:
                    process = server.processes.pop("web")
                    process.send_signal(signal.SIGTERM)
                    assert process.wait(30) == 0
                    server.start_web()
                    until(server.is_ready, 60)
        finally:
            over.set()
        for one in running:
            one.result()
    assert set(balancer.answers) == {201}, "no server answered with a failure"
    with acting_as(CLOCK):
        there = sorted(Referral.objects.values_list("external_ref", flat=True))
    assert len(there) > 2 * ROUNDS
    assert there == sorted(f"LS-{number}" for number in range(len(balancer.answers)))


def test_a_worker_told_to_stop_finishes_what_it_sends_and_holds_nothing_back(web, committed_cast):
    platform = web("a")
    source = Partner(platform, committed_cast.lumen_client.client_id)
    centre = Partner(platform, committed_cast.centre_client.client_id)
    with receiver(seconds=0.5) as inbox:
        source.post("/api/v1/webhooks", {"url": inbox.url}, 201)
        made = [source.refer(REPORT, uuid.uuid4().hex) for _ in range(4)]
        for referral in made:
            centre.step(referral, "triage", priority="P3")
        platform.start_worker()
        until(lambda: inbox.calls, 60)
        process = platform.processes.pop("worker")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        with acting_as(CLOCK), writing():
            assert Delivery.objects.exclude(lease=None).count() == 0
        platform.start_worker()
        source.refer(REPORT)  # rings the bell for what was left
        until(lambda: len({call.id for call in inbox.calls}) >= len(made), 60)
        platform.end("worker", signal.SIGTERM)
    assert len(inbox.calls) == len({call.id for call in inbox.calls}), "nothing was sent twice"


def test_the_counts_of_requests_outlive_a_process_that_is_replaced(web):
    platform = web("a")
    for _ in range(6):
        assert platform.is_ready()
    master = platform.processes["web"].pid

    def counted() -> float:
        text = platform.http.request("GET", f"{platform.base_url}/metrics").data.decode()
        (line,) = [
            line
            for line in text.splitlines()
            if line.startswith("ohsc_http_requests_total{") and 'route="readyz"' in line and "2xx" in line
        ]
        return float(line.rpartition(" ")[2])

    before = counted()
    assert before >= 6
    os.kill(master, signal.SIGHUP)  # every process is replaced by a new one

    def goes_on():
        try:
            return platform.is_ready() and counted() > before
        except urllib3.exceptions.HTTPError:  # a connection kept open to a process that has just gone
            return False

    assert until(goes_on, 60)
