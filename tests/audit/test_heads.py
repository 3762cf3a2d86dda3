"""Partners hold us to our heads: they are given to every system, signed, and say nothing of any record."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from audit.figures import figures
from audit.keys import public_keys
from audit.notes import read_note
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK

HEADS = "/api/v1/audit/heads"


@pytest.fixture
def lumen(committed_cast):
    return committed_cast.system(committed_cast.lumen_client)


@pytest.fixture
def sealed(committed_cast, seals):
    for _ in range(3):
        committed_cast.referral(selectors=())  # nothing of it was seen before
        seals.seal()
    return [row[0] for row in seals.rows("SELECT size FROM audit_head ORDER BY size DESC")]


def test_any_system_reads_the_heads_newest_first(lumen, sealed, seals):
    listed = lumen.get(HEADS).json()
    assert [head["size"] for head in listed["items"]] == sealed
    assert listed["next"] is None
    for head in listed["items"]:
        checked = read_note(head["note"], public_keys())
        assert (checked.size, checked.root.hex()) == (head["size"], head["root"])
    assert set(listed["items"][0]) == {"size", "root", "key_id", "at", "note"}


def test_a_page_of_heads_leads_to_the_next(lumen, sealed):
    first = lumen.get(f"{HEADS}?limit=2").json()
    assert [head["size"] for head in first["items"]] == sealed[:2]
    rest = lumen.get(first["next"]).json()
    assert ([head["size"] for head in rest["items"]], rest["next"]) == (sealed[2:], None)
    assert lumen.get(f"{HEADS}?cursor=0").status_code == 400
    assert lumen.get(f"{HEADS}?cursor=x").status_code == 400


def test_the_latest_comes_with_the_keys(lumen, sealed, seals):
    latest = lumen.get(f"{HEADS}/latest").json()
    assert latest["size"] == sealed[0]
    assert latest["keys"] == seals.keys.read_text().splitlines()


def test_before_anything_is_sealed_there_is_none(lumen, seals):
    assert lumen.get(HEADS).json()["items"] == []
    assert lumen.get(f"{HEADS}/latest").status_code == 404


def test_without_a_token_there_is_nothing(seals):
    assert Browser().get(HEADS).status_code == 401


def test_the_figures_say_what_waits_and_how_old_the_last_head_is(committed_cast, sealed):
    committed_cast.referral(selectors=())  # nothing of it was seen before
    with acting_as(CLOCK):
        said = {metric.name: metric.samples[0].value for metric in figures(timezone.now())}
    assert said["ohsc_audit_sealed"] == sealed[0]
    assert said["ohsc_audit_waiting"] == 1
    assert 0 <= said["ohsc_audit_oldest_waiting_seconds"] < 60
    assert 0 <= said["ohsc_audit_head_age_seconds"] < 60
