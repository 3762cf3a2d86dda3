"""A partner's whole life, from its client to its end: once by the interface alone, once by an administrator's pages.

By the interface both secrets are changed over while referrals are sent, and nothing is lost.
"""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from tests.e2e.platform import until
from tests.e2e.receiver import Call, receiver
from tests.keyboard import PATIENCE

pytestmark = pytest.mark.xdist_group("platform")

SENDERS, AFTERWARDS = 4, 6
REPORT = {
    "environment": "surface_web",
    "harm_type": "grooming",
    "summary": "An account asked a child to move to a private channel.",
    "selectors": [{"kind": "account", "value": "@heron", "platform": "lumen"}],
}


@dataclass
class System:
    """What a partner's system was given: its id and every secret that is good, the newest last."""

    client_id: str
    secrets: list[str]
    acknowledged: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def once() -> dict[str, str]:
    return {"Idempotency_Key": uuid.uuid4().hex}


def verifies(secret: str, call: Call) -> bool:
    try:
        return Webhook(secret).verify(call.body, call.headers)["data"] == call.data
    except WebhookVerificationError:
        return False


def work(partner, system: System, centre, number: int, changed: threading.Event) -> None:
    """One process of the system: it sends without a pause until both secrets are changed, and some more afterwards;
    each referral with a token of its own, asked for with either good secret."""
    turn, left = 0, AFTERWARDS
    while left:
        left -= changed.is_set()
        secret = system.secrets[(number + turn) % len(system.secrets)]
        ref = f"W-{number}-{turn}"
        made = partner(system, secret=secret).refer(REPORT | {"external_ref": ref})
        centre.step(made, "triage", priority="P3")
        with system.lock:
            system.acknowledged[ref] = made["id"]
        turn += 1


def change_both_secrets(source, system: System, webhook: dict, inbox) -> str:
    """While the senders send. The webhook's new secret."""
    until(lambda: inbox.of_type("referral.triage"), PATIENCE)
    new = source.post(f"/api/v1/webhooks/{webhook['id']}/rotate-secret", {"overlap_hours": 1})["secret"]
    asked = {"client_secret": system.secrets[0], "overlap_hours": 1}
    changed = source.post("/api/v1/clients/me/rotate-secret", asked, 201, **once())
    assert changed["old_secret_until"] is not None
    system.secrets.append(changed["client_secret"])
    return new


def test_by_the_interface_alone_with_both_secrets_changed_under_load_and_nothing_lost(
    partner, committed_cast
):
    keeper = partner(committed_cast.lumen_client, "clients webhooks referrals:write referrals:read")
    terms = {"name": "Intake", "scopes": ["referrals:write", "referrals:read", "webhooks"]}
    made = keeper.post("/api/v1/clients", terms, 201, **once())
    system = System(made["client_id"], [made["client_secret"]])
    source, centre = partner(system, secret=system.secrets[0]), partner(committed_cast.centre_client)
    try:
        with receiver() as inbox, ThreadPoolExecutor(SENDERS) as pool:
            webhook = source.post("/api/v1/webhooks", {"url": inbox.url}, 201)
            both_changed = threading.Event()
            sent = [pool.submit(work, partner, system, centre, n, both_changed) for n in range(SENDERS)]
            try:
                new = change_both_secrets(source, system, webhook, inbox)
            finally:
                both_changed.set()
            for each in sent:
                each.result(60)
            assert len(system.acknowledged) > SENDERS * AFTERWARDS
            ids = set(system.acknowledged.values())
            until(lambda: {call.data["id"] for call in inbox.of_type("referral.triage")} == ids, 60)
            calls = inbox.of_type("referral.triage")
            assert not [call.id for call in calls if not verifies(webhook["secret"], call)]
            assert not verifies(new, calls[0])
            assert sum(verifies(new, call) for call in calls) >= SENDERS * AFTERWARDS
        assert source.get("/api/v1/clients/me")["id"] == made["id"]
    finally:
        assert keeper.call("DELETE", f"/api/v1/clients/{made['id']}").status == 204
    assert source.call("GET", "/api/v1/clients/me").status == 401
    assert source.call("POST", "/api/v1/referrals", REPORT, **once()).status == 401
    assert [no_token(source, system.client_id, secret) for secret in system.secrets] == [401, 401]


def no_token(partner, client_id: str, secret: str) -> int:
    """The status of asking for a token."""
    asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    address = f"{partner.base_url}/oauth/token"
    return partner.http.request("POST", address, fields=asked, encode_multipart=False).status


@pytest.mark.browser
def test_by_the_pages_alone_an_administrator_gives_it_takes_it_and_it_is_refused(
    sign_in, partner, committed_cast
):
    page = sign_in(committed_cast.ada)
    page.goto("/systems/clients")
    page.get_by_role("link", name="Add a system").first.click()
    page.get_by_label("Name").fill("Intake by the pages")
    page.get_by_label("Send referrals and import documents").check()
    page.get_by_role("button", name="Add it and show its secret").click()
    client_id, old = page.locator(".new-secret code").all_inner_texts()
    page.get_by_role("link", name="I have copied it").click()
    address = page.url
    system = System(client_id, [old])
    source = partner(system, secret=old)
    assert source.get("/api/v1/clients/me")["name"] == "Intake by the pages"

    with receiver() as inbox:
        page.goto("/systems/webhooks")
        page.get_by_role("link", name="Add a webhook").click()
        page.get_by_label("Address").fill(inbox.url)
        page.get_by_role("button", name="Add and show its secret").click()
        signs = page.locator("code").inner_text()
        page.get_by_role("link", name="I have copied it").click()
        page.get_by_role("button", name="Send a test").click()
        [call] = until(lambda: inbox.of_type("webhook.test"), PATIENCE)
        assert verifies(signs, call)

    page.goto(address)
    page.locator("summary", has_text="New secret").click()
    page.get_by_role("button", name="Make the new secret").click()
    new = page.locator(".new-secret code").last.inner_text()
    assert new != old
    page.get_by_role("link", name="I have copied it").click()
    changed = [partner(system, secret=secret) for secret in (old, new)]
    assert {each.get("/api/v1/clients/me")["name"] for each in changed} == {"Intake by the pages"}

    page.locator("summary", has_text="Revoke").click()
    page.get_by_label("Revoke it for good").check()
    page.get_by_role("button", name="Revoke Intake by the pages").click()
    page.get_by_role("heading", name="Partner systems").wait_for()
    assert {each.call("GET", "/api/v1/clients/me").status for each in (source, *changed)} == {401}
    assert [no_token(source, client_id, secret) for secret in (old, new)] == [401, 401]
