"""The load: requests over plain sockets that stay open, from a process of its own, so that the one who measures costs
the measured little. `python -m bench.generator` reads a job a line and writes its result a line, both as JSON.

A job: {"port", "requests": [text, …], "count", "clients", "prefix"}. The requests are sent in turn; where one has
the word KEY (32 characters), each sending has its own. A result: {"took": [seconds, …], "statuses": {code: n},
"bytes": of the last answer, "wall": seconds, "cpu": seconds of this process}.
"""

import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator

KEY = "KEY-" + "k" * 28
HOST = "127.0.0.1"
NO_DELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
PATIENCE = 60.0


class Line:
    """One client: a connection that is opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port, self.buffer = port, b""
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body. A kept connection that the server closed meanwhile is tried again once, as HTTP allows
        where nothing of an answer came."""
        for last in (False, True):
            try:
                self._connected().sendall(request)
                return self._answer()
            except ConnectionError:
                self.close()
                if last:
                    raise
        raise AssertionError

    def _connected(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection((HOST, self.port), timeout=PATIENCE)
            self.socket.setsockopt(*NO_DELAY)
            self.buffer = b""
        return self.socket

    def _answer(self) -> tuple[int, bytes]:
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._more()
        head, self.buffer = self.buffer[:end].lower(), self.buffer[end + 4 :]
        status = int(head[9:12])
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            while len(self.buffer) < length:
                self._more()
            body, self.buffer = self.buffer[:length], self.buffer[length:]
        else:
            body = self._chunks() if b"transfer-encoding: chunked" in head else self._to_the_end()
        if b"connection: close" in head:
            self.close()
        return status, body

    def _chunks(self) -> bytes:
        parts = []
        while True:
            while (end := self.buffer.find(b"\r\n")) < 0:
                self._more()
            length = int(self.buffer[:end], 16)
            while len(self.buffer) < end + 2 + length + 2:
                self._more()
            parts.append(self.buffer[end + 2 : end + 2 + length])
            self.buffer = self.buffer[end + 2 + length + 2 :]
            if not length:
                return b"".join(parts)

    def _to_the_end(self) -> bytes:
        body, self.buffer = self.buffer, b""
        while part := self._connected().recv(262_144):
            body += part
        self.close()
        return body

    def _more(self) -> None:
        part = self._connected().recv(262_144)
        if not part:
            raise ConnectionResetError("closed by the server")
        self.buffer += part

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


class Lines:
    """The clients' connections, kept from one job to the next as a partner's system keeps them."""

    def __init__(self) -> None:
        self.open: dict[tuple[int, int], Line] = {}

    def of(self, port: int, client: int) -> Line:
        return self.open.setdefault((port, client), Line(port))

    def close(self) -> None:
        for line in self.open.values():
            line.close()


def work(job: dict, lines: Lines) -> dict:
    """Send the job's requests from so many clients at once, each waiting for its answer before the next."""
    wanted = _numbered(job)
    lock, last = threading.Lock(), [b""]
    took: list[float] = []
    statuses: Counter[int] = Counter()

    def client(number: int) -> None:
        line = lines.of(job["port"], number)
        while True:
            with lock:
                request = next(wanted, None)
            if request is None:
                return
            began = time.perf_counter()
            status, body = line.ask(request)
            spent = time.perf_counter() - began
            with lock:
                took.append(spent)
                statuses[status] += 1
                last[0] = body

    clients = [threading.Thread(target=client, args=(number,)) for number in range(job.get("clients", 1))]
    cpu, began = time.process_time(), time.perf_counter()
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    result = {
        "took": took,
        "statuses": dict(statuses),
        "bytes": len(last[0]),
        "wall": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
    }
    if len(took) < job["count"] or job.get("show"):
        result["body"] = last[0].decode(errors="replace")[:20_000]
    return result


def _numbered(job: dict) -> Iterator[bytes]:
    requests = [request.encode() for request in job["requests"]]
    mark = KEY.encode()
    for number in range(job["count"]):
        request = requests[number % len(requests)]
        if mark in request:
            own = f"{job['prefix']}-{number:08d}".rjust(len(KEY), "0")[-len(KEY) :]
            request = request.replace(mark, own.encode())
        yield request


def main() -> None:
    lines = Lines()
    for job in sys.stdin:
        print(json.dumps(work(json.loads(job), lines)), flush=True)


if __name__ == "__main__":
    main()
