"""What does an agency's own sign-in service say of who came? OpenID Connect: code flow, PKCE, state, nonce, signature.

An operator says which service (`manage.py agency_sign_in`); no partner can. What the service says of itself is held to
that: every address it names is on the issuer's own host and port. Calls follow no redirect, end after ten seconds, and
read at most 200 kB.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import urllib3
from django.conf import settings

from agencies.models import SignInService
from agencies.sealing import unseal

ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY = 30
MOST_BYTES = 200_000
_http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=10), maxsize=4)


class ServiceRefused(Exception):
    """The service could not be asked, or what it said cannot be relied on. The sentence is for the operators' log."""


@dataclass(frozen=True)
class Question:
    """What a sign-in by the service begins with, kept in the session until the answer comes back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Question":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


def address_to_ask(service: SignInService, question: Question, come_back: str) -> str:
    """Where the browser is sent. Raises ServiceRefused."""
    challenge = urlsafe_b64encode(hashlib.sha256(question.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": service.client_id,
        "redirect_uri": come_back,
        "scope": "openid",
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{_of_itself(service, 'authorization_endpoint')['authorization_endpoint']}?{urlencode(asked)}"


def subject_of(service: SignInService, question: Question, code: str, come_back: str) -> str:
    """Who came, as the service knows them. Raises ServiceRefused."""
    facts = _of_itself(service, "token_endpoint", "jwks_uri")
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": come_back,
        "code_verifier": question.verifier,
        "client_id": service.client_id,
        "client_secret": unseal(service.sealed_secret),
    }
    token = _asked("POST", facts["token_endpoint"], given).get("id_token", "")
    keys = _asked("GET", facts["jwks_uri"])
    try:
        signer = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
        said = jwt.decode(
            token,
            signer,
            algorithms=ALGORITHMS,
            audience=service.client_id,
            issuer=service.issuer,
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise ServiceRefused(f"The id token cannot be relied on: {type(error).__name__}.") from error
    if not secrets.compare_digest(str(said["nonce"]), question.nonce):
        raise ServiceRefused("The id token answers another question.")
    if isinstance(said["aud"], list) and said.get("azp") != service.client_id:
        raise ServiceRefused("The id token is for several, and was not given to us.")
    subject: str = said["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ServiceRefused("The id token names nobody.")
    return subject


def why_not_issuer(issuer: str) -> str:
    """Why this cannot be an issuer, in a sentence; "" if it can. On loopback a demonstration may use plain http."""
    parts = urlsplit(issuer)
    local = settings.INSECURE_HTTP and parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        return "The issuer starts with https://."
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        return "The issuer is an address without a query, a fragment or a user."
    return ""


def _of_itself(service: SignInService, *named: str) -> dict[str, str]:
    """The addresses the service publishes, each on the issuer's own origin."""
    facts = _asked("GET", f"{service.issuer.rstrip('/')}/.well-known/openid-configuration")
    if facts.get("issuer") != service.issuer:
        raise ServiceRefused("The service calls itself by another name.")
    ours = urlsplit(service.issuer)[:2]
    if any(urlsplit(str(facts.get(name, "")))[:2] != ours for name in named):
        raise ServiceRefused("The service names an address that is not its own.")
    return {name: str(facts[name]) for name in named}


def _asked(method: str, address: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        with _http.request(
            method,
            address,
            body=urlencode(fields) if fields else None,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            redirect=False,
            preload_content=False,
        ) as answer:
            body = answer.read(MOST_BYTES + 1)
            status = answer.status
        said = json.loads(body) if status == 200 and len(body) <= MOST_BYTES else None
    except (urllib3.exceptions.HTTPError, ValueError, RecursionError) as error:
        raise ServiceRefused(f"The service could not be asked: {type(error).__name__}.") from error
    if not isinstance(said, dict):
        raise ServiceRefused(f"The service answered {status}.")
    return said
