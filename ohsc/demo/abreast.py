"""How do two cores play the stories at once? Each process takes every other story; stories do not touch each other."""

import gc
import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from queue import Empty

from django.db import connection, connections

from ohsc.demo.stories import Story
from ohsc.demo.telling import Cast, Telling

MOST = 4


def play_abreast(stories: Sequence[Story], now: datetime, said: Callable[[int, int], None]) -> None:
    """Play all of them; `said` hears how many events are done of how many. Raises when a part failed."""
    parts = min(MOST, os.cpu_count() or 1)
    total = len(Telling(Cast(), now).events(stories))
    connections.close_all()  # a connection cannot be shared with a forked process
    fork = multiprocessing.get_context("fork")
    done = fork.Queue()
    players = [
        fork.Process(target=_play, args=(stories[part::parts], now, done.put, os.getpid()), daemon=True)
        for part in range(parts)
    ]
    for player in players:
        player.start()
    so_far = 0
    while any(player.is_alive() for player in players) or not done.empty():
        try:
            so_far += done.get(timeout=0.2)
        except Empty:
            continue
        said(so_far, total)
    if any(player.exitcode for player in players):
        raise RuntimeError("The stories were not all played; the error stands above. Run it again to go on.")


def _play(stories: Sequence[Story], now: datetime, said: Callable[[int], None], parent: int) -> None:
    def still_wanted(done: int) -> None:
        if os.getppid() != parent:
            os._exit(1)  # whoever started the seeding is gone
        said(done)

    try:
        gc.freeze()  # the collector need not walk all of Django again and again
        # Nothing here is lost that a second run would not make again, so no commit waits for the disk.
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        telling = Telling(Cast(), now)
        telling.play(telling.events(stories), still_wanted)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    finally:
        connections.close_all()
