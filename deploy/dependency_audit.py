"""Has a package that we run a known fault that is grave and not new? `make audit-dependencies`.

pip-audit says which packages of requirements/base.txt have known faults; the database of faults (OSV) how grave each is
and since when it is known. One that is high or critical (CVSS 7 or more) and has been known for more than fourteen days
fails the build (Cyber Essentials: mended within fourteen days); what is not said counts as grave, and as old. Where the
database cannot be reached, that is said, and nothing fails: a build does not depend on a network that is not there.
"""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TO_MEND = timedelta(days=14)
LIGHT = {"LOW", "MODERATE", "MEDIUM"}  # CVSS under 7, as the database words it
DATABASE = "https://api.osv.dev/v1/vulns/"
SECONDS = 15
UNREACHABLE = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|Max retries|NameResolution|ProxyError|Failed to (?:connect|establish)"
    r"|ServiceError|HTTPError|timed out",
)

Ask = Callable[[str], Mapping[str, Any] | None]


class CouldNotBeAsked(Exception):
    """The database of faults was not reached; the sentence says what was heard instead."""


@dataclass(frozen=True)
class Fault:
    package: str
    version: str
    name: str
    fixed_in: str
    gravity: str  # as the database words it; "" where it does not say
    known_since: datetime | None

    def fails(self, at: datetime) -> bool:
        is_old = self.known_since is None or at - self.known_since > TO_MEND
        return self.gravity not in LIGHT and is_old

    def __str__(self) -> str:
        since = f"{self.known_since:%Y-%m-%d}" if self.known_since else "a day not said"
        mended = f"mended in {self.fixed_in}" if self.fixed_in else "not mended yet"
        gravity = self.gravity.lower() or "gravity not said"
        return f"{self.package} {self.version}: {self.name}, {gravity}, known since {since}, {mended}"


def faults(report: Mapping[str, Any], ask: Ask) -> Iterator[Fault]:
    """Every fault of pip-audit's report (its JSON format), with what the database says of it."""
    for package in report["dependencies"]:
        for found in package.get("vulns", ()):
            said = [one for name in (found["id"], *found.get("aliases", ())) if (one := ask(name))]
            words = [one.get("database_specific", {}).get("severity", "") for one in said]
            days = [datetime.fromisoformat(one["published"]) for one in said if one.get("published")]
            yield Fault(
                package["name"],
                package["version"],
                found["id"],
                ", ".join(found.get("fix_versions", ())),
                next((word.upper() for word in words if word), ""),
                min(days, default=None),
            )


def asked_of_the_database(name: str) -> Mapping[str, Any] | None:
    """What the database says of one fault; None where it does not know that name, or does not answer."""
    try:
        with urllib.request.urlopen(f"{DATABASE}{name}", timeout=SECONDS) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return None


def report_of_pip_audit(lock: Path) -> Mapping[str, Any]:
    """Its report on a lock. Nothing is installed and no package is fetched: the lock says all there is to know."""
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--require-hashes",
        "--vulnerability-service", "osv", "--format", "json", "--aliases", "on", "--progress-spinner", "off",
        "--timeout", str(SECONDS),
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(run.stdout)
    except ValueError:
        heard = run.stderr.strip().splitlines() or ["nothing"]
        if UNREACHABLE.search(run.stderr):
            raise CouldNotBeAsked(heard[-1][:300]) from None
        raise SystemExit(f"pip-audit failed: {heard[-1][:300]}") from None


def judged(found: list[Fault], at: datetime) -> tuple[list[str], int]:
    """The lines to print, and the exit status."""
    failing = [fault for fault in found if fault.fails(at)]
    lines = [f"{'FAILS ' if fault in failing else 'known '} {fault}" for fault in found]
    lines.append(
        f"{len(found)} known faults, {len(failing)} of them grave and older than {TO_MEND.days} days."
    )
    return lines, 1 if failing else 0


def main() -> int:
    try:
        report = report_of_pip_audit(ROOT / "requirements" / "base.txt")
    except CouldNotBeAsked as silence:
        print(f"The database of known faults could not be asked; nothing was audited. Heard: {silence}")
        return 0
    lines, status = judged(list(faults(report, asked_of_the_database)), datetime.now(UTC))
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
