"""An administrator sets weights, plans absences and chooses bank holidays: at once, and of their own agency only."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.access import visible_absences, visible_work_weights
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.agencies.capacity.conftest import read

WEIGHT = {"environment": "", "harm_type": "grooming", "band": "", "weight": "3"}


def post(cast, person, where, **data) -> str:
    return read(cast.browser(person).post(f"/capabilities/{where}", data, follow=True))


def test_a_kind_of_work_counts_as_its_weight_says(cast, keepers):
    assert "A referral of this kind counts as 3 from now on." in post(cast, keepers.pat, "weights", **WEIGHT)
    post(cast, keepers.pat, "weights", **WEIGHT | {"weight": "4"})
    with acting_as(CLOCK):
        rows = visible_work_weights(CLOCK).filter(agency=cast.police)
        assert [(row.harm_type, row.weight) for row in rows] == [("grooming", 4)]


@pytest.mark.parametrize(
    "wrong", [{"weight": "0"}, {"weight": "11"}, {"weight": "many"}, {"weight": ""}, {"band": "P9"}]
)
def test_a_weight_is_from_one_to_ten_and_of_a_kind_there_is(cast, keepers, wrong):
    assert "There is a problem" in post(cast, keepers.pat, "weights", **WEIGHT | wrong)
    with acting_as(CLOCK):
        assert not visible_work_weights(CLOCK).exists()


def test_a_weight_can_be_removed_by_the_own_agency_only(cast, keepers):
    page = post(cast, keepers.pat, "weights", **WEIGHT)
    path = re.search(r"/capabilities/(weights/[0-9a-f-]+/remove)", page).group(1)
    for other in (keepers.ida, cast.ada):
        assert cast.browser(other).post(f"/capabilities/{path}").status_code == 404
    assert "The weight is removed." in post(cast, keepers.pat, path)
    with acting_as(CLOCK):
        assert not visible_work_weights(CLOCK).exists()


def test_half_away_this_week_leaves_half_the_points(cast, keepers):
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    post(cast, keepers.pat, "calendar", calendar="none")
    week = {"starts_on": monday, "ends_on": monday + timedelta(days=6)}
    page = post(cast, keepers.pat, "absences", share=50, reason="Training", **week)
    assert "0 of 10" in page
    assert "A full week has 20; less this week: planned absence" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends_on": "2030-01-01"}, "Enter a last day that is not before the first"),
        ({"share": "0"}, "There is a problem"),
        ({"share": "101"}, "There is a problem"),
        ({"reason": ""}, "There is a problem"),
        ({"starts_on": "soon"}, "Enter the first day as a date, such as 2027-01-31"),
    ],
)
def test_an_absence_has_days_a_share_and_a_reason(cast, keepers, wrong, said):
    away = {"starts_on": "2030-02-01", "ends_on": "2030-02-05", "share": "50", "reason": "Training"}
    assert said in post(cast, keepers.pat, "absences", **away | wrong)
    with acting_as(CLOCK):
        assert not visible_absences(CLOCK).exists()


def test_an_absence_can_be_cancelled_by_the_own_agency_only(cast, keepers):
    away = {"starts_on": "2030-02-01", "ends_on": "2030-02-05", "share": "50", "reason": "Training"}
    page = post(cast, keepers.pat, "absences", **away)
    path = re.search(r"/capabilities/absences/[0-9a-f-]+/cancel", page).group(0)
    assert cast.browser(keepers.ida).post(path).status_code == 404
    assert "The absence is cancelled." in read(cast.browser(keepers.pat).post(path, follow=True))
    with acting_as(CLOCK):
        assert not visible_absences(CLOCK).exists()


def test_an_agency_chooses_whose_bank_holidays_it_keeps(cast, keepers):
    assert "The bank holidays are chosen." in post(cast, keepers.pat, "calendar", calendar="GB-SCT")
    assert "There is a problem" in post(cast, keepers.pat, "calendar", calendar="GB-CON")
    with acting_as(CLOCK):
        cast.police.refresh_from_db()
    assert cast.police.calendar == "GB-SCT"
    post(cast, keepers.pat, "calendar", calendar="none")
    with acting_as(CLOCK):
        cast.police.refresh_from_db()
    assert cast.police.calendar == ""


@pytest.mark.parametrize("who", ["ben", "bea"])
def test_only_an_administrator_keeps_these(cast, who):
    browser = cast.browser(getattr(cast, who))
    assert browser.get("/capabilities").status_code == 403
    assert browser.post("/capabilities/weights", WEIGHT).status_code == 403


def test_the_page_names_the_own_agency_only(cast, keepers):
    page = read(cast.browser(keepers.ida).get("/capabilities"))
    assert "What Harbour Helpline can do" in page
    assert "Search warrants" not in page
