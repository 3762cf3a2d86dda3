"""The launcher's command line: `python -m deploy.local demo | reset | test … | run …`."""

import argparse
import sys
from collections.abc import Callable, Sequence

from deploy.local.console import Failure, say
from deploy.local.demo import demo, reset
from deploy.local.place import Place
from deploy.local.testing import run_tests, with_test_servers
from deploy.local.warden import guarded


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="start the demonstration and keep it running")
    commands.add_parser("reset", help="clear the demonstration's data")
    tests = commands.add_parser("test", help="run the tests; what follows goes to pytest", add_help=False)
    tests.add_argument("words", nargs=argparse.REMAINDER)
    run = commands.add_parser(
        "run", help="run any command with the tests' servers and settings", add_help=False
    )
    run.add_argument("words", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(words)
    if chosen.command in {"demo", "reset"}:
        place, what = Place("demo"), "The demonstration"
    else:
        place, what = Place("test"), "A test run"
    jobs: dict[str, Callable[[], int]] = {
        "demo": lambda: demo(place),
        "reset": lambda: reset(place),
        "test": lambda: run_tests(place, chosen.words),
        "run": lambda: with_test_servers(place, chosen.words, browser=False),
    }
    return alone(place, what, jobs[chosen.command])


def alone(place: Place, what: str, job: Callable[[], int]) -> int:
    """Do the job while nobody else does it in this clone, and leave no process behind."""
    try:
        place.lock(what)
    except Failure as failure:
        say(str(failure))
        return 1

    def told() -> int:
        try:
            return job()
        except Failure as failure:
            say(f"\n{failure}")
            return 1

    return guarded(told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
