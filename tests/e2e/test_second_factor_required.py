"""As a real installation runs: the second factor is required, and two web processes share one truth about it."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from threading import Barrier
from urllib.parse import urlencode

import pytest
import urllib3

from tests.cast import PASSWORD
from tests.e2e.platform import Platform
from tests.sign_in.people import code, give_app, wait_for_a_whole_period

pytestmark = pytest.mark.xdist_group("platform")


@pytest.fixture(scope="module")
def strict(django_db_setup, static_folder, tmp_path_factory):
    folder, url = tmp_path_factory.mktemp("strict"), os.environ["DATABASE_URL"]
    platform = Platform(folder, url, static_folder, OHSC_SECOND_FACTOR="required")
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()


class Person:
    """A browser's part: cookies kept, the token of each form sent with it, no redirect followed."""

    def __init__(self, platform: Platform, email: str):
        self.http, self.base_url, self.cookies = platform.http, platform.base_url, {}
        self.signed_in = self.send("/account/login/", login=email, password=PASSWORD)

    def ask(self, method: str, path: str, fields=None) -> urllib3.BaseHTTPResponse:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.http.request(
            method,
            f"{self.base_url}{path}",
            body=urlencode(fields) if fields else None,
            redirect=False,
            headers={
                "Cookie": cookie,
                "Referer": self.base_url,
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        for line in answer.headers.getlist("Set-Cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def token(self, path: str) -> str:
        page = self.ask("GET", path).data.decode()
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    def send(self, path: str, **fields) -> urllib3.BaseHTTPResponse:
        return self.ask("POST", path, fields | {"csrfmiddlewaretoken": self.token(path)})


def test_one_code_sent_twenty_times_at_once_to_two_processes_opens_one_session(strict, committed_cast):
    secret = give_app(committed_cast.ben)
    people = [Person(strict, committed_cast.ben.email) for _ in range(20)]
    assert {person.signed_in.headers["Location"] for person in people} == {"/account/second-factor/"}
    assert {person.ask("GET", "/inbox").status for person in people} == {302}
    tokens = [person.token("/account/second-factor/") for person in people]
    wait_for_a_whole_period()
    now, together = code(secret), Barrier(20)

    def use(person: Person, token: str) -> int:
        together.wait()
        fields = {"code": now, "csrfmiddlewaretoken": token}
        return person.ask("POST", "/account/second-factor/", fields).status

    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(use, people, tokens))
    assert sorted(statuses) == [200] * 19 + [302]
    assert [person.ask("GET", "/inbox").status for person in people].count(200) == 1
