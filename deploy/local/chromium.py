"""Which browser do the browser tests drive? They are never skipped in silence: without one, the tests do not run."""

import os
import shutil
import sys
from pathlib import Path

from deploy.local.console import Failure, progress
from deploy.local.supervisor import Supervisor

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_or_install(supervisor: Supervisor) -> str:
    """OHSC_CHROMIUM, else the system's, else Debian's package when we are root, else Playwright's own."""
    if chosen := os.environ.get("OHSC_CHROMIUM"):
        if not os.access(chosen, os.X_OK):
            raise Failure(f"OHSC_CHROMIUM is {chosen}, but that cannot be run.")
        return chosen
    if found := _on_this_machine():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try(supervisor, "Chromium, from Debian", ["apt-get", "update", "-qq"])
        install = [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
            "fonts-liberation",
        ]
        _try(supervisor, "Chromium, from Debian", install)
        if found := _on_this_machine():
            return found
    _try(supervisor, "Chromium, from Playwright", [sys.executable, "-m", "playwright", "install", "chromium"])
    if found := _playwrights_own(supervisor):
        return found
    raise Failure(
        "The browser tests need Chromium: install it (`apt-get install chromium`), or set OHSC_CHROMIUM to its program."
    )


def _on_this_machine() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _playwrights_own(supervisor: Supervisor) -> str | None:
    try:
        supervisor.run([sys.executable, "-c", ASK_PLAYWRIGHT], env=dict(os.environ), name="ask playwright")
    except Failure:
        return None
    said = (supervisor.log_dir / "ask-playwright.log").read_text().split()
    return said[-1] if said and Path(said[-1]).exists() else None


def _try(supervisor: Supervisor, what: str, command: list[str]) -> None:
    env = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    with progress(what) as step:
        try:
            supervisor.run(command, env=env, name=what.replace(",", ""))
        except Failure:
            step.outcome = "not available"
