"""Which request or task is being served, and what was refused in it? For the audit and the log alone."""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar

from ohsc.core.imagery import Found

MOST_NOTED = 20

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")
_imagery: ContextVar[tuple[Found, ...]] = ContextVar("imagery", default=())


def begin(name: str) -> None:
    """A new request: nothing was refused in it yet."""
    request_id.set(name)
    _imagery.set(())


def note_imagery(found: Iterable[Found]) -> None:
    """Pictures that a form of this request refused."""
    _imagery.set((*_imagery.get(), *found)[:MOST_NOTED])


def imagery_noted() -> dict[str, object]:
    """The field and the hash of each, as the event of the refusal keeps them; empty where there was none."""
    found = [{"field": one.path[:200], "sha256": one.sha256} for one in _imagery.get()]
    return {"imagery": found} if found else {}


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
