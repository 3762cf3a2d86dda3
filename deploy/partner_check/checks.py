"""What must hold between a partner's system and a deployment? Each function is one promise, asked for and judged.

A function returns the sentence that says what was seen, or raises `DoesNotHold` or `NotOffered`. They run in the
order of `CHECKS`, and later ones use what earlier ones made.
"""

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .conversation import Answer, Conversation, NotOffered, need

REFERRALS = "/api/v1/referrals"
MARK = "Test of the interface by a partner's system. No child is concerned. Withdrawn by its sender."
MEGABYTE = 1024 * 1024


@dataclass
class Visit:
    """One run: the conversation, and what was learnt and made on the way."""

    talk: Conversation
    foreign: str = ""
    receiver_url: str = ""
    port: int = 0
    document: dict[str, Any] = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    made: dict[str, Any] = field(default_factory=dict)
    receipt: Answer | None = None
    to_withdraw: list[str] = field(default_factory=list)
    to_remove: list[str] = field(default_factory=list)

    def offers(self, path: str, method: str = "get") -> dict[str, Any]:
        """The operation in the document, whatever the names in braces; NotOffered where there is none."""
        for known, operations in self.document.get("paths", {}).items():
            if _shape(known) == _shape(path) and method in operations:
                return operations[method]
        raise NotOffered(f"{method.upper()} {path} is not offered by this deployment.")

    def may(self, scope: str) -> None:
        if scope not in self.scopes:
            raise NotOffered(f"This client does not hold {scope}.")

    @property
    def address(self) -> str:
        need(self.made, "There is no referral to ask about: sending one failed.")
        return f"{REFERRALS}/{self.made['id']}"


def _shape(path: str) -> list[str]:
    return ["{}" if part.startswith("{") else part for part in path.split("/")]


def document(visit: Visit) -> str:
    """The interface describes itself, without a token."""
    answer = visit.talk.ask("GET", "/api/v1/openapi.json", token="").expect(200)
    visit.document = answer.json()
    need(str(visit.document.get("openapi", "")).startswith("3.1"), "The document is not OpenAPI 3.1.")
    operations = [one for path in visit.document["paths"].values() for one in path.values()]
    old = [one["operationId"] for one in operations if one.get("deprecated")]
    return f"{len(operations)} operations; {'to go: ' + ', '.join(old) if old else 'none is to go'}."


def limits(visit: Visit) -> str:
    """Limits are published, and 429 with Retry-After is in every operation."""
    published = visit.document.get("x-limits")
    need(published, "The document publishes no x-limits.")
    for path, operations in visit.document["paths"].items():
        for method, one in operations.items():
            headers = one["responses"].get("429", {}).get("headers", {})
            need("Retry-After" in headers, f"{method.upper()} {path} does not document 429 with Retry-After.")
    return (
        ", ".join(f"{one['requests']:,} {kind} in {one['seconds']} s" for kind, one in published.items())
        + "."
    )


def token(visit: Visit) -> str:
    """Client credentials give a token, a wrong secret gives none."""
    given = visit.talk.ask_token().expect(200).json()
    need(given.get("token_type", "").lower() == "bearer", "The token is no bearer token.")
    visit.talk.token, visit.scopes = given["access_token"], given.get("scope", "").split()
    wrong = visit.talk.ask_token(secret="not-the-secret").expect(401).json()
    need(wrong.get("error") == "invalid_client", "A wrong secret is not answered with invalid_client.")
    return f"For {given.get('expires_in')} seconds, with {', '.join(visit.scopes)}."


def no_token(visit: Visit) -> str:
    """Without a token, or with a wrong one: 401, and how to come by one."""
    for bearer in ("", "no-such-token"):
        answer = visit.talk.ask("GET", REFERRALS, token=bearer)
        answer.problem(401, "not-signed-in")
        need("Bearer" in answer.headers.get("www-authenticate", ""), "A 401 names no way to sign in.")
    return "401, with WWW-Authenticate."


def scopes(visit: Visit) -> str:
    """A token may be asked for with fewer scopes, and reaches no further."""
    if len(visit.scopes) < 2:
        raise NotOffered("This client holds one scope only.")
    away, kept = ("referrals:read", REFERRALS), [one for one in visit.scopes if one != "referrals:read"]
    given = visit.talk.ask_token(scope=kept[0]).expect(200).json()
    need(given["scope"] == kept[0], f"Asked for {kept[0]}, got {given['scope']}.")
    visit.talk.ask("GET", away[1], token=given["access_token"]).problem(403, "out-of-scope")
    return f"A token for {kept[0]} alone cannot list referrals: 403."


