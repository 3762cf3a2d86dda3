"""Posting to real servers on loopback: what arrives, what is refused, and when it ends."""

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event

import pytest
from standardwebhooks import Webhook

from notifications.destinations import NO_ADDRESS
from notifications.signing import headers_for, new_secret
from notifications.transport import MOST_READ, Answer, post, retry_after
from tests.notifications.receivers import Authority, drip, receiving, speaking

NAME = "hooks.agency.test"  # no resolver knows it: only a pinned connection arrives
BODY = b'{"type":"referral.accepted"}'
LOOPBACK = ["127.0.0.1"]


def send(url, *, allow=LOOPBACK, **options):
    return post(url, headers={"Content-Type": "application/json"}, body=BODY, allow=allow, **options)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


def test_what_arrives_is_what_was_signed():
    secret = new_secret()
    signed = headers_for(message_id="msg_1", at=datetime.now(UTC), body=BODY, secrets=[secret])
    with receiving() as partner:
        answer = post(f"http://127.0.0.1:{partner.port}/in?x=1", headers=signed, body=BODY, allow=LOOPBACK)
    [(path, headers, body)] = partner.received
    assert (answer.status, answer.reason, answer.retry_after) == (200, "Answered 200.", None)
    assert path == "/in?x=1"
    assert headers["Host"] == f"127.0.0.1:{partner.port}"
    assert headers["User-Agent"] == "OHSC-Webhooks/1"
    assert Webhook(secret).verify(body, dict(headers)) == {"type": "referral.accepted"}


@pytest.mark.parametrize("status", [204, 400, 404, 410, 429, 500, 503])
def test_every_status_is_reported_as_given(status):
    with receiving(status=status, headers={"Retry-After": "120"}, body=b"") as partner:
        answer = send(f"http://127.0.0.1:{partner.port}/")
    assert (answer.status, answer.retry_after) == (status, 120)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    with receiving() as inside:
        there = {"Location": f"http://127.0.0.1:{inside.port}/admin"}
        with receiving(status=status, headers=there) as partner:
            answer = send(f"http://127.0.0.1:{partner.port}/")
    assert answer.status == status
    assert len(partner.received) == 1
    assert inside.received == []


def test_a_proxy_in_the_environment_is_not_used(monkeypatch):
    with receiving() as proxy, receiving() as partner:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert send(f"http://127.0.0.1:{partner.port}/").status == 200
    assert proxy.received == []
    assert len(partner.received) == 1


def test_the_name_is_looked_up_once_and_the_call_goes_where_it_first_led():
    with receiving("127.0.0.1") as first, receiving("127.0.0.2", first.port) as second:
        answers = iter([["127.0.0.1"], ["127.0.0.2"]])
        answer = send(f"http://{NAME}:{first.port}/", allow=[NAME], resolver=lambda host, port: next(answers))
        assert answer.status == 200
        assert next(answers) == ["127.0.0.2"]
    assert first.received[0][1]["Host"] == f"{NAME}:{first.port}"
    assert second.received == []


@pytest.mark.parametrize("allow", [[], ["10.0.0.0/8"], ["other.agency.test"]])
def test_a_name_that_leads_inside_is_not_called(allow):
    asked = []

    def resolver(host, port):
        asked.append((host, port))
        return ["127.0.0.1"]

    answer = send(f"https://{NAME}:8443/", allow=allow, resolver=resolver)
    assert (answer.status, answer.reason) == (None, NO_ADDRESS)
    assert asked == [(NAME, 8443)]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "https://127.0.0.1:9/", "https://a:b@x.example/", "nothing"]
)
def test_a_url_that_may_not_be_registered_is_not_called_either(url):
    answer = send(url, allow=[])
    assert answer.status is None
    assert answer.reason


def test_a_listed_network_does_not_let_a_name_use_plain_http():
    with receiving() as inside:
        answer = send(
            f"http://{NAME}:{inside.port}/",
            allow=["127.0.0.0/8"],
            resolver=lambda host, port: ["127.0.0.1"],
        )
    assert answer.status is None
    assert inside.received == []


def test_tls_asks_for_the_name_and_checks_it_at_the_pinned_address(authority):
    with receiving(tls=authority.serving(NAME)) as partner:
        answer = send(
            f"https://{NAME}:{partner.port}/in",
            allow=[NAME],
            resolver=lambda host, port: ["127.0.0.1"],
            extra_ca=authority.pem,
        )
    assert answer.status == 200
    assert partner.names_asked == [NAME]
    assert partner.received[0][1]["Host"] == f"{NAME}:{partner.port}"


def test_tls_to_a_written_address_checks_the_address(authority):
    with receiving(tls=authority.serving("127.0.0.1")) as partner:
        assert send(f"https://127.0.0.1:{partner.port}/", extra_ca=authority.pem).status == 200
    with receiving(tls=authority.serving("127.0.0.2")) as partner:
        assert send(f"https://127.0.0.1:{partner.port}/", extra_ca=authority.pem).status is None


