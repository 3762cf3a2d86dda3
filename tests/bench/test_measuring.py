"""The arithmetic of the benchmark, and its load generator against a small server."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.generator import KEY, Lines, work
from bench.measuring import Case, percentile, ratio
from bench.report import Row, verdict


def test_a_ratio_is_of_medians_so_that_one_slow_answer_does_not_count():
    assert ratio(Case("ours", took=[2.0, 4.0, 90.0]), Case("floor", took=[1.0, 2.0, 50.0])) == 2.0


@pytest.mark.parametrize(("of", "value"), [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_a_percentile_is_a_value_that_was_measured(of, value):
    assert percentile(range(1, 101), of) == value


def test_of_a_few_values_the_ninety_fifth_percentile_is_the_last():
    assert percentile([3.0, 1.0, 2.0], 95) == 3.0


def test_figures_are_of_all_that_was_sent():
    case = Case(
        "a", took=[0.002] * 9 + [0.1], sent=10, wall=2.0, cpu={"web": 0.05, "postgres": 0.02}, bytes=7
    )
    assert case.figures() == {
        "name": "a",
        "requests": 10,
        "failed": 0,
        "clients": 1,
        "median_ms": 2.0,
        "p95_ms": 100.0,
        "per_second": 5.0,
        "cpu_ms": {"web": 5.0, "postgres": 2.0},
        "bytes": 7,
    }


@pytest.mark.parametrize(
    ("measured", "most", "least", "said"),
    [(2.0, 2.0, None, "holds"), (2.01, 2.0, None, "does not"), (200.0, None, 200.0, "holds"),
     (199.0, None, 200.0, "does not"), (None, 2.0, None, "not measured"), (1.0, None, None, "")],
)  # fmt: skip
def test_a_figure_holds_at_its_target_and_not_beyond(measured, most, least, said):
    assert verdict(Row("what", measured, "x", most=most, least=least)) == said


class Counting(BaseHTTPRequestHandler):
    """Answers each POST with its key, and closes the connection after each third answer."""

    protocol_version = "HTTP/1.1"
    keys: list[str] = []
    chunked = False

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).keys.append(body.decode())
        self.send_response(201)
        if self.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body)))
        if len(self.keys) % 3 == 0:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if self.chunked else body)

    def log_message(self, *_):
        pass


@pytest.fixture(params=[False, True], ids=["with its length", "in chunks"])
def server(request):
    handler = type("Handler", (Counting,), {"keys": [], "chunked": request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening.server_port, handler.keys
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize("clients", [1, 8])
def test_every_request_is_sent_once_with_a_key_of_its_own_though_the_server_closes_connections(
    server, clients
):
    port, keys = server
    request = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(KEY)}\r\n\r\n{KEY}"
    lines = Lines()
    result = work(
        {"port": port, "requests": [request], "count": 40, "clients": clients, "prefix": "p"}, lines
    )
    lines.close()
    assert result["statuses"] == {201: 40}
    assert len(result["took"]) == 40
    assert len(set(keys)) == len(keys) == 40
    assert {len(key) for key in keys} == {len(KEY)}
    assert result["bytes"] == len(KEY)
