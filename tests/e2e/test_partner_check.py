"""The program that plays a partner's part: alone, with no library, against the real server."""

import os
import shutil
import subprocess
import sys

import pytest

from deploy.local.redis import free_port
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.models import Referral
from tests.cast import SECRET
from tests.e2e.platform import ROOT


@pytest.fixture
def check(tmp_path):
    """The folder, copied to a place where there is nothing else, run by a Python without packages."""
    shutil.copytree(ROOT / "deploy/partner_check", tmp_path / "partner_check")

    def run(url: str, *options: str, client: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-S", "-m", "partner_check", url, *options],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "OHSC_CLIENT": client},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_all_holds_and_nothing_is_left_open(check, platform, committed_cast):
    foreign = committed_cast.step(
        "withdraw", committed_cast.referral("received"), committed_cast.asha, reason_code="entered_in_error"
    )
    found = check(
        platform.base_url,
        f"--foreign={foreign.pk}",
        f"--receiver=http://127.0.0.1:{free_port()}/hook",
        client=f"{committed_cast.harbour_client.client_id}:{SECRET}",
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "[!]" not in found.stdout
    assert "An unknown id and an id that is not yours are the same." in found.stdout
    assert SECRET not in found.stdout + found.stderr
    with acting_as(CLOCK):
        sent = Referral.objects.filter(source=committed_cast.harbour)
        assert {one.status for one in sent} == {"withdrawn"}
        assert all("Test of the interface" in one.summary or one.report.kind == "document" for one in sent)


def test_what_does_not_hold_is_said_and_ends_in_failure(check, platform, committed_cast):
    found = check(platform.base_url, client=f"{committed_cast.harbour_client.client_id}:wrong")
    assert found.returncode == 1
    assert "[!] Token" in found.stdout
    assert "invalid_client" in found.stdout


def test_a_secret_is_never_sent_in_the_clear_to_another_machine(check):
    found = check("http://ohsc.example", client="id:secret")
    assert found.returncode == 2
    assert "use https" in found.stderr
