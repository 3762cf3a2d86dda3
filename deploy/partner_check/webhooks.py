"""Do webhooks come, signed, and does their log say so?"""

import json
import time

from .checks import Visit
from .conversation import NotOffered, need
from .receiver import Receiver, verify

WEBHOOKS = "/api/v1/webhooks"


def addresses(visit: Visit) -> str:
    """A webhook cannot be led into a private network."""
    visit.offers(WEBHOOKS, "post")
    visit.may("webhooks")
    for inside in ("https://10.0.0.1/hook", "https://169.254.169.254/latest", "ftp://example.com/"):
        answer = visit.talk.ask("POST", WEBHOOKS, {"url": inside})
        if answer.status == 201:
            visit.to_remove.append(answer.json()["id"])
        [named] = answer.problem(400, "invalid-request")["errors"]
        need(named["field"] == "url", f"The field named is {named['field']}.")
    return "Private addresses and other schemes are refused."


def told(visit: Visit) -> str:
    """A webhook is added, tested, verified, found in the log, and removed."""
    visit.offers(WEBHOOKS, "post")
    visit.may("webhooks")
    if not visit.receiver_url:
        raise NotOffered("No receiver was named: say --receiver to have it tested.")
    receiver = Receiver(visit.port)
    try:
        made = visit.talk.ask("POST", WEBHOOKS, {"url": visit.receiver_url}).expect(201).json()
        visit.to_remove.append(made["id"])
        need(made["secret"].startswith("whsec_"), "The secret is not of the form whsec_….")
        address = f"{WEBHOOKS}/{made['id']}"
        need("secret" not in visit.talk.ask("GET", address).expect(200).json(), "A secret can be read again.")
        said = _tested(visit, receiver, address, made["secret"])
        visit.talk.ask("DELETE", address).expect(204)
        visit.to_remove.remove(made["id"])
    finally:
        receiver.close()
    return said


def _tested(visit: Visit, receiver: Receiver, address: str, secret: str) -> str:
    try:
        visit.offers(f"{WEBHOOKS}/{{id}}/test", "post")
    except NotOffered:
        return "Added and removed; this deployment sends no test message."
    sent = visit.talk.ask("POST", f"{address}/test", {}).expect(202).json()
    headers, body = receiver.wait()
    verify(secret, headers, body)
    need(headers["webhook-id"] == sent["id"], "The webhook-id is not the one that was announced.")
    need({"type", "timestamp", "data"} >= set(json.loads(body)), "The body holds more than a thin one does.")
    for _ in range(50):
        log = visit.talk.ask("GET", f"{address}/deliveries").expect(200).json()["items"]
        if [one for one in log if one["id"] == sent["id"] and one["state"] == "sent"]:
            return "Came, was signed, and its log says that it was taken."
        time.sleep(0.2)
    need(False, "The log does not say that the message was taken.")
    return ""
