"""How is one webhook posted, and what did the other side say?

The far end is not trusted. Its name is looked up once and the call goes to the very address that was
judged, so the name cannot change its mind in between; certificate, SNI and Host still use the name.
Redirects are not followed, proxies of the environment are not used, the whole call ends by one
deadline wherever it is stuck, and nothing of the answer is kept but its status and Retry-After.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPException
from threading import Timer
from time import monotonic
from typing import Any, TypeVar

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from notifications.destinations import (
    Address,
    Destination,
    NoPublicAddress,
    Resolver,
    addresses_for,
    check_url,
    destination,
)

__all__ = ["Answer", "check_url", "post", "retry_after"]

USER_AGENT = "OHSC-Webhooks/1"
TIMEOUT = 20.0
MOST_READ = 4 * 1024
MOST_ADDRESSES = 4
A_LONG_TIME = 1e9

Found = TypeVar("Found")


@dataclass(frozen=True)
class Answer:
    """What came back. Without a status, nothing that counts did, and `reason` says why."""

    status: int | None
    reason: str
    retry_after: float | None = None
    took: float = 0.0


class _Deadline:
    """One moment by which a whole call ends."""

    def __init__(self, seconds: float) -> None:
        self.began = monotonic()
        self.ends = self.began + seconds
        self.has_cut = False

    @property
    def left(self) -> float:
        # Never nothing: a socket takes 0 to mean "do not wait" and None "wait for ever".
        return max(self.ends - monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return self.has_cut or monotonic() >= self.ends

    @property
    def took(self) -> float:
        return monotonic() - self.began

    def bound(self, work: Callable[[], Found]) -> Found:
        """Do work that takes no time-out of its own, and stop waiting for it at the deadline."""
        worker = ThreadPoolExecutor(1, thread_name_prefix="webhook-lookup")
        try:
            return worker.submit(work).result(self.left)
        finally:
            worker.shutdown(wait=False)

    @contextmanager
    def cutting(self, connected: socket.socket) -> Iterator[None]:
        """Shut the connection down at the deadline.

        A socket's own time-out starts again with every byte, so a far end that drips would never meet
        it. The shutdown goes through a duplicate, because TLS takes the first one over.
        """
        twin = connected.dup()

        def cut() -> None:
            self.has_cut = True
            with suppress(OSError):
                twin.shutdown(socket.SHUT_RDWR)

        timer = Timer(self.left, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            twin.close()


class _Pinned:
    """A connection over a socket that is already open: urllib3 looks nothing up.

    `_new_conn` is the place where urllib3's own SOCKS support opens its sockets too.
    """

    opened: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.opened


class _PinnedHTTP(_Pinned, HTTPConnection):
    pass


class _PinnedHTTPS(_Pinned, HTTPSConnection):
    pass


def post(
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    allow: Sequence[str] = (),
    timeout: float = TIMEOUT,
    resolver: Resolver | None = None,
    extra_ca: str = "",
) -> Answer:
    """Post the body once and say what came of it. Trouble on the way is an Answer, never an exception.

    `allow` is the operator's list (see `destinations`); `extra_ca` is PEM text of further authorities
    to trust, for networks with their own.
    """
    deadline = _Deadline(timeout)
    if problem := check_url(url, allow):
        return Answer(None, problem, took=deadline.took)
    try:
        status, asked = _call(destination(url), headers, body, allow, deadline, resolver, extra_ca)
    except (NoPublicAddress, OSError, HTTPError, HTTPException) as error:
        return Answer(None, _reason(error, deadline), took=deadline.took)
    return Answer(status, _told(status), retry_after(asked, datetime.now(UTC)), deadline.took)


def _call(
    goal: Destination,
    headers: Mapping[str, str],
    body: bytes,
    allow: Sequence[str],
    deadline: _Deadline,
    resolver: Resolver | None,
    extra_ca: str,
) -> tuple[int, str | None]:
    addresses = deadline.bound(lambda: addresses_for(goal.host, goal.port, allow, resolver))
    opened = _open(addresses[:MOST_ADDRESSES], goal.port, deadline)
    with opened, deadline.cutting(opened):
        connection = _connection(goal, opened, deadline, extra_ca)
        try:
            connection.request(
                "POST",
                goal.target,
                body=body,
                headers={**headers, "User-Agent": USER_AGENT, "Connection": "close"},
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            if deadline.is_over:  # to the parser, headers cut short look like headers that ended
                raise TimeoutError
            _drain(response)
            return response.status, response.headers.get("Retry-After")
        finally:
            connection.close()


def _open(addresses: Sequence[Address], port: int, deadline: _Deadline) -> socket.socket:
    """Connect to the first address that takes the call; each gets its share of the time left."""
    trouble = OSError()
    for tried, address in enumerate(addresses):
        share = deadline.left / (len(addresses) - tried)
        try:
            return socket.create_connection((str(address), port), timeout=share)
        except OSError as error:
            trouble = error
    raise trouble


def _connection(
    goal: Destination, opened: socket.socket, deadline: _Deadline, extra_ca: str
) -> _PinnedHTTP | _PinnedHTTPS:
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.settimeout(deadline.left)
    options: dict[str, Any] = {"port": goal.port, "timeout": deadline.left}
    connection: _PinnedHTTP | _PinnedHTTPS
    if goal.scheme == "https":
        connection = _PinnedHTTPS(goal.host, ssl_context=_trust(extra_ca), **options)
    else:
        connection = _PinnedHTTP(goal.host, **options)
    connection.opened = opened
    return connection


@lru_cache(maxsize=8)
def _trust(extra_ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if extra_ca:
        context.load_verify_locations(cadata=extra_ca)
    return context


def _drain(response: BaseHTTPResponse) -> None:
    """Read a little of the body and drop it.

    Closing on unread bytes resets the connection, which careful servers log as our failure. The
    status has been given by now, so trouble here changes nothing.
    """
    with suppress(OSError, HTTPError, HTTPException):
        response.read(MOST_READ)
    response.close()


def _told(status: int) -> str:
    if 300 <= status < 400:
        return f"Answered {status}; redirects are not followed."
    return f"Answered {status}."


def _reason(error: Exception, deadline: _Deadline) -> str:
    """Why there was no answer, for the partner's delivery log: no address, no detail of ours."""
    if isinstance(error, NoPublicAddress):
        return str(error)
    if isinstance(error, TimeoutError) or deadline.is_over:
        return "No full answer came in time."
    if isinstance(error, ssl.SSLCertVerificationError):
        return "The certificate was not accepted."
    if isinstance(error, ssl.SSLError):
        return "The secure connection could not be made."
    if isinstance(error, ConnectionRefusedError):
        return "The connection was refused."
    if isinstance(error, HTTPException | HTTPError) and not isinstance(error, OSError):
        return "The answer was not HTTP."
    return "The connection was lost before an answer, or could not be made."


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds a Retry-After header asks for, written as a number or as a date; None if unreadable."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), A_LONG_TIME)
    with suppress(TypeError, ValueError, OverflowError):
        until = parsedate_to_datetime(value)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max((until - now).total_seconds(), 0.0)
    return None
