"""The platform, started once for these tests; partners who speak to it over HTTP, and people in browsers."""

import json
import os
import uuid

import pytest
from django.conf import settings

from tests.cast import SECRET
from tests.e2e.platform import Platform, collect_static


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory):
    """Static files as a deployment serves them, collected once."""
    folder = tmp_path_factory.mktemp("static")
    collect_static(folder)
    return folder


@pytest.fixture(scope="module")
def running(django_db_setup, static_folder, tmp_path_factory):
    """The real processes, on this test process's own database.

    They end with the module: their worker and clock would do the work of the other tests of this database.
    """
    platform = Platform(tmp_path_factory.mktemp("platform"), os.environ["DATABASE_URL"], static_folder)
    assert settings.DATABASES["default"]["NAME"].startswith("test_")
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()


@pytest.fixture
def platform(running, committed_cast):
    """The platform with every process up, and the cast in its database."""
    for name, start in (
        ("broker", running.start_broker),
        ("web", running.start_web),
        ("worker", running.start_worker),
    ):
        if name not in running.processes:
            start()
    return running


@pytest.fixture
def site(platform) -> str:
    """Browsers look at the real processes (see tests/browser.py)."""
    return platform.base_url


@pytest.fixture
def partner(platform, committed_cast):
    """`partner(cast.lumen_client)` is that agency's system, with a token it asked for, of some scopes or of all."""

    def speaking_as(client, scope: str = "", secret: str = SECRET) -> "Partner":
        return Partner(platform, client.client_id, scope, secret)

    return speaking_as


class Partner:
    """A partner's system: JSON over HTTP, and nothing it could not do from outside."""

    def __init__(self, platform: Platform, client_id: str, scope: str = "", secret: str = SECRET):
        self.http, self.base_url = platform.http, platform.base_url
        answer = self.http.request(
            "POST",
            f"{self.base_url}/oauth/token",
            fields={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": secret,
                **({"scope": scope} if scope else {}),
            },
            encode_multipart=False,
        )
        assert answer.status == 200, answer.data
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def call(self, method: str, path: str, body=None, **headers):
        """The raw answer. `body` is sent as JSON; bytes are sent as they are."""
        headers = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        return self.http.request(method, f"{self.base_url}{path}", body=body, headers=headers)

    def get(self, path: str, status: int = 200) -> dict:
        return self._read(self.call("GET", path), status)

    def post(self, path: str, body=None, status: int = 200, **headers) -> dict:
        return self._read(self.call("POST", path, body if body is not None else {}, **headers), status)

    def refer(self, body: dict, key: str | None = None, status: int = 201) -> dict:
        return self.post("/api/v1/referrals", body, status, Idempotency_Key=key or uuid.uuid4().hex)

    def step(self, referral: dict, name: str, status: int = 200, **body) -> dict:
        return self.post(f"/api/v1/referrals/{referral['id']}/{name}", body, status)

    def _read(self, answer, status: int) -> dict:
        assert answer.status == status, (answer.status, answer.data)
        return answer.json()
