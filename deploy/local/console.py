"""What does the person at the terminal see while the launcher works?"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """The launcher cannot go on; its text is the sentence the person reads."""


def say(line: str = "") -> None:
    print(line, flush=True)


class Progress:
    """What a running step may still say about itself."""

    outcome = "done"


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """One line per step: its name at once, its outcome and the time it took when it is over."""
    print(f"  {what:<44} ", end="", flush=True)
    started = time.monotonic()
    note = Progress()
    try:
        yield note
    except BaseException:
        print("failed" if sys.exc_info()[0] is Failure else "stopped", flush=True)
        raise
    print(f"{note.outcome} {time.monotonic() - started:.1f} s", flush=True)
