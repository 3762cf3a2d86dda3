"""What does the log say? One JSON object a line: ids, codes, names of routes and numbers; never a name or content.

Our own messages are written so. Those of libraries are not ours to promise: of them the pattern is kept, with the
numbers and ids that were put into it, and every other text that was is left out. An exception's text quotes what it
failed on (PostgreSQL's DETAIL holds the row), so only its type is told, and where in the code it was.
"""

import json
import logging
import re
import traceback
from pathlib import Path
from typing import Any
from uuid import UUID

from ohsc.core.actor import Actor
from ohsc.core.requests import request_id, task_id

HERE = Path(__file__).resolve().parents[2]
OURS = {"ohsc", "audit", "agencies", "notifications", "cases", "referrals", "exchange"}
SPEAK_FREELY = ("celery.beat",)  # it names the entries of our schedule, and nothing else
TEXT_OF_OTHERS = ("celery.redirected", "py.warnings")  # whatever a library printed
LEFT_OUT = "…"
FRAMES = 25

requests = logging.getLogger("ohsc.request")
tasks = logging.getLogger("ohsc.task")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": said(record),
            **getattr(record, "facts", {}),
        }
        for name, current in (("request_id", request_id.get()), ("task_id", task_id.get())):
            if current:
                line.setdefault(name, current)
        if record.exc_info and record.exc_info[1] is not None:
            line["failed"] = failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configuration(level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`, in every process: web server, pages, worker and clock."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "ohsc.core.logs.JsonLines"}},
        "handlers": {
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "propagate": True, "level": level},
            "gunicorn.access": {"handlers": [], "propagate": False, "level": "CRITICAL"},  # ours says it
            "celery.app.trace": {"level": "CRITICAL"},  # ours says it, without arguments and results
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }


def of_request(route: str, method: str, status: int, seconds: float, actor: Actor | None) -> None:
    """The one line of a request."""
    facts: dict[str, Any] = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000)}
    if actor is not None:
        facts |= {
            "actor_kind": actor.kind,
            "actor_id": str(actor.id),
            "agency_id": str(actor.agency_id or ""),
        }
    level = logging.ERROR if status >= 500 else logging.INFO
    requests.log(level, "answered", extra={"facts": facts})


def of_task(name: str, state: str, seconds: float, error: BaseException | None = None) -> None:
    """The one line of a task's run; its id stands beside."""
    facts = {"task": name, "state": state, "ms": round(seconds * 1000)}
    level = logging.ERROR if error is not None else logging.INFO
    info = (type(error), error, error.__traceback__) if error is not None else None
    tasks.log(level, "done" if error is None else "failed", extra={"facts": facts}, exc_info=info)


def said(record: logging.LogRecord) -> str:
    """The message: ours as it is, a library's without the texts that were put into it."""
    if record.name.split(".")[0] in OURS or record.name.startswith(SPEAK_FREELY):
        return record.getMessage()
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if record.name.startswith(TEXT_OF_OTHERS):
        return LEFT_OUT
    args = record.args
    try:
        if isinstance(args, dict):
            return record.msg % {key: _harmless(value) for key, value in args.items()}
        return record.msg % tuple(_harmless(value) for value in args or ()) if args else record.msg
    except (TypeError, ValueError, KeyError):  # a pattern that wants what was left out
        return re.sub(r"%(\(\w+\))?[-#0 +.\d]*[a-zA-Z]", LEFT_OUT, record.msg)


def _harmless(value: object) -> object:
    return value if isinstance(value, int | float | UUID) else LEFT_OUT


def failure(error: BaseException) -> list[dict[str, Any]]:
    """An exception and what caused it: types and places in the code, never values."""
    told: list[dict[str, Any]] = []
    current: BaseException | None = error
    while current is not None and len(told) < 5:
        about: dict[str, Any] = {"type": f"{type(current).__module__}.{type(current).__qualname__}"}
        if sqlstate := getattr(current, "sqlstate", None):
            about["sqlstate"] = sqlstate
        if constraint := getattr(getattr(current, "diag", None), "constraint_name", None):
            about["constraint"] = constraint
        about["at"] = _places(current)
        told.append(about)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return told


def _places(error: BaseException) -> list[str]:
    """Our own positions on the stack, and the very last whoever's it is."""
    frames = traceback.extract_tb(error.__traceback__)
    last = len(frames) - 1
    places = []
    for number, frame in enumerate(frames):
        path = Path(frame.filename)
        ours = path.is_relative_to(HERE) and not any(
            part.startswith((".", "var")) for part in path.relative_to(HERE).parts
        )
        if ours:
            places.append(f"{path.relative_to(HERE)}:{frame.lineno} {frame.name}")
        elif number == last:
            places.append(f"{'/'.join(path.parts[-3:])}:{frame.lineno} {frame.name}")
    return places[-FRAMES:]
