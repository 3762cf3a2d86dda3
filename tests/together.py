"""Things that happen at the same time: real threads, each with a connection of its own."""

import os
import time
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import psycopg
from django.db import connections


class Running:
    """Work in a thread of its own; `result()` waits for what it returned or raised."""

    def __init__(self, work: Callable[[], Any]):
        self.outcome: Any = None
        self.thread = Thread(target=self._run, args=(work,), daemon=True)
        self.thread.start()

    def _run(self, work):
        try:
            self.outcome = work()
        except Exception as error:
            self.outcome = error
        finally:
            connections.close_all()

    def result(self) -> Any:
        self.thread.join(20)
        assert not self.thread.is_alive(), "still waiting after 20 seconds"
        return self.outcome


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start them at the same moment; what each returned, or the exception it raised."""
    barrier = Barrier(len(works))

    def together(work):
        def run():
            barrier.wait(10)
            return work()

        return run

    return [running.result() for running in [Running(together(work)) for work in works]]


def until_someone_waits_for_a_lock() -> None:
    """Return once another session of this database waits for a row that somebody holds."""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        for _ in range(200):
            (waiting,) = admin.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                [psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"]],
            ).fetchone()
            if waiting:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waited")
