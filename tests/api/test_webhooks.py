"""An agency's system keeps its webhooks: adds one, sees its secret once, reads its log, removes it."""

import pytest

from tests.api.calls import faults, shown

WEBHOOKS = "/api/v1/webhooks"


@pytest.fixture
def lumen(cast):
    return cast.system(cast.lumen_client)


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


def test_another_agencys_webhook_is_absent_on_every_method(cast, lumen):
    address = f"{WEBHOOKS}/{add(lumen, {'url': 'https://hooks.lumen.example/a'}).json()['id']}"
    absent = f"{WEBHOOKS}/00000000-0000-4000-8000-000000000000"
    harbour = cast.system(cast.harbour_client)
    assert shown(harbour.get(address)) == shown(harbour.get(absent))
    assert shown(harbour.delete(address)) == shown(harbour.delete(absent))
    assert shown(harbour.get(f"{address}/deliveries")) == shown(harbour.get(f"{absent}/deliveries"))
    assert harbour.get(WEBHOOKS).json()["items"] == []
    assert len(lumen.get(WEBHOOKS).json()["items"]) == 1
