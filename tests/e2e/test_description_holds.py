"""What the OpenAPI document says, the running server does: asked thousands of things nobody thought of.

Schemathesis makes requests from the document, right ones and wrong ones, as each kind of client and with each scope
alone. It finds an answer of 500, an answer that is not as described, and a wrong request that was taken. That every
right request is taken is not asked: the document cannot know which agencies there are, nor what a referral is due.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agencies.roles import SCOPES

pytestmark = pytest.mark.slow

HOLDS = (
    "--checks=all",
    "--exclude-checks=positive_data_acceptance",
    "--exclude-operation-id=send_referrals",  # lines of JSON are no type that Schemathesis writes
    "--generation-deterministic",
    "--no-shrink",
    "--continue-on-failure",
    "--no-color",
    "--warnings=off",
)


def ask(partner, folder: Path, *options: str) -> None:
    """Run Schemathesis with this partner's token; what it found stands in the failure."""
    header = f"Authorization: {partner.headers['Authorization']}"
    program = Path(sys.executable).parent / "st"
    found = subprocess.run(
        [program, "run", f"{partner.base_url}/api/v1/openapi.json", f"--header={header}", *HOLDS, *options],
        cwd=folder,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]


@pytest.mark.parametrize("agency", ["centre", "lumen", "police"])
def test_the_document_holds_for_each_kind_of_client(agency, partner, committed_cast, tmp_path):
    for status in ("received", "offered", "accepted"):
        committed_cast.referral(status)
    speaking = partner(getattr(committed_cast, f"{agency}_client"))
    ask(speaking, tmp_path, "--phases=examples,coverage,fuzzing", "--max-examples=4")


@pytest.mark.parametrize("scope", SCOPES)
def test_the_document_holds_for_a_token_of_one_scope(scope, partner, committed_cast, tmp_path):
    speaking = partner(committed_cast.centre_client, scope)
    ask(speaking, tmp_path, "--phases=examples,fuzzing", "--max-examples=4")
