"""What do the callers send? Whole HTTP requests as text, made once."""

import json
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bench.generator import KEY
from bench.loading import CENTRE, LARGE, TYPICAL
from bench.place import Site
from deploy.local.console import Failure
from deploy.local.place import ROOT

BODY = {
    "environment": "surface_web",
    "harm_type": "grooming",
    "summary": "An account asked a child to move to a private channel.",
    "narrative": "The reporter states that the account asked to continue elsewhere, and kept the times. " * 4,
    "occurred_at": "2026-01-15T14:30:00Z",
    "external_ref": KEY,
    "jurisdiction": "GB",
    "factors": {"prior_record": "yes"},
    "selectors": [
        {"kind": "account", "value": KEY, "platform": "exampleservice", "seen_at": "2026-01-15T14:29:10Z"}
    ],
    "declaration": "All reasonably available information is included.",
}


@dataclass(frozen=True)
class Caller:
    """One agency's client and its coordinator, on one site."""

    site: Site
    agency: str
    token: str
    session: str

    def api(self, path: str, **headers: str) -> str:
        return self._request("GET", path, {"Authorization": f"Bearer {self.token}", **headers})

    def page(self, path: str, **headers: str) -> str:
        """As a browser asks: it takes compressed pages."""
        cookies = {"Cookie": f"ohsc_session={self.session}", "Accept-Encoding": "gzip"}
        return self._request("GET", path, cookies | headers)

    def submit(self, path: str, fields: dict[str, str], cookie: str) -> str:
        """A form, sent from its page."""
        headers = {
            "Cookie": f"ohsc_session={self.session}; {cookie}",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._request("POST", path, headers, urlencode(fields))

    def bare(self, path: str) -> str:
        return self._request("GET", path, {})

    def post(self, path: str, body: str, *, signed: bool = True, counted: bool = False) -> str:
        """A POST with an Idempotency-Key of each sending's own, which is its external_ref and selector too."""
        headers = {"Authorization": f"Bearer {self.token}"} if signed else {}
        headers |= {"Idempotency-Key": KEY, "Content-Type": "application/json"}
        headers |= {"X-Bench-Count": "1"} if counted else {}
        return self._request("POST", path, headers, body)

    def _request(self, method: str, path: str, headers: dict[str, str], body: str = "") -> str:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.site.port}", "Accept: */*"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if method == "POST":
            lines.append(f"Content-Length: {len(body.encode())}")
        return "\r\n".join(lines) + "\r\n\r\n" + body


def sent_body() -> str:
    return json.dumps(BODY)


def callers_of(site: Site) -> dict[int, Caller]:
    """The Centre, a large agency and a typical one, with a token and a session each."""
    numbers = [str(number) for number in (CENTRE, LARGE, TYPICAL)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.people", *numbers],
        env=site.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failure(f"The callers could not be made.\n{done.stderr[-2000:]}")
    known = json.loads(done.stdout.splitlines()[-1])
    return {
        int(number): Caller(site, facts["agency"], _token(site, facts), facts["session"])
        for number, facts in known.items()
    }


def _token(site: Site, facts: dict[str, Any]) -> str:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30.0)
    basic = b64encode(f"{facts['client_id']}:{facts['secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/oauth/token", "grant_type=client_credentials", headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise Failure(f"No token: {answer.status} {said[:500]!r}")
    return str(json.loads(said)["access_token"])
