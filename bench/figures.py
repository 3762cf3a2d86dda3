"""Which figures of the design are measured, and how? Reading: a queue, a referral, a search, the audit.

Every case stands beside its floor in the same rounds, on every size, so that a ratio never crosses two runs.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection
from statistics import median

import psycopg

from bench import floors
from bench.callers import Caller
from bench.loading import CENTRE, LARGE, TYPICAL
from bench.measuring import Case, Measurer, ratio
from bench.place import Site
from bench.report import Row
from deploy.local.console import say

LIST = "/api/v1/referrals?limit=50"
WHO = {TYPICAL: "typical agency", LARGE: "large agency", CENTRE: "Centre"}
Callers = dict[int, dict[int, Caller]]  # of each size, of each agency's number


def queue(
    measurer: Measurer, sites: Sequence[Site], callers: Callers, rounds: int
) -> tuple[list[Row], list[Case]]:
    """The list of fifty, through the interface and on the page, against the floor and on every size."""
    cases = {
        (kind, site.plan.referrals, number): case
        for site in sites
        for number in (TYPICAL, LARGE, CENTRE)
        for kind, case in _queue_cases(site, callers[site.plan.referrals][number], number)
    }
    measurer.rounds(list(cases.values()), rounds)
    biggest, smallest = sites[-1].plan.referrals, sites[0].plan.referrals
    rows = []
    for number in (TYPICAL, LARGE):
        at = f"{WHO[number]}, {biggest:,}"
        floor = cases["floor", biggest, number]
        rows += [
            Row(f"list of 50 over HTTP, {at}", ratio(cases["list", biggest, number], floor), "× floor", most=2),
            Row(f"queue page, {at}", ratio(cases["page", biggest, number], floor), "× floor", most=2),
            Row(f"list behind the same middleware, {at}",
                ratio(cases["list", biggest, number], cases["signed", biggest, number]), "× floor there",
                said="the floor's query as a Django view with token and rights"),
            Row(f"audit's share of a list, {at}", _share(cases["list", biggest, number],
                cases["unaudited", biggest, number]), "%", most=15),
        ]  # fmt: skip
        if biggest > smallest:
            rows += [
                Row(f"{what}, {WHO[number]}: {biggest:,} against {smallest:,}",
                    ratio(cases[kind, biggest, number], cases[kind, smallest, number]), "×", most=1.2)
                for kind, what in (("list", "list"), ("page", "queue page"))
            ]  # fmt: skip
    pages = [case.bytes / 1000 for (kind, *_), case in cases.items() if kind == "page"]
    rows.append(
        Row("the greatest queue page on the wire", max(pages), "KB", most=100, said="its HTML, compressed")
    )
    return rows, list(cases.values())


def _queue_cases(site: Site, caller: Caller, number: int) -> Iterator[tuple[str, Case]]:
    at = f"{WHO[number]}, {site.name}"

    def case(kind: str, name: str, request: str) -> tuple[str, Case]:
        return kind, Case(f"{name}, {at}", site.port, [request])

    if number != CENTRE:  # the floor is an agency's
        run, root = _run(site), f"http://127.0.0.1:{site.port}"
        yield (
            "sql",
            Case(f"floor's statement alone, {at}", call=lambda: floors.queue(caller.agency, root, run)),
        )
        yield case("floor", "floor", caller.bare(f"/bench/floor/queue?agency={caller.agency}"))
        yield case("view", "floor as a Django view", caller.bare(f"/bench/queue?agency={caller.agency}"))
        yield case(
            "signed",
            "the same with token and rights",
            caller.api(f"/api/bench/queue?agency={caller.agency}"),
        )
        yield case("unaudited", "list without its audit", caller.api(LIST, **{"X-Bench-No-Audit": "1"}))
    yield case("list", "list of 50", caller.api(LIST))
    yield case("page", "queue page", caller.page("/triage"))


def one(
    measurer: Measurer, sites: Sequence[Site], callers: Callers, rounds: int
) -> tuple[list[Row], list[Case]]:
    """One referral, read through the interface and on its page; ten of them in turn."""
    cases: list[Case] = []
    rows: list[Row] = []
    for site in sites:
        caller = callers[site.plan.referrals][TYPICAL]
        ids = _shown(caller, LIST)[:10]
        name = f"{WHO[TYPICAL]}, {site.name}"
        bare = [caller.bare(f"/bench/floor/one?agency={caller.agency}&id={key}") for key in ids]
        cases += [
            Case(f"floor of one referral, {name}", site.port, bare),
            Case(f"read of one referral, {name}", site.port, [caller.api(f"/api/v1/referrals/{key}") for key in ids]),
            Case(f"page of one referral, {name}", site.port, [caller.page(f"/referrals/{key}") for key in ids]),
        ]  # fmt: skip
    measurer.rounds(cases, rounds)
    floor, read, page = cases[-3:]
    rows.append(Row(f"read of one referral, {sites[-1].name}", ratio(read, floor), "× floor"))
    rows.append(Row(f"page of one referral, {sites[-1].name}", ratio(page, floor), "× floor"))
    rows.append(
        Row("page of a referral on the wire", page.bytes / 1000, "KB", most=100, said="its HTML, compressed")
    )
    for what, path, kind in (
        ("list of 50", LIST, "api"),
        ("queue page", "/triage", "page"),
        ("read of one referral", f"/api/v1/referrals/{ids[0]}", "api"),
        ("page of one referral", f"/referrals/{ids[0]}", "page"),
    ):
        total, rights = statements(caller, getattr(caller, kind)(path, **{"X-Bench-Count": "1"}))
        rows.append(Row(f"statements of a {what}", total, "", most=10, said=f"{rights} of them set rights"))
    return rows, cases


def search(
    measurer: Measurer, sites: Sequence[Site], callers: Callers, rounds: int
) -> tuple[list[Row], list[Case]]:
    """A search on its page, by a word of a summary and by a selector; nothing where there is no search yet."""
    cases = []
    for site in sites:
        caller = callers[site.plan.referrals][TYPICAL]
        form = _form(caller, "/search")
        if form is None:
            say("  There is no /search yet: not measured.")
            return [Row("a search", None, "ms")], []
        for what, words in (("a word", "channel"), ("a selector", "quiet-heron-1")):
            name = f"search for {what}, {WHO[TYPICAL]}, {site.name}"
            cases.append(Case(name, site.port, [form(words)], count=10))
    measurer.rounds(cases, rounds)
    return [Row(case.name, median(case.took) * 1000, "ms") for case in cases[-2:]], cases


def statements(caller: Caller, request: str) -> tuple[int, int]:
    """How many statements an answer took but for transaction control, and how many of them set rights."""
    head = _raw(caller, request)[0]
    return int(head["x-bench-statements"]), int(head["x-bench-rights"])


def _share(with_it: Case, without: Case) -> float:
    """How many hundredths of a request the part takes that one of the two leaves out."""
    return (1 - median(without.took) / median(with_it.took)) * 100


def _run(site: Site) -> psycopg.Connection:
    return psycopg.connect(site.env["BENCH_DATABASE_URL"], autocommit=True, prepare_threshold=None)


def _shown(caller: Caller, path: str) -> list[str]:
    return [item["id"] for item in json.loads(_raw(caller, caller.api(path))[1])["items"]]


def _form(caller: Caller, path: str) -> Callable[[str], str] | None:
    """How a search is sent, read from its page as a browser reads it: its one field of words, and its token."""
    head, page = _raw(caller, caller.page(path))
    text = page.decode(errors="replace")
    field = re.search(r'<input(?=[^>]*type="(?:search|text)")[^>]*name="([^"]+)"', text)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    cookie = re.search(r"ohsc_csrf=([^;]+)", head.get("set-cookie", ""))
    if head["status"] != "200" or not (field and token and cookie):
        return None
    return lambda words: caller.submit(
        path, {field[1]: words, "csrfmiddlewaretoken": token[1]}, f"ohsc_csrf={cookie[1]}"
    )


def _raw(caller: Caller, request: str) -> tuple[dict[str, str], bytes]:
    """One request, its headers and its body."""
    top, _, sent = request.partition("\r\n\r\n")
    first, *lines = top.split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    headers.pop("Accept-Encoding", None)
    connection = HTTPConnection("127.0.0.1", caller.site.port, timeout=30.0)
    connection.request(method, path, sent.encode() or None, headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return {name.lower(): value for name, value in answer.getheaders()} | {"status": str(answer.status)}, body