@pytest.mark.parametrize(("named", "is_trusted"), [("other.agency.test", True), (NAME, False)])
def test_a_certificate_of_another_name_or_authority_gets_nothing(authority, named, is_trusted):
    with receiving(tls=authority.serving(named)) as partner:
        answer = send(
            f"https://{NAME}:{partner.port}/",
            allow=[NAME],
            resolver=lambda host, port: ["127.0.0.1"],
            extra_ca=authority.pem if is_trusted else "",
        )
    assert (answer.status, answer.reason) == (None, "The certificate was not accepted.")
    assert partner.received == []


def test_the_next_address_is_tried_when_one_does_not_take_the_call():
    with receiving("127.0.0.1") as partner:
        answer = send(
            f"http://{NAME}:{partner.port}/",
            allow=[NAME],
            resolver=lambda host, port: ["127.0.0.9", "::1", "127.0.0.1"],
        )
    assert answer.status == 200
    assert len(partner.received) == 1


def silent(connection):
    while connection.recv(65536):
        pass


def drips_its_head(connection):
    drip(connection, b"HTTP/1.1 200 OK\r\nX-A: ")


def drips_headers_without_end(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    drip(connection, b"X: y\r\n", every=0.02)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("say", [silent, drips_its_head, drips_headers_without_end])
def test_a_far_end_that_takes_its_time_is_left_at_the_deadline(scheme, say, authority):
    tls = authority.serving("127.0.0.1") if scheme == "https" else None
    with speaking(say, tls) as port:
        answer = send(f"{scheme}://127.0.0.1:{port}/", timeout=0.5, extra_ca=authority.pem)
    assert (answer.status, answer.reason) == (None, "No full answer came in time.")
    assert 0.5 <= answer.took < 1.5


def test_a_tls_handshake_that_never_begins_is_left_at_the_deadline():
    with speaking(silent) as port:
        answer = send(f"https://127.0.0.1:{port}/", timeout=0.5)
    assert (answer.status, answer.reason) == (None, "No full answer came in time.")
    assert answer.took < 1.5


def test_a_tls_handshake_that_drips_is_left_at_the_deadline():
    # A record header that promises 16 KB, then a byte at a time.
    with speaking(lambda c: (c.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"), drip(c, b"\x00"))) as port:
        answer = send(f"https://127.0.0.1:{port}/", timeout=0.5)
    assert (answer.status, answer.reason) == (None, "No full answer came in time.")
    assert 0.5 <= answer.took < 1.5


def test_a_far_end_that_does_not_read_is_left_at_the_deadline():
    with speaking(lambda connection: time.sleep(1)) as port:
        answer = post(
            f"http://127.0.0.1:{port}/", headers={}, body=b"x" * 50_000_000, allow=LOOPBACK, timeout=0.5
        )
    assert (answer.status, answer.reason) == (None, "No full answer came in time.")
    assert answer.took < 1.5


def test_a_body_that_drips_does_not_take_back_the_status():
    with speaking(lambda c: (c.sendall(b"HTTP/1.1 202 Accepted\r\n\r\n"), drip(c, b"."))) as port:
        answer = send(f"http://127.0.0.1:{port}/", timeout=0.5)
    assert answer.status == 202
    assert answer.took < 1.5


def test_a_resolver_that_hangs_is_left_at_the_deadline():
    hanging = Event()
    answer = send(
        f"http://{NAME}/", allow=[NAME], timeout=0.3, resolver=lambda host, port: hanging.wait(5) or []
    )
    hanging.set()
    assert (answer.status, answer.reason) == (None, "No full answer came in time.")
    assert answer.took < 1.5


def test_an_endless_answer_is_cut_and_nothing_of_it_is_kept():
    def endless():
        while True:
            yield b"a private word " * 1000

    with receiving(body=endless) as partner:
        answer = send(f"http://127.0.0.1:{partner.port}/", timeout=5)
        assert partner.was_cut.wait(5)
    assert answer.status == 200
    assert answer.took < 4
    assert "private" not in repr(answer)
    assert MOST_READ == 4096


def test_a_body_that_is_not_what_it_says_is_an_answer_all_the_same():
    with receiving(headers={"Content-Encoding": "gzip"}, body=b"not gzip at all") as partner:
        assert send(f"http://127.0.0.1:{partner.port}/").status == 200


@pytest.mark.parametrize(
    ("say", "reason"),
    [
        (lambda c: (c.recv(65536), c.sendall(b"SSH-2.0-x\r\n")), "The answer was not HTTP."),
        (lambda c: c.recv(65536), "The connection was lost before an answer, or could not be made."),
    ],
)
def test_trouble_is_an_answer_in_neutral_words(say, reason):
    with speaking(say) as port:
        answer = send(f"http://127.0.0.1:{port}/", timeout=5)
    assert (answer.status, answer.reason) == (None, reason)


def test_a_closed_port_and_a_plain_server_behind_https_are_answers_too():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/").reason == "The connection was refused."
    with receiving() as partner:
        answer = send(f"https://127.0.0.1:{partner.port}/")
    assert answer.reason == "The secure connection could not be made."


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("0000000000005", 5),
        ("9" * 5000, 1e9),
        ("-5", None),
        ("1.5", None),
        ("\uff11\uff12", None),
        ("soon", None),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0),
        ("Mon, 02 Mar 2026 09:01:00", 60),
        ("Mon, 99 Mar 2026 09:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_an_answer_holds_no_room_for_content():
    assert set(Answer.__dataclass_fields__) == {"status", "reason", "retry_after", "took"}
