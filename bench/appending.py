"""Append events as requests do, on several threads, for some seconds; then say how many. A process of its own."""

import os
import sys
import threading
import time
from uuid import UUID, uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from audit import actions as audit  # noqa: E402
from ohsc.core.acting import acting_as  # noqa: E402
from ohsc.core.actor import Actor  # noqa: E402


def main(agency: str, threads: str, seconds: str) -> int:
    actor = Actor(kind="client", id=UUID(agency), agency_id=UUID(agency), is_centre=False)
    _append(actor)  # the first opens a connection
    counts = [0] * int(threads)
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + float(seconds)

    def work(place: int) -> None:
        while time.monotonic() < end:
            _append(actor)
            counts[place] += 1

    workers = [threading.Thread(target=work, args=(place,)) for place in range(len(counts))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(counts), flush=True)
    return 0


def _append(actor: Actor) -> None:
    with acting_as(actor):
        audit.record(
            audit.Kind.CONSULTATION, "referral.opened", by=actor, at=timezone.now(), subject_type="referral",
            subject_ids=[uuid4()],
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
