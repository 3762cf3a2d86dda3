"""What a partner runs needs Python and the public keys alone, and finds what we find."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command

from audit.verifying import as_it_is_now, last_head
from deploy import audit_check

PROGRAM = Path(audit_check.__file__)


@pytest.fixture
def check(seals, tmp_path):
    """Run it as a partner does, in isolation; its exit status and what it said."""

    def run(*texts: str) -> tuple[int, str]:
        files = []
        for number, text in enumerate(texts):
            files.append(tmp_path / f"given-{number}")
            files[-1].write_text(text)
        done = subprocess.run(
            [sys.executable, "-I", "-S", PROGRAM, seals.keys, *files], capture_output=True, text=True, cwd="/"
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def log(committed_cast, seals):
    """Two heads, the events of an hour apart; the notes of both."""
    notes = []
    for status in ("offered", "accepted"):
        committed_cast.referral(status)
        seals.seal()
        with seals.connect() as connection, as_it_is_now(connection):
            notes.append(last_head(connection).note)
    return notes


def printed(capsys, *words) -> str:
    capsys.readouterr()
    call_command("audit_verify", *words)
    return capsys.readouterr().out


def test_it_needs_nothing_but_python():
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(ast.parse(PROGRAM.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported == {"base64", "hashlib", "json", "re", "sys"}


def test_a_head_is_signed_or_is_refused(log, check):
    assert check(*log)[0] == 0
    size = log[1].split("\n")[1]
    assert check(log[1])[1].strip().endswith(f"The head of {size} events is signed.")
    for forged in (
        log[1].replace(f"\n{size}\n", f"\n{int(size) + 1}\n"),
        log[1].replace("log.example/audit", "log.example/other"),
        log[0].rpartition("—")[0] + "—" + log[1].rpartition("—")[2],
    ):
        status, said = check(forged)
        assert (status, "NO. None of the keys signed this head." in said) == (1, True)
    assert check("not a head\n")[0] == 1


def test_an_event_is_proven_word_for_word(log, check, seals, capsys):
    for (event_id,) in seals.rows("SELECT event_id FROM audit_leaf ORDER BY idx"):
        proof = printed(capsys, "--prove", str(event_id))
        status, said = check(proof)
        assert (status, f"Event {event_id} (" in said) == (0, True)
    changed = json.loads(proof)
    changed["event"] = changed["event"].replace("referral.", "referrals.")
    assert check(json.dumps(changed))[0] == 1
    moved = json.loads(proof) | {"index": 0}
    assert check(json.dumps(moved)) == (1, check(json.dumps(moved))[1])


def test_growth_from_an_earlier_head_is_proven(log, check, seals, capsys, tmp_path):
    earlier = tmp_path / "kept-head"
    earlier.write_text(log[0])
    growth = printed(capsys, "--since-head", str(earlier), "--json")
    status, said = check(growth)
    assert (status, "unchanged." in said) == (0, True)
    proof = json.loads(growth)
    assert check(json.dumps(proof | {"path": proof["path"][:-1]}))[0] == 1
    assert check(json.dumps(proof | {"since": proof["head"], "head": proof["since"]}))[0] == 1
    earlier.write_text(log[1])
    assert check(printed(capsys, "--since-head", str(earlier), "--json"))[0] == 0, "nothing came since"


def test_its_signatures_are_those_of_the_library():
    for number in range(8):
        key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        public, message = key.public_key().public_bytes_raw(), bytes(range(number * 20))
        signature = key.sign(message)
        assert audit_check.is_signed(public, message, signature)
        assert not audit_check.is_signed(public, message + b"x", signature)
        assert not audit_check.is_signed(public, message, bytes([signature[0] ^ 1]) + signature[1:])
        more = int.from_bytes(signature[32:], "little") + audit_check.ORDER
        again = signature[:32] + more.to_bytes(32, "little")
        assert not audit_check.is_signed(public, message, again), "the second form of one signature"


def test_it_explains_itself():
    done = subprocess.run(
        [sys.executable, "-I", "-S", PROGRAM], capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 2
    assert re.search("KEYS FILE", done.stderr)
