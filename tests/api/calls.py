"""What the tests of the interface send, and how they read a refusal."""

from uuid import uuid4

REFERRALS = "/api/v1/referrals"

BODY = {
    "environment": "surface_web",
    "harm_type": "grooming",
    "summary": "An account asked a child to move to a private channel.",
    "narrative": "The reporter states that the account asked to continue elsewhere.",
    "occurred_at": "2026-01-15T14:30:00Z",
    "jurisdiction": "GB",
    "factors": {"contact_continuing": "yes", "child_age_band": "11-13"},
    "selectors": [
        {"kind": "account", "value": "@quiet-heron-42", "platform": "exampleservice"},
        {"kind": "ip", "value": "192.0.2.7", "port": 51544, "seen_at": "2026-01-15T14:29:10+00:00"},
    ],
    "handling": {"classification": "OFFICIAL", "tlp": "AMBER"},
    "declaration": "All reasonably available information is included.",
}


def send(system, body=None, *, key=None, path=REFERRALS, content_type="application/json", **headers):
    """POST as a partner does, with a new Idempotency-Key unless one is given."""
    headers = {"Idempotency-Key": key or uuid4().hex, **headers}
    data = BODY if body is None else body
    return system.post(path, data, content_type=content_type, headers={k: v for k, v in headers.items() if v})


def step(system, referral_id, name, body=None, **headers):
    return system.post(
        f"{REFERRALS}/{referral_id}/{name}", body or {}, content_type="application/json", headers=headers
    )


def faults(answer) -> dict[str, str]:
    """The fields an answer refuses, each with its code."""
    assert answer["Content-Type"] == "application/problem+json"
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def shown(answer) -> tuple:
    """An answer as its reader sees it, but for what differs between any two."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("Date", "X-Request-ID")}
    return answer.status_code, headers, answer.content