def own_client(visit: Visit) -> str:
    """A client can look at itself."""
    visit.offers("/api/v1/clients/me")
    shown = visit.talk.ask("GET", "/api/v1/clients/me").expect(200).json()
    need("client_secret" not in shown or shown["client_secret"] is None, "A client's secret can be read.")
    return f"{shown.get('name', 'This client')}; its secret cannot be read."


def kept_client(visit: Visit) -> str:
    """A client can make another with fewer scopes; once revoked, its live token is refused at once."""
    visit.offers("/api/v1/clients", "post")
    visit.may("clients")
    terms = {"name": f"Partner check {secrets.token_hex(4)}", "scopes": ["clients"]}
    made = visit.talk.post_once("/api/v1/clients", terms).expect(201).json()
    address = f"/api/v1/clients/{made['id']}"
    try:
        other = Conversation(visit.talk.base, made["client_id"], made["client_secret"])
        other.token = other.ask_token().expect(200).json()["access_token"]
        other.ask("GET", "/api/v1/clients/me").expect(200)
        need(
            "client_secret" not in visit.talk.ask("GET", address).expect(200).json(), "A secret can be read."
        )
    finally:
        revoked = visit.talk.ask("DELETE", address)
    revoked.expect(204)
    other.ask("GET", "/api/v1/clients/me").problem(401, "not-signed-in")
    need(other.ask_token().status == 401, "A revoked client still gets a token.")
    return "One was made, used and revoked; its live token is refused."


def reference_data(visit: Visit) -> str:
    """Agencies and harms are listed, so that no code has to be guessed."""
    agencies = visit.talk.ask("GET", "/api/v1/agencies").expect(200).json()["items"]
    harms = visit.talk.ask("GET", "/api/v1/harm-types").expect(200).json()["items"]
    need(agencies and harms, "A list of reference data is empty.")
    visit.body = {
        "environment": "surface_web",
        "harm_type": harms[0]["code"],
        "summary": MARK,
        "external_ref": f"partner-check-{secrets.token_hex(8)}",
        "selectors": [{"kind": "account", "value": "partner-check", "platform": "exampleservice"}],
    }
    return f"{len(agencies)} agencies, {len(harms)} harms."


def create(visit: Visit) -> str:
    """A referral is sent, and the 201 is its receipt."""
    visit.may("referrals:write")
    visit.receipt = visit.talk.post_once(REFERRALS, visit.body, visit.key).expect(201)
    visit.made = visit.receipt.json()
    visit.to_withdraw.append(visit.made["id"])
    for name in ("id", "reference", "status", "actionability", "custodian", "received_at", "due_at", "links"):
        need(name in visit.made, f"The receipt lacks {name}.")
    need(visit.receipt.headers.get("location") == visit.made["links"]["self"], "Location is not links.self.")
    need(visit.receipt.headers.get("etag"), "The receipt has no ETag.")
    return f"{visit.made['reference']}, {visit.made['status']}, due {visit.made['due_at']}."


def replay(visit: Visit) -> str:
    """The same request with the same key hears the same answer, word for word."""
    need(visit.receipt, "There is no receipt to compare with: sending one failed.")
    again = visit.talk.post_once(REFERRALS, visit.body, visit.key).expect(201)
    need(again.body == (visit.receipt and visit.receipt.body), "The answer to a repeated request is another.")
    need(again.headers.get("idempotency-replayed") == "true", "A repeated answer is not marked so.")
    return "The same bytes, with Idempotency-Replayed: true."


def other_body(visit: Visit) -> str:
    """The same key with another body is refused, and so is the same external_ref with another key."""
    visit.may("referrals:write")
    other = {**visit.body, "summary": MARK + " Again."}
    visit.talk.post_once(REFERRALS, other, visit.key).problem(422, "key-reused")
    known = visit.talk.post_once(REFERRALS, other).problem(409, "already-received")
    need(known["referrals"][0]["id"] == visit.made.get("id"), "The 409 does not name the first referral.")
    return "422 for the key; 409 for the external_ref, which names the first."


