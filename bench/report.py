"""Does it hold? Each figure of the design with what was measured, as a table for a person and as JSON for a program."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.measuring import Case


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, in which unit, and the target as at most or at least. `said` explains."""

    what: str
    measured: float | None
    unit: str
    most: float | None = None
    least: float | None = None
    said: str = ""


def verdict(row: Row) -> str:
    """`holds`, `does not`, `not measured`, or nothing where there is no target."""
    if row.measured is None:
        return "not measured"
    if row.most is None and row.least is None:
        return ""
    holds = (row.most is None or row.measured <= row.most) and (
        row.least is None or row.measured >= row.least
    )
    return "holds" if holds else "does not"


def target(row: Row) -> str:
    if row.most is not None:
        return f"≤ {row.most:g} {row.unit}".rstrip()
    return f"≥ {row.least:g} {row.unit}".rstrip() if row.least is not None else ""


def table(rows: Sequence[Row]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| figure | measured | target | |", "|---|---|---|---|"]
    for row in rows:
        said = "; ".join(part for part in (verdict(row), row.said) if part)
        lines.append(f"| {row.what} | {_measured(row)} | {target(row)} | {said} |")
    return "\n".join(lines)


def _measured(row: Row) -> str:
    if row.measured is None:
        return ""
    figure = f"{row.measured:,.2f}" if row.measured % 1 else f"{row.measured:,.0f}"
    return f"{figure} {row.unit}".rstrip()


def times(cases: Sequence[Case]) -> str:
    """What each kind of request took."""
    lines = [
        "| request | sent | failed | median | p95 | a second | CPU web | CPU PostgreSQL | CPU sender | KB |"
    ]
    lines.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for case in cases:
        figures = case.figures()
        cpu = [f"{figures['cpu_ms'].get(who, 0):.2f}" for who in ("web", "postgres", "generator")]
        lines.append(
            f"| {case.name} | {case.sent} | {case.failed or ''} | {figures['median_ms']:.2f} ms"
            f" | {figures['p95_ms']:.2f} ms | {figures['per_second']:.0f} | {' | '.join(cpu)}"
            f" | {case.bytes / 1000:.1f} |"
        )
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    return {
        "cpus": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": os.getloadavg()[0],
    }


def write(path: Path, facts: dict[str, Any], rows: Sequence[Row], cases: Sequence[Case]) -> None:
    """Everything, for a program."""
    found = facts | {
        "rows": [asdict(row) | {"verdict": verdict(row)} for row in rows],
        "cases": [case.figures() for case in cases],
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
