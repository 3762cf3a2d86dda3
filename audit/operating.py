"""How does an operator ask the log from a terminal? Under a name and for a reason, and the asking is in the log too."""

import json
import os
import pwd
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TextIO

from django.core.management.base import CommandError

from audit.exporting import HEADER, cells
from audit.reading import Line, Wish
from ohsc.core.actor import CLOCK_ID, READ_AUDIT, Actor
from ohsc.core.spreadsheet import written

# The clock, with sight of every event: the command has no session, and says beside it who runs it.
OPERATOR = Actor(
    kind="clock",
    id=CLOCK_ID,
    agency_id=None,
    is_centre=True,
    permissions=frozenset({READ_AUDIT}),
    name="an operator",
)
FORMATS = ("table", "json", "csv")
MOST = 10_000


def add_arguments(parser: ArgumentParser) -> None:
    """What both commands take."""
    parser.add_argument(
        "--for", dest="reason", required=True, metavar="REASON", help="why; it stands in the log"
    )
    parser.add_argument("--since", type=_day, metavar="DAY", help="from this day on, such as 2026-11-22")
    parser.add_argument("--until", type=_day, metavar="DAY", help="up to this day, and with it")
    parser.add_argument("--format", choices=FORMATS, default="table")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def run_by(reason: str) -> dict[str, str]:
    """Who runs it, by the name this machine knows them by, and why."""
    if not reason.strip():
        raise CommandError("Say with --for why the log is asked.")
    return {"os_user": _account(), "reason": reason.strip()[:200]}


def _account() -> str:
    """The account's name, from the system and not from the environment, which whoever runs it may set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name[:64]
    except KeyError:  # in a container an account may have a number alone
        return str(os.getuid())


def narrowed(since: date | None, until: date | None) -> Wish:
    """The days asked for."""
    if since and until and since > until:
        raise CommandError("--until lies before --since.")
    return Wish(since=since, until=until)


def show(lines: Sequence[Line], form: str, out: TextIO) -> None:
    """The lines, as a table to read, or as JSON or CSV for another program."""
    rows = [cells(line) for line in lines]
    _WRITERS[form](HEADER, rows, out)


def show_rows(header: Sequence[str], rows: Sequence[Sequence[str]], form: str, out: TextIO) -> None:
    """Any table in one of the three forms."""
    _WRITERS[form](header, rows, out)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    """Columns as wide as what is in them; what is in none of the rows is left out."""
    kept = [place for place, _ in enumerate(header) if any(row[place] for row in rows)]
    shown = [[header[place] for place in kept], *([row[place] for place in kept] for row in rows)]
    widths = [max(len(row[place]) for row in shown) for place in range(len(kept))]
    for row in shown:
        out.write(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        )


def _json(header: Sequence[str], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    json.dump([dict(zip(header, row, strict=True)) for row in rows], out, indent=2, ensure_ascii=False)
    out.write("\n")


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    out.write(written(header, rows).decode("utf-8-sig"))


_WRITERS: dict[str, Callable[[Sequence[str], Sequence[Sequence[str]], TextIO], Any]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
}
