"""How is one request made and its answer read? Over https, or over http to this machine; no redirect is followed."""

import http.client
import ipaddress
import json
import ssl
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

PROBLEM = "application/problem+json"


class DoesNotHold(Exception):
    """What was promised is not so; the sentence says what was expected and what came."""


class NotOffered(Exception):
    """The deployment, or this client, does not have it; the sentence says which."""


def need(condition: Any, sentence: str) -> None:
    if not condition:
        raise DoesNotHold(sentence)


@dataclass
class Answer:
    asked: str
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            raise DoesNotHold(f"{self.asked} answered {self.status} with no JSON in it.") from None

    def expect(self, *statuses: int) -> "Answer":
        said = self.body[:300].decode("utf-8", "replace")
        wanted = " or ".join(str(status) for status in statuses)
        need(
            self.status in statuses,
            f"{self.asked} answered {self.status} where {wanted} was expected: {said}",
        )
        return self

    def problem(self, status: int, kind: str) -> dict[str, Any]:
        """A refusal as RFC 9457 has it, of this kind."""
        self.expect(status)
        need(
            self.headers.get("content-type") == PROBLEM,
            f"{self.asked}: the refusal is not {PROBLEM}.",
        )
        body = self.json()
        need(
            body.get("type", "").endswith(f"#{kind}"),
            f"{self.asked}: the type is {body.get('type')}, not #{kind}.",
        )
        return body

    def seen(self) -> tuple:
        """All that tells one answer from another, but for what differs between any two."""
        kept = {
            name: value
            for name, value in self.headers.items()
            if name not in ("date", "x-request-id", "connection")
        }
        return self.status, kept, self.body


@dataclass
class Conversation:
    """One client's requests to one deployment."""

    base: str
    client_id: str
    secret: str
    token: str = ""
    request_ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.base = self.base.rstrip("/")
        parts = urlsplit(self.base)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("The address must begin with https:// (or http:// for this machine).")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("A secret is not sent over http to another machine: use https.")

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        content_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        """One request with the token; `body` is sent as JSON, bytes as they are; `If_Match=` is a header."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        bearer = self.token if token is None else token
        if bearer:
            given["Authorization"] = f"Bearer {bearer}"
        if body is not None:
            given["Content-Type"] = content_type
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._send(method, path, body, given)

    def post_once(self, path: str, body: Any, key: str = "", **more: str) -> Answer:
        """A POST with an Idempotency-Key, new unless one is given."""
        return self.ask("POST", path, body, Idempotency_Key=key or uuid.uuid4().hex, **more)

    def ask_token(self, *, secret: str | None = None, scope: str = "") -> Answer:
        form = {"grant_type": "client_credentials", "client_id": self.client_id}
        form["client_secret"] = self.secret if secret is None else secret
        if scope:
            form["scope"] = scope
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", "/oauth/token", urlencode(form).encode(), kind)

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.base)
        if parts.scheme == "https":
            secure = ssl.create_default_context()
            line: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=60, context=secure
            )
        else:
            line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            line.request(method, parts.path + path, body, {"User-Agent": "ohsc-partner-check/1", **headers})
            got = line.getresponse()
            answer = Answer(
                f"{method} {path.split('?')[0]}",
                got.status,
                {name.lower(): value for name, value in got.getheaders()},
                got.read(),
            )
        except (OSError, http.client.HTTPException) as error:
            raise DoesNotHold(f"{method} {path.split('?')[0]} was not answered: {error}.") from None
        finally:
            line.close()
        self.request_ids.append(answer.headers.get("x-request-id", ""))
        return answer


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
