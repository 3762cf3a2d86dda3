"""Known faults of packages: which fail the build, which are only told, and what is said when nobody can be asked."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.dependency_audit import faults, judged

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime(2026, 11, 25, 12, tzinfo=UTC)

# As pip-audit writes it with --format json --aliases on.
REPORT = {
    "dependencies": [
        {"name": "example-parser", "version": "1.0", "vulns": [
            {"id": "PYSEC-0000-1", "fix_versions": ["1.1"], "aliases": ["GHSA-0000-aaaa-0001", "CVE-0000-0001"]}]},
        {"name": "example-quiet", "version": "2.0", "vulns": []},
        {"name": "example-skipped", "skip_reason": "it is not in the index"},
    ],
    "fixes": [],
}  # fmt: skip


def database(gravity: str | None, published: str | None, knows="GHSA-0000-aaaa-0001"):
    """Says of one name what OSV says."""
    said = {"id": knows}
    said |= {"database_specific": {"severity": gravity}} if gravity else {}
    said |= {"published": published} if published else {}
    return lambda name: said if name == knows else None


LONG_AGO, LATELY = "2026-11-10T09:00:00Z", "2026-11-12T09:00:00.123Z"


@pytest.mark.parametrize(
    ("gravity", "published", "status"),
    [
        ("CRITICAL", LONG_AGO, 1),
        ("HIGH", LONG_AGO, 1),
        ("HIGH", LATELY, 0),  # there are fourteen days to mend it in
        ("MODERATE", LONG_AGO, 0),
        ("LOW", LONG_AGO, 0),
        (None, LONG_AGO, 1),  # what is not said counts as grave
        (None, LATELY, 0),
        ("HIGH", None, 1),  # and as old
    ],
)
def test_what_is_grave_and_not_new_fails(gravity, published, status):
    found = list(faults(REPORT, database(gravity, published)))
    lines, is_failure = judged(found, TODAY)
    assert is_failure == status
    assert "example-parser 1.0: PYSEC-0000-1" in lines[0]
    assert lines[0].startswith("FAILS") is bool(status)
    assert "mended in 1.1" in lines[0]


def test_a_fault_of_which_nobody_says_anything_fails():
    assert judged(list(faults(REPORT, lambda name: None)), TODAY)[1] == 1


def test_no_fault_no_failure():
    report = {"dependencies": [{"name": "example-quiet", "version": "2.0", "vulns": []}], "fixes": []}
    assert judged(list(faults(report, database("HIGH", LONG_AGO))), TODAY) == (
        ["0 known faults, 0 of them grave and older than 14 days."],
        0,
    )


def test_where_the_database_cannot_be_reached_it_is_said_and_nothing_fails(tmp_path):
    """Every call goes to a port of this machine where nobody listens."""
    nobody = "http://127.0.0.1:9"
    env = os.environ | dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), nobody)
    env |= {"NO_PROXY": "", "no_proxy": "", "XDG_CACHE_HOME": str(tmp_path), "PIP_CACHE_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", "deploy.dependency_audit"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "could not be asked; nothing was audited" in run.stdout


def test_it_is_a_step_of_what_is_checked_before_a_change_is_taken():
    assert "make audit-dependencies" in (ROOT / ".ci" / "run").read_text()