def every_field(visit: Visit) -> str:
    """A bad body is refused once, with every field that is wrong, and its key stays free."""
    visit.may("referrals:write")
    wrong = {
        "environment": "moon",
        "summary": "",
        "selectors": [{"kind": "fax", "value": "1"}],
        "surprise": 1,
    }
    body = visit.talk.ask("POST", REFERRALS, wrong).problem(400, "invalid-request")
    named = {one["field"] for one in body["errors"]}
    expected = {"environment", "harm_type", "summary", "selectors/0/kind", "surprise", "Idempotency-Key"}
    need(expected <= named, f"Not named: {', '.join(sorted(expected - named))}.")
    return f"Named at once: {', '.join(sorted(named))}."


def bodies(visit: Visit) -> str:
    """What is no JSON, of another type or too large is refused as such."""
    visit.may("referrals:write")
    visit.talk.post_once(REFERRALS, b'{"summary": ').problem(400, "invalid-request")
    visit.talk.post_once(REFERRALS, b"<referral/>", content_type="text/html").problem(415, "type-not-taken")
    visit.talk.post_once(REFERRALS, b" " * (MEGABYTE + 1)).problem(413, "too-large")
    return "400, 415 and 413."


def imagery(visit: Visit) -> str:
    """Imagery is refused wherever it stands, by the name of the field."""
    visit.may("referrals:write")
    # The first bytes of a picture's format, and nothing after them: there is no picture.
    begins = (b"\x89PNG\r\n\x1a\n" + bytes(40)).hex()
    answer = visit.talk.post_once(REFERRALS, {**visit.body, "narrative": begins})
    [named] = answer.problem(400, "imagery-refused")["errors"]
    need(named["field"] == "narrative", f"The field named is {named['field']}.")
    return "Refused in `narrative`, with nothing kept."


def read_back(visit: Visit) -> str:
    """What was sent can be listed and read, with its history."""
    visit.may("referrals:read")
    page = visit.talk.ask("GET", f"{REFERRALS}?role=source&limit=1").expect(200).json()
    need(page["items"], "A list of what this agency sent is empty.")
    shown = visit.talk.ask("GET", visit.address).expect(200).json()
    need(shown["summary"] == visit.body["summary"], "What is read is not what was sent.")
    steps = visit.talk.ask("GET", f"{visit.address}/history").expect(200).json()["items"]
    need(steps, "The history is empty.")
    visit.talk.ask("GET", f"{REFERRALS}?colour=blue").problem(400, "invalid-request")
    return f"{len(steps)} step in its history; a filter that does not exist is refused."


def versions(visit: Visit) -> str:
    """An ETag saves a reading, and keeps a step from a referral that changed."""
    visit.may("referrals:read")
    etag = visit.talk.ask("GET", visit.address).expect(200).headers.get("etag")
    need(etag, "A referral is read without an ETag.")
    said = []
    if "304" in visit.offers(f"{REFERRALS}/{{id}}")["responses"]:
        same = visit.talk.ask("GET", visit.address, If_None_Match=etag or "").expect(304)
        need(not same.body, "A 304 has a body.")
        said.append("304 where nothing changed")
    if "referrals:act" in visit.scopes:
        taken = {"reason_code": "entered_in_error"}
        stale = visit.talk.ask("POST", f"{visit.address}/withdraw", taken, If_Match='"v999999"')
        stale.problem(412, "version-stale")
        said.append("412 for a step on another version")
    return f"{'; '.join(said) or 'An ETag'}."


def absent(visit: Visit) -> str:
    """What is not there and what is not yours answer alike: the same bytes, the same headers."""
    visit.may("referrals:read")
    addresses = [f"{REFERRALS}/{uuid.uuid4()}", f"{REFERRALS}/{uuid.uuid4()}/history", "/api/v1/nothing"]
    if visit.foreign:
        addresses.append(f"{REFERRALS}/{visit.foreign}")
    answers = [visit.talk.ask("GET", address) for address in addresses]
    answers[0].problem(404, "not-found")
    need(all(one.seen() == answers[0].seen() for one in answers), "Two answers of 404 differ.")
    compared = "an id that is not yours" if visit.foreign else "an unknown address"
    return f"An unknown id and {compared} are the same."


