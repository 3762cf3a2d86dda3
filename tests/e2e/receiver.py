"""A partner's end of a webhook, and what came there, read as a partner reads it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.notifications.receivers import Receiver, receiving


@dataclass(frozen=True)
class Call:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        return json.loads(self.body)["type"]

    @property
    def data(self) -> dict:
        return json.loads(self.body)["data"]


class Mailbox:
    def __init__(self, server: Receiver):
        self.url = f"http://127.0.0.1:{server.port}/hook"
        self._server = server

    @property
    def calls(self) -> list[Call]:
        return [
            Call({name.lower(): value for name, value in headers.items()}, body)
            for _, headers, body in list(self._server.received)
        ]

    def of_type(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.type == name]


@contextmanager
def receiver(*, seconds: float = 0.0) -> Iterator[Mailbox]:
    """Takes every POST, and takes `seconds` over it."""

    def slowly():
        time.sleep(seconds)
        yield b"taken"

    with receiving(body=slowly if seconds else b"taken") as server:
        yield Mailbox(server)
