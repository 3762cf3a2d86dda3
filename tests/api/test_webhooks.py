"""An agency's system keeps its webhooks: adds one, sees its secret once, tests it, reads its log, sends again what was
given up, changes the secret, removes it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from notifications import actions, sending
from notifications.models import Delivery, WebhookEndpoint
from notifications.transport import Answer
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.api.calls import faults, shown

WEBHOOKS = "/api/v1/webhooks"


def add(system, body):
    return system.post(WEBHOOKS, body, content_type="application/json")


def test_a_webhook_is_added_shown_and_removed(lumen):
    made = add(lumen, {"url": "https://hooks.lumen.example/ohsc", "description": "Intake"})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    listed = lumen.get(WEBHOOKS)
    assert [one["id"] for one in listed.json()["items"]] == [made.json()["id"]]
    assert b"whsec_" not in listed.content
    address = f"{WEBHOOKS}/{made.json()['id']}"
    assert made["Location"].endswith(address)
    assert lumen.get(f"{address}/deliveries").json() == {"items": [], "next": None}
    assert lumen.delete(address).status_code == 204
    assert lumen.get(WEBHOOKS).json()["items"] == []
    assert lumen.delete(address).status_code == 404
    assert lumen.get(address).json()["stopped_because"] == "Removed by its agency."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"url": "required"}),
        ({"url": "http://hooks.example.com"}, {"url": "not_taken"}),
        ({"url": "https://169.254.169.254/latest"}, {"url": "not_taken"}),
        ({"url": "https://user:pass@hooks.example.com"}, {"url": "not_taken"}),
        ({"url": 5, "secret": "mine"}, {"url": "invalid", "secret": "unknown_field"}),
    ],
)
def test_a_bad_webhook_is_refused_by_field(lumen, body, expected):
    answer = add(lumen, body)
    assert (answer.status_code, faults(answer)) == (400, expected)


@pytest.fixture
def hook(lumen):
    """A webhook of Lumen Social: its address and id."""
    made = add(lumen, {"url": "https://hooks.lumen.example/ohsc"}).json()
    return f"{WEBHOOKS}/{made['id']}", UUID(made["id"])


def post(system, address, body=None):
    return system.post(address, body if body is not None else {}, content_type="application/json")


def attempted(answer: Answer, *, attempts: int = 1, at=None) -> Delivery:
    """The next webhook that is due was tried, for the last of so many times, and this came of it."""
    at = at or timezone.now()
    delivery = actions.lease_next(at=at)
    while delivery is not None and delivery.channel != "webhook":
        delivery = actions.lease_next(at=at)
    delivery.attempts = attempts
    actions.settle(delivery, sending._result(delivery, answer, at), at=at)
    return delivery


DOWN = Answer(500, "Answered 500.", took=0.25)
UP = Answer(204, "Answered 204.", took=0.125)


# A test.


def test_a_test_goes_through_the_log_as_any_message_does(lumen, hook):
    address, _ = hook
    sent = post(lumen, f"{address}/test")
    assert (sent.status_code, sent.json()["type"], sent.json()["state"]) == (202, "webhook.test", "waiting")
    attempted(DOWN)
    attempted(UP, attempts=2, at=timezone.now() + timedelta(seconds=10))
    (line,) = lumen.get(f"{address}/deliveries").json()["items"]
    assert (line["id"], line["state"]) == (sent.json()["id"], "sent")
    shown_whole = lumen.get(sent["Location"]).json()
    assert [(a["status"], a["took_ms"], a["reason"]) for a in shown_whole["attempt_log"]] == [
        (204, 125, "Answered 204."),
        (500, 250, "Answered 500."),
    ]
    assert {name: value for name, value in shown_whole.items() if name != "attempt_log"} == line


def test_a_test_reaches_that_webhook_alone_and_no_feed(cast, lumen, hook):
    add(lumen, {"url": "https://hooks.lumen.example/other"})
    post(lumen, f"{hook[0]}/test")
    actions.spread_waiting(at=timezone.now())
    with acting_as(CLOCK), writing():
        assert [d.endpoint_id for d in Delivery.objects.filter(topic="webhook.test")] == [hook[1]]
    assert lumen.get("/api/v1/events").json()["items"] == []


def test_a_stopped_webhook_is_not_tested(lumen, hook):
    lumen.delete(hook[0])
    refused = post(lumen, f"{hook[0]}/test")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "The webhook is stopped. Resume it first.",
    )


# Dead letters and replay.


@pytest.fixture
def dead(lumen, hook):
    """Three tests that were given up; their ids, the oldest first."""
    ids = []
    for _ in range(3):
        ids.append(post(lumen, f"{hook[0]}/test").json()["id"])
        with acting_as(CLOCK), writing():  # another message got through, so the webhook is not stopped
            Delivery.objects.filter(pk=ids[-1]).update(
                state="dead", attempts=10, done_at=timezone.now(), last_reason="Answered 500."
            )
    return ids


def test_dead_letters_are_listed_and_one_is_sent_again_with_its_id(lumen, hook, dead):
    address, _ = hook
    listed = lumen.get(f"{address}/deliveries", {"state": "dead"}).json()["items"]
    assert {line["id"] for line in listed} == set(dead)
    again = post(lumen, f"{address}/deliveries/{dead[0]}/replay")
    assert (again.status_code, again.json()["id"]) == (202, dead[0])
    assert (again.json()["state"], again.json()["attempts"]) == ("waiting", 0)
    assert again.json()["replayed_at"] is not None
    assert attempted(UP).pk.hex == dead[0]
    assert len(lumen.get(f"{address}/deliveries", {"state": "dead"}).json()["items"]) == 2


def test_what_arrived_is_sent_again_too_and_what_is_waiting_is_not(lumen, hook):
    address, _ = hook
    message = post(lumen, f"{address}/test").json()["id"]
    refused = post(lumen, f"{address}/deliveries/{message}/replay")
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/docs#not-now")
    attempted(UP)
    assert post(lumen, f"{address}/deliveries/{message}/replay").status_code == 202


def test_a_message_is_found_with_hyphens_and_without_and_in_no_other_way(lumen, hook, dead):
    address, _ = hook
    for written in (dead[0], str(UUID(dead[0]))):
        assert lumen.get(f"{address}/deliveries/{written}").status_code == 200
    for written in (dead[0].upper(), "{" + dead[0] + "}", dead[0][:-1], "x"):
        assert lumen.get(f"{address}/deliveries/{written}").status_code == 404


def test_all_dead_letters_since_a_moment_are_sent_again_in_parts(lumen, hook, dead, monkeypatch):
    monkeypatch.setattr("notifications.actions.sending_again.MOST_REPLAYED", 2)
    address, _ = hook
    since = {"since": (timezone.now() - timedelta(days=1)).isoformat()}
    answers = [post(lumen, f"{address}/replay", since) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert [answer.json() for answer in answers] == [
        {"replayed": 2, "more": True},
        {"replayed": 1, "more": False},
        {"replayed": 0, "more": False},
    ]


def test_older_dead_letters_stay(lumen, hook, dead):
    with acting_as(CLOCK), writing():
        Delivery.objects.filter(pk=dead[0]).update(done_at=timezone.now() - timedelta(days=2))
    since = {"since": (timezone.now() - timedelta(days=1)).isoformat()}
    assert post(lumen, f"{hook[0]}/replay", since).json()["replayed"] == 2


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("replay", {}, {"since": "required"}),
        ("replay", {"since": "yesterday"}, {"since": "invalid"}),
        ("rotate-secret", {"overlap_hours": 169}, {"overlap_hours": "max_value"}),
        (
            "rotate-secret",
            {"overlap_hours": -1, "secret": "mine"},
            {"overlap_hours": "min_value", "secret": "unknown_field"},
        ),
        ("test", {"type": "x"}, {"type": "unknown_field"}),
        ("resume", {"now": True}, {"now": "unknown_field"}),
    ],
)
def test_what_is_asked_of_a_webhook_is_refused_by_field(lumen, hook, path, body, expected):
    answer = post(lumen, f"{hook[0]}/{path}", body)
    assert (answer.status_code, faults(answer)) == (400, expected)


# The secret.


def test_a_changed_secret_is_shown_once_and_says_until_when_the_old_one_signs(lumen, hook):
    before = timezone.now()
    changed = post(lumen, f"{hook[0]}/rotate-secret").json()
    assert changed["secret"].startswith("whsec_")
    until = lumen.get(hook[0]).json()["old_secret_until"]
    assert until == changed["old_secret_until"]
    with acting_as(CLOCK), writing():
        endpoint = WebhookEndpoint.objects.get(pk=hook[1])
    assert timedelta(hours=24) <= endpoint.old_secret_until - before < timedelta(hours=24, minutes=1)
    assert len(sending.live_secrets(endpoint, before)) == 2
    assert len(sending.live_secrets(endpoint, endpoint.old_secret_until)) == 1


def test_a_secret_that_leaked_is_replaced_at_once(lumen, hook):
    post(lumen, f"{hook[0]}/rotate-secret")
    changed = post(lumen, f"{hook[0]}/rotate-secret", {"overlap_hours": 0}).json()
    assert changed["old_secret_until"] is None
    with acting_as(CLOCK), writing():
        assert len(WebhookEndpoint.objects.get(pk=hook[1]).sealed_secrets) == 1


def test_no_more_than_five_secrets_sign_at_one_time(lumen, hook):
    answers = [post(lumen, f"{hook[0]}/rotate-secret").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 409]
    assert post(lumen, f"{hook[0]}/rotate-secret", {"overlap_hours": 0}).status_code == 200


# Stopped and resumed.


def test_a_webhook_that_was_stopped_is_resumed_and_its_dead_letters_wait_to_be_replayed(lumen, hook):
    address, _ = hook
    assert post(lumen, f"{address}/resume").status_code == 409
    message = post(lumen, f"{address}/test").json()["id"]
    attempted(Answer(410, "Answered 410."))
    stopped = lumen.get(address).json()
    assert stopped["stopped_because"] == "The endpoint answered 410 Gone."
    assert post(lumen, f"{address}/deliveries/{message}/replay").status_code == 409
    resumed = post(lumen, f"{address}/resume")
    assert (resumed.status_code, resumed.json()["stopped_at"]) == (200, None)
    assert post(lumen, f"{address}/deliveries/{message}/replay").status_code == 202


# Whose it is.

CALLS = [
    ("get", ""),
    ("delete", ""),
    ("get", "/deliveries"),
    ("post", "/test"),
    ("post", "/rotate-secret"),
    ("post", "/resume"),
    ("post", "/replay"),
    ("get", "/deliveries/{message}"),
    ("post", "/deliveries/{message}/replay"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_another_agencys_webhook_is_absent_on_every_address(cast, lumen, hook, dead, method, path):
    harbour = cast.system(cast.harbour_client)
    body = {"since": timezone.now().isoformat()} if path == "/replay" else {}
    told = {"data": body, "content_type": "application/json"} if method == "post" else {}
    absent = f"{WEBHOOKS}/00000000-0000-4000-8000-000000000000"
    answers = [
        shown(getattr(harbour, method)(address + path.format(message=dead[0]), **told))
        for address in (hook[0], absent)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert lumen.get(hook[0]).json()["stopped_at"] is None


def test_anothers_message_is_absent_under_ones_own_webhook(cast, hook, dead):
    harbour = cast.system(cast.harbour_client)
    own = f"{WEBHOOKS}/{add(harbour, {'url': 'https://hooks.harbour.example/a'}).json()['id']}"
    for path in ("/deliveries/{}", "/deliveries/{}/replay"):
        ask = harbour.post if path.endswith("replay") else harbour.get
        told = {"data": {}, "content_type": "application/json"} if path.endswith("replay") else {}
        theirs, absent = (ask(own + path.format(message), **told) for message in (dead[0], "0" * 32))
        assert shown(theirs) == shown(absent)
        assert theirs.status_code == 404


def test_without_the_scope_nothing_of_a_webhook_is_shown_or_done(cast, hook):
    reader = cast.system(cast.lumen_client, "referrals:read")
    assert reader.get(hook[0]).status_code == 403
    assert post(reader, f"{hook[0]}/rotate-secret").status_code == 403
