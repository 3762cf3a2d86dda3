"""A real mail server for tests: it speaks SMTP, keeps what it took, and refuses what it is told to."""

import re
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from socketserver import StreamRequestHandler, ThreadingTCPServer

from tests.notifications.receivers import serving


class MailServer(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[tuple[str, Message]] = []  # to whom, what
        self.refuses: dict[str, int] = {}  # address: the reply to RCPT
        self.after_data = 250  # the reply once the message is there

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is its own matter


class Session(StreamRequestHandler):
    server: MailServer

    def say(self, code: int, words: str = "so it is") -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())

    def handle(self) -> None:
        self.say(220)
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "RCPT":
                address = re.search("<(.*)>", line)[1]
                code = self.server.refuses.get(address, 250)
                recipients += [address] if code == 250 else []
                self.say(code)
            elif verb == "DATA":
                self.say(354)
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                if self.server.after_data == 250:
                    self.server.taken += [(address, message_from_bytes(text)) for address in recipients]
                self.say(self.server.after_data)
            elif verb == "QUIT":
                self.say(221)
                return
            else:
                self.say(250)


@contextmanager
def taking_mail(settings):
    """A mail server to which the platform sends for the length of this."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 10
    with serving(server):
        yield server
