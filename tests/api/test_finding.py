"""A partner finds a referral by its reference or by its own, and by nothing it is not shown."""

import pytest

from tests.api.calls import REFERRALS


def found(system, **query) -> list[str]:
    answer = system.get(REFERRALS, query)
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def test_a_reference_is_found_however_it_is_written(cast):
    one = cast.referral()
    cast.referral()
    source = cast.system(cast.lumen_client)
    for written in (one.reference, one.reference.lower(), one.reference[2:].replace("-", " ")):
        assert found(source, reference=written) == [str(one.pk)]
    assert found(source, reference="nothing of ours") == []


def test_the_sources_own_reference_finds_what_it_sent(cast):
    one = cast.referral(external_ref="LUM-77")
    cast.referral(external_ref="LUM-777")
    assert found(cast.system(cast.lumen_client), external_ref="LUM-77") == [str(one.pk)]
    assert found(cast.system(cast.centre_client), external_ref="LUM-77") == [str(one.pk)]


@pytest.mark.parametrize(("status", "finds"), [("offered", False), ("accepted", True)])
def test_an_agency_finds_by_the_sources_reference_once_it_has_accepted(cast, status, finds):
    one = cast.referral(status, external_ref="LUM-77")
    police = cast.system(cast.police_client)
    assert found(police, external_ref="LUM-77") == ([str(one.pk)] if finds else [])
    assert found(police, reference=one.reference) == [str(one.pk)]


def test_an_outsider_finds_nothing(cast):
    one = cast.referral("accepted", external_ref="LUM-77")
    outsider = cast.system(cast.harbour_client)
    assert found(outsider, external_ref="LUM-77") == found(outsider, reference=one.reference) == []
