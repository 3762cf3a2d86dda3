"""Versions: an ETag saves reading what one holds, and keeps a step from a referral that changed."""

import pytest
from django.test import Client as Browser

from audit.models import Event
from ohsc.core.acting import acting_as
from tests.api.calls import REFERRALS, step


def read(system, referral, held=None):
    return system.get(f"{REFERRALS}/{referral.pk}", headers={"If-None-Match": held} if held else {})


@pytest.mark.parametrize("held", ['"v1"', 'W/"v1"', '"v7", "v1"', "*"])
def test_who_holds_the_version_gets_no_body(cast, lumen, held):
    answer = read(lumen, cast.referral("received"), held)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", '"v1"')
    assert not answer.has_header("Content-Type")


@pytest.mark.parametrize("held", ['"v2"', "v1", "nonsense", '"1"'])
def test_who_holds_another_gets_it_all(cast, lumen, held):
    answer = read(lumen, cast.referral("received"), held)
    assert (answer.status_code, answer["ETag"]) == (200, '"v1"')
    assert answer.json()["narrative"]


def test_after_a_step_what_was_held_is_old(cast, lumen):
    referral = cast.referral("triaged")
    assert read(lumen, referral, '"v1"').status_code == 200
    assert read(lumen, referral, '"v2"').status_code == 304


def test_asking_whether_it_changed_is_recorded_as_reading_it(cast, lumen):
    referral = cast.referral("received")
    read(lumen, referral, '"v1"')
    with acting_as(cast.actor(cast.lumen_client)):
        assert Event.objects.filter(action="referral.opened", subject_ids=[referral.pk]).exists()


def test_an_outsider_learns_nothing_from_a_version(cast):
    referral, harbour = cast.referral("received"), cast.system(cast.harbour_client)
    assert read(harbour, referral, "*").status_code == 404
    assert read(Browser(), referral, "*").status_code == 401


def test_a_step_on_a_version_that_is_no_longer_is_412_and_changes_nothing(cast, lumen):
    referral = cast.referral("triaged")
    taken = {"reason_code": "entered_in_error"}
    stale = step(lumen, referral.pk, "withdraw", taken, **{"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/api/docs#version-stale")
    assert read(lumen, referral).json()["status"] == "triaged"
    taken_now = step(lumen, referral.pk, "withdraw", taken, **{"If-Match": read(lumen, referral)["ETag"]})
    assert (taken_now.status_code, taken_now["ETag"]) == (200, '"v3"')
