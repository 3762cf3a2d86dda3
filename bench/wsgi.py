"""The platform's own application and, beside it in the same process, the floors. For `make bench` only.

`/bench/floor/queue`, `/bench/floor/one` and `/bench/floor/insert` pass no middleware, no Django and no rights.
A request with `X-Bench-No-Audit` leaves its event unwritten, to tell what the audit costs, and the answer to one with
`X-Bench-Count` says how many statements it took: both switches are here, for the product has none.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs

from ohsc.wsgi import application as platform  # first: it sets Django up

from django.db import connection  # isort: skip

from audit import actions as audit  # isort: skip
from bench import floors  # isort: skip

_unwritten: ContextVar[bool] = ContextVar("bench_unwritten", default=False)
_record = audit.record
_CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK")
_RIGHTS = "SELECT set_config('role'"


def _record_unless_told(*given: Any, **named: Any) -> None:
    if not _unwritten.get():
        _record(*given, **named)


audit.record = _record_unless_told


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path.startswith("/bench/floor/"):
        return _floor(path.rpartition("/")[2], environ, start_response)
    if "HTTP_X_BENCH_COUNT" in environ:
        return _counted(environ, start_response)
    token = _unwritten.set("HTTP_X_BENCH_NO_AUDIT" in environ)
    try:
        return platform(environ, start_response)
    finally:
        _unwritten.reset(token)


def _counted(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    """The answer with two more headers: statements but for transaction control, and how many of them set rights."""
    asked: list[str] = []

    def note(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if not sql.startswith(_CONTROL):
            asked.append(sql)
        return execute(sql, params, many, context)

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        rights = sum(sql.startswith(_RIGHTS) for sql in asked)
        counts = [("X-Bench-Statements", str(len(asked))), ("X-Bench-Rights", str(rights))]
        return start_response(status, headers + counts, *more)

    with connection.execute_wrapper(note):
        return platform(environ, start)


def _floor(name: str, environ: dict[str, Any], start_response: Callable) -> list[bytes]:
    asked = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
    root = f"http://{environ['HTTP_HOST']}"
    if name == "queue":
        status, body = "200 OK", floors.queue(asked["agency"], root)
    elif name == "one":
        status, body = "200 OK", floors.one(asked["agency"], asked["id"], root)
    else:
        raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        status, body = "201 Created", floors.insert(asked["agency"], environ["HTTP_IDEMPOTENCY_KEY"], raw)
    answer = body.encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]