def bulk(visit: Visit) -> str:
    """Many in one request: a bad line fails alone."""
    visit.offers(f"{REFERRALS}/bulk", "post")
    visit.may("referrals:write")
    good = {**visit.body, "external_ref": f"partner-check-{secrets.token_hex(8)}"}
    lines = b"\n".join(json.dumps(line).encode() for line in (good, {"environment": "moon"}))
    key = uuid.uuid4().hex
    sent = [
        visit.talk.post_once(f"{REFERRALS}/bulk", lines, key, content_type="application/x-ndjson").expect(200)
        for _ in range(2)
    ]
    first, again = ([json.loads(line) for line in one.body.splitlines()] for one in sent)
    visit.to_withdraw += [line["referral"]["id"] for line in first if "referral" in line]
    need([line["status"] for line in first] == [201, 400], "A bad line did not fail alone.")
    need(
        again[0].get("referral", {}).get("id") == first[0]["referral"]["id"],
        "The same lines with the same key made another referral.",
    )
    return "One line made a referral, one was refused; sent again, nothing was made."


CYBERTIPLINE = (
    "<report><reportId>{}</reportId><incidentSummary>"
    "<incidentType>Online Enticement of Children for Sexual Acts</incidentType>"
    "<platform>exampleservice</platform><incidentDateTime>2026-01-15T14:30:00Z</incidentDateTime>"
    f"</incidentSummary><additionalInfo>{MARK}</additionalInfo></report>"
)


def documents(visit: Visit) -> str:
    """A document of another format is imported, and the same one again makes nothing."""
    visit.offers("/api/v1/imports", "post")
    visit.may("referrals:write")
    raw = CYBERTIPLINE.format(secrets.randbelow(10**9) + 10**9).encode()
    first = visit.talk.post_once("/api/v1/imports", raw, content_type="application/xml").expect(201).json()
    visit.to_withdraw += [one["id"] for one in first["items"]]
    again = visit.talk.post_once("/api/v1/imports", raw, content_type="application/xml").expect(200).json()
    need(again["already_imported"], "The same document is not known again.")
    [made] = first["items"]
    return f"{made['reference']} was made, with {len(made['missing'])} things named that would complete it."


def events(visit: Visit) -> str:
    """What happened can be read in order, for those who cannot take webhooks."""
    visit.offers("/api/v1/events")
    visit.may("referrals:read")
    part = visit.talk.ask("GET", "/api/v1/events?limit=100").expect(200).json()
    count, pages = len(part["items"]), 1
    while part["next"] and pages < 20:
        part = visit.talk.ask("GET", f"/api/v1/events?limit=100&cursor={part['cursor']}").expect(200).json()
        count, pages = count + len(part["items"]), pages + 1
    more = visit.talk.ask("GET", f"/api/v1/events?cursor={part['cursor']}").expect(200).json()
    need(part["next"] or len(more["items"]) < 50, "Reading on from the last cursor begins again.")
    return f"{count} events in {pages} pages; a cursor reads on from where it stands."


def withdraw(visit: Visit) -> str:
    """The source takes back what it sent; the same step twice is 409 and says why."""
    visit.may("referrals:act")
    taken = {"reason_code": "entered_in_error"}
    after = visit.talk.ask("POST", f"{visit.address}/withdraw", taken).expect(200).json()
    need(after["status"] == "withdrawn", f"After withdraw the status is {after['status']}.")
    visit.to_withdraw.remove(visit.made["id"])
    said = visit.talk.ask("POST", f"{visit.address}/withdraw", taken).problem(409, "step-not-open")
    return f"Withdrawn; again: {said['detail']}"


def request_ids(visit: Visit) -> str:
    """Every answer so far named its request, and no two the same."""
    ids = visit.talk.request_ids
    need(all(ids), f"{ids.count('')} of {len(ids)} answers had no X-Request-ID.")
    need(len(set(ids)) == len(ids), "Two answers had the same X-Request-ID.")
    return f"{len(ids)} answers, {len(ids)} ids."


def check_list() -> list[tuple[str, Callable[[Visit], str]]]:
    """Every promise, by the name it has in the list that is printed."""
    from . import webhooks

    return [
        ("Description", document),
        ("Limits published", limits),
        ("Token", token),
        ("No token", no_token),
        ("Fewer scopes", scopes),
        ("Own client", own_client),
        ("Clients kept", kept_client),
        ("Reference data", reference_data),
        ("Send a referral", create),
        ("Send it again", replay),
        ("Key and reference reused", other_body),
        ("Every field named", every_field),
        ("Other bodies", bodies),
        ("Imagery refused", imagery),
        ("List, read, history", read_back),
        ("Versions", versions),
        ("Absent and forbidden", absent),
        ("In bulk", bulk),
        ("Import a document", documents),
        ("Webhook addresses", webhooks.addresses),
        ("Webhook, sent and signed", webhooks.told),
        ("Events", events),
        ("Withdraw", withdraw),
        ("Request ids", request_ids),
    ]
