"""One request, tried and taken back; and what must come of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie

from django.conf import settings
from django.db import connection
from django.shortcuts import resolve_url
from django.test import Client as Browser

from ohsc.core.routes import Address
from tests.access.sweep import table
from tests.access.sweep.people import Asker
from tests.access.sweep.samples import BODIES, TYPES
from tests.access.sweep.ways import Way
from tests.rows import undone

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# What is there only in a demonstration, once something was sealed, or if the document that waits has a narrative.
NOT_EVERYWHERE = ("gallery", "imports-narrative", "api-audit-head")
NOT_OF_PAGES = ("PUT", "PATCH", "DELETE", "TRACE")
DIFFERS = ("X-Request-ID", "Date")  # between any two answers
# What a request that is refused may write: that it was refused, and that the session or the client was used.
WRITTEN_OF_A_REFUSAL = {
    "audit_event",
    "audit_pending",
    "core_rate",
    "django_session",
    "agencies_client",
    "sign_in_session",
}

# Attempts count, too: PostgreSQL does not take them back with a savepoint.
WRITTEN = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    headers: tuple

    @property
    def place(self) -> str:
        return dict(self.headers).get("Location", "")


def ask(
    browser: Browser, method: str, address: Address, path: str, sent: dict | None = None, **headers: str
) -> Answer:
    """What comes back. Nothing stays of it: not in the database, and not in the browser."""
    kept = SimpleCookie(browser.cookies)
    body: dict = {}
    if method == "POST":
        kind = TYPES.get(address.name, "application/json") if path.startswith("/api/") else None
        given = BODIES.get(address.name, {}) if sent is None else sent
        body = {"data": given if kind in (None, "application/json") else b"nothing"}
        if kind:
            body["content_type"] = kind
            headers.setdefault("Idempotency-Key", "0" * 20)
    with undone():
        answer = getattr(browser, method.lower())(path, **body, headers=headers)
        content = b"".join(answer) if answer.streaming else answer.content
    browser.cookies = kept
    told = tuple(sorted((name, value) for name, value in answer.items() if name not in DIFFERS))
    return Answer(answer.status_code, content, told)


@contextmanager
def nothing_written_but_of_the_refusal(*, look: bool) -> Iterator[set[str]]:
    """The set holds, afterwards, the tables that were written to all the same."""
    found: set[str] = set()
    before = written() if look else {}
    yield found
    if not look:
        return
    found |= {
        table for table, rows in written().items() if rows != before.get(table, 0)
    } - WRITTEN_OF_A_REFUSAL


def written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())


def expected(address: Address, method: str, asker: Asker, way: Way) -> str:
    """In one word: `login`, `401`, `403`, `404`, `405`, `served`; or `403/405`."""
    wanted = _expected(address, method, asker, way)
    return wanted.replace("served", "served/404") if address.name in NOT_EVERYWHERE else wanted


def _expected(address: Address, method: str, asker: Asker, way: Way) -> str:
    needs = table.routes()[address.name]
    need = needs.get("GET" if method == "HEAD" and not asker.is_system else method)
    if method == "TRACE" or (method in NOT_OF_PAGES and not address.route.startswith(("/^api", "/api/"))):
        return "405"  # at the door, before anything is looked at
    if address.route.startswith(("/^api", "/api/v1/")) and not open_to_all(needs):
        return _of_the_interface(need, asker, way) if needs or not asker.is_system else "404"
    if address.route.startswith("/account/"):
        # Served by the login. Whether a link, a mark or a factor is good its page says, to whoever holds it.
        return "login/404" if "own" in needs.values() and not asker.role else "login/served/403/404/405"
    if way.whose == "malformed":
        return "404"
    if not asker.role and (not open_to_all(needs) or "public account" in needs.values()):
        return "login" if need or not open_to_all(needs) else "login/405"
    centre = asker.agency == "centre"
    if any(table.is_hidden(one, centre=centre) for one in needs.values()):
        return "404" if need and table.serves(need, asker.role, centre=centre) else "403/404/405"
    mine = {one: table.serves(one, asker.role, centre=centre) for one in needs.values()}
    if need is None:
        return "405" if all(mine.values()) else "403/405"
    if not mine[need]:
        return "403"
    return "served" if way.whose == "own" else "404"


def open_to_all(needs: dict[str, str]) -> bool:
    return any(need.startswith("public") for need in needs.values())


def _of_the_interface(need: str | None, asker: Asker, way: Way) -> str:
    if not asker.is_system:
        return "401"
    if way.whose == "malformed":
        return "404"
    if need is None:
        return "405"
    if not table.serves(need, asker.role, centre=asker.agency == "centre"):
        return "403"
    return "served" if way.whose == "own" else "404"


def came(answer: Answer) -> str:
    """What an answer is, in the same words."""
    if answer.status == 302 and answer.place.startswith(resolve_url(settings.LOGIN_URL)):
        return "login"
    if answer.status >= 500 or answer.status in (401, 403, 404, 405):
        return str(answer.status)
    return "served"
