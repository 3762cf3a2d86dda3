"""A right ends while somebody reads: no statement that begins after that was committed gives back a thing.

Both are real: a request on one connection, a step on another. The reader is stopped at each of its statements, the
step is taken up to its last before one of them and committed before another, so that every order of the two occurs,
each time the same. Nothing is timed.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest
from django.db import connection, connections
from django.utils import timezone

from ohsc.core.acting import acting_as
from referrals.actions import perform
from referrals.drafts import Given, SelectorDraft
from referrals.models import Referral

SECRET = "cormorant"
HELD = {
    "summary": f"An account called {SECRET} asked a child to move.",
    "narrative": f"The reporter states that {SECRET} asked.",
    "selectors": (SelectorDraft("account", f"@{SECRET}", platform="lumen"),),
}
READS: dict[str, Callable] = {
    "the record": lambda ben, system, pk: ben.get(f"/referrals/{pk}"),
    "the narrative": lambda ben, system, pk: ben.post(f"/referrals/{pk}/narrative"),
    "the list": lambda ben, system, pk: ben.get("/referrals"),
    "the queue": lambda ben, system, pk: ben.get("/triage"),
    "my work": lambda ben, system, pk: ben.get("/work"),
    "the search": lambda ben, system, pk: ben.post("/search", {"text": "asked a child"}),
    "the export": lambda ben, system, pk: ben.post("/referrals/csv", {"purpose": "quality"}),
    "the interface's record": lambda ben, system, pk: system.get(f"/api/v1/referrals/{pk}"),
    "the interface's history": lambda ben, system, pk: system.get(f"/api/v1/referrals/{pk}/history"),
    "the interface's list": lambda ben, system, pk: system.get("/api/v1/referrals"),
}
ENDS = {  # how far the referral has come; what ends the police's right; and what gives it back
    "an offer recalled": ("offered", ("cora", "recall", Given(reason_code="better_fit")), ("cora", "offer")),
    "custody returned": (
        "accepted",
        ("bea", "return", Given(reason_code="no_capacity")),
        ("cora", "offer"),
        ("bea", "accept"),
    ),
}
# A narrative is not read before the offer is accepted; and what is in time and held by nobody is nobody's work yet.
NOT_READ = {("the narrative", "an offer recalled"), ("my work", "custody returned")}
PAIRS = [(read, end) for read in READS for end in ENDS if (read, end) not in NOT_READ]
PER_READ = 80  # orders tried of each read with each end, or all there are


@dataclass
class Watched:
    """The reader's connection: at one of its statements the step begins, at a later one it is committed."""

    begins: int
    commits: int
    revoke: "Revoking"
    told: set[str]
    seen: int = 0
    after: list[str] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context):
        if self.seen == self.begins:
            self.revoke.begin()
        if self.seen == self.commits:
            self.revoke.commit()
        self.seen += 1
        result = execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        if self.seen > self.commits and cursor.description and cursor.rowcount > 0:
            if self.tells(cursor.fetchall()):
                self.after.append(sql)
            cursor.scroll(0, "absolute")
        return result

    def tells(self, rows: list[tuple]) -> bool:
        words = repr(rows)
        return any(word in words for word in self.told)


class Revoking:
    """A step on a connection of its own: taken, and committed when it is told to."""

    def __init__(self, pool: ThreadPoolExecutor, take: Callable[[], None], actor):
        self.pool, self.take, self.actor = pool, take, actor
        self.taken, self.go, self.done = Event(), Event(), None

    def begin(self) -> None:
        self.done = self.pool.submit(self._run)
        assert self.taken.wait(20) or self.done.result(0) is None

    def _run(self) -> None:
        try:
            with acting_as(self.actor):
                self.take()
                self.taken.set()
                assert self.go.wait(20)
        finally:
            self.taken.set()

    def commit(self) -> None:
        self.go.set()
        self.done.result(20)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as one:
        yield one
        one.submit(connections.close_all).result(20)


@pytest.mark.parametrize(("read", "end"), PAIRS)
def test_nothing_is_read_after_the_right_ended(committed_cast, pool, read, end, record_property):
    cast, (status, ending, *back) = committed_cast, ENDS[end]
    referral = cast.referral(status, **HELD)
    ben, system = cast.browser(cast.ben), cast.system(cast.police_client)
    told = {SECRET, str(referral.pk), referral.reference, '"step":'}
    look = lambda: READS[read](ben, system, referral.pk)  # noqa: E731
    assert told_in(look(), told), "before the end it is read"
    tried, whole = 0, statements_of(look)
    for begins, commits in orders(whole):
        revoking = Revoking(
            pool, lambda: perform_now(cast, referral, *ending), cast.actor(getattr(cast, ending[0]))
        )
        watched = Watched(begins, commits, revoking, told)
        with connection.execute_wrapper(watched):
            look()
        assert watched.seen > commits, "the end was committed while it read"
        assert watched.after == [], f"begun before {begins}, committed before {commits}"
        assert not told_in(look(), told), "nor by the next request"
        for who, step in back:
            given = Given(to_agency=cast.police) if step == "offer" else Given()
            with acting_as(cast.actor(getattr(cast, who))):
                perform_now(cast, referral, who, step, given)
        tried += 1
    record_property("interleavings", tried)
    assert tried >= 5


def orders(statements: int) -> list[tuple[int, int]]:
    """Where the step begins and where it is committed, spread evenly over all there are."""
    every = [(begins, commits) for commits in range(1, statements) for begins in range(commits + 1)]
    stride = max(1, len(every) // PER_READ)
    return every[::stride]


def statements_of(look: Callable) -> int:
    counted = []
    with connection.execute_wrapper(lambda execute, *rest: (counted.append(1), execute(*rest))[1]):
        look()
    return len(counted)


def told_in(answer, told: set[str]) -> bool:
    text = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code == 200 and any(word.encode() in text for word in told)


def perform_now(cast, referral: Referral, who: str, step: str, given: Given) -> None:
    perform(step, referral_id=referral.pk, by=cast.actor(getattr(cast, who)), at=timezone.now(), given=given)
