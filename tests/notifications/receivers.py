"""Real servers a webhook can be posted to: a partner's endpoint, one that misbehaves, one with TLS."""

import socket
import ssl
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Receiver(ThreadingHTTPServer):
    """A partner's endpoint that remembers what came and answers as it is told."""

    daemon_threads = True

    def __init__(self, address="127.0.0.1", port=0, *, status=200, headers=(), body=b"taken"):
        super().__init__((address, port), Endpoint)
        self.status, self.headers, self.body = status, dict(headers), body
        self.received, self.names_asked, self.was_cut = [], [], Event()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        self.was_cut.set()


class Endpoint(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers, body))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        if isinstance(self.server.body, bytes):
            self.send_header("Content-Length", str(len(self.server.body)))
            self.end_headers()
            self.wfile.write(self.server.body)
        else:
            self.end_headers()
            for piece in self.server.body():
                self.wfile.write(piece)

    def log_message(self, *args):
        pass


@contextmanager
def serving(server):
    """In a thread of its own, for the length of this."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def receiving(*args, tls=None, **told):
    server = Receiver(*args, **told)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        tls.sni_callback = lambda _, name, __: server.names_asked.append(name)
    with serving(server):
        yield server


@contextmanager
def speaking(say, tls=None):
    """A server below HTTP: `say(connection)` is all it does with a caller."""
    listener = socket.create_server(("127.0.0.1", 0))
    if tls:
        listener = tls.wrap_socket(listener, server_side=True)

    def serve():
        with suppress(OSError), listener.accept()[0] as connection:
            say(connection)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(5)


def drip(connection, text, every=0.05):
    for _ in range(200):
        for character in text:
            connection.sendall(bytes([character]))
            time.sleep(every)


class Authority:
    """A certificate authority for the length of a test run."""

    def __init__(self, folder):
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._issue("An invented authority", self.key, self.key, is_authority=True)
        self.pem = self.certificate.public_bytes(Encoding.PEM).decode()

    def serving(self, *names):
        key = ec.generate_private_key(ec.SECP256R1())
        path = self.folder / f"{names[0]}.pem"
        path.write_bytes(
            self._issue(names[0], key, self.key, names=names).public_bytes(Encoding.PEM)
            + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _issue(self, subject, key, by, *, names=(), is_authority=False):
        now = datetime.now(UTC)
        named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
        issuer = named if is_authority else self.certificate.subject
        built = (
            x509.CertificateBuilder(issuer, named, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if names:
            subjects = x509.SubjectAlternativeName([_subject(name) for name in names])
            built = built.add_extension(subjects, critical=False)
        return built.sign(by, SHA256())


def _subject(name):
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
