"""How does a partner take webhooks? Verify, answer at once, and take each `webhook-id` one time only."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .conversation import DoesNotHold, need

OLDEST = 300  # seconds: an older message may be one somebody kept and sends again


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Standard Webhooks: an HMAC over id, time and body, under the secret without its `whsec_`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    name, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    need(sent.isdigit() and abs(time.time() - int(sent)) < OLDEST, "A webhook's timestamp is not of now.")
    signed = hmac.new(key, f"{name}.{sent}.".encode() + body, hashlib.sha256).digest()
    ours = base64.b64encode(signed).decode()
    given = [
        one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split() if one[:3] == "v1,"
    ]
    need(any(hmac.compare_digest(ours, one) for one in given), "A webhook's signature is not right.")


class Receiver:
    """A server of this machine's that keeps what is posted to it."""

    def __init__(self, port: int):
        self.took: list[tuple[dict[str, str], bytes]] = []
        took = self.took

        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                took.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Endpoint)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, seconds: float = 30.0) -> tuple[dict[str, str], bytes]:
        """The first message that comes."""
        end = time.monotonic() + seconds
        while not self.took:
            if time.monotonic() > end:
                raise DoesNotHold(f"No webhook came within {seconds:.0f} seconds.")
            time.sleep(0.1)
        return self.took[0]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
