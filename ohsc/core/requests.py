"""Which request or task is being served? For the audit and the log; nothing decides by it."""

from collections.abc import Iterator
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")


def in_this_request(parts: Iterator[bytes]) -> Iterator[bytes]:
    """An answer that is made while it is sent, after its request was left, under that request's id all the same."""
    mine = request_id.get()
    while True:
        token = request_id.set(mine)
        try:
            part = next(parts, None)
        finally:
            request_id.reset(token)
        if part is None:
            return
        yield part
