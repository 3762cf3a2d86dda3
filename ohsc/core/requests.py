"""Which request is being served? For the audit and the log; nothing decides by it."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
