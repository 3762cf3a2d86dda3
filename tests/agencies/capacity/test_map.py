"""The Centre sees who can do what where, where nobody can, and each agency's load in points."""

import re
from datetime import date

import pytest
from django.utils import timezone

from agencies import actions
from agencies.capability_map import open_map
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.agencies.capacity.conftest import read


@pytest.fixture
def the_map(cast):
    """`the_map(environment)`, as Cora opens it."""

    def opened(environment="", today=None):
        cora = cast.actor(cast.cora)
        now = timezone.now()
        with acting_as(cora):
            return open_map(cora, at=now, today=today or timezone.localdate(), environment=environment)

    return opened


def cell(found, skill, place):
    """Who is named there, and who reaches it from a wider place."""
    (part,) = found.parts
    (row,) = [row for row in part.rows if row.skill == skill]
    (cell,) = [cell for cell in row.cells if cell.place == place]
    return [agency.name for agency in cell.here], [agency.name for agency in cell.wider]


def able(agency, skill, place, environment="surface_web", weekly=10):
    with acting_as(CLOCK):
        actions.add_capability(
            agency=agency,
            environment=environment,
            skill=skill,
            jurisdiction=place,
            weekly_capacity=weekly,
            by=CLOCK,
            at=timezone.now(),
        )


def test_a_skill_in_a_place_names_who_can_and_a_hole_is_a_hole(keepers, cast, the_map):
    able(cast.harbour, "support", "GB")
    found = the_map("surface_web")
    assert cell(found, "investigation", "GB-ENG") == (["Northshire Police"], [])
    assert cell(found, "investigation", "GB-WLS") == ([], [])
    assert cell(found, "support", "GB") == (["Harbour Helpline"], [])
    assert cell(found, "support", "GB-SCT") == ([], ["Harbour Helpline"])


def test_one_environment_can_be_asked_for(keepers, the_map):
    assert [part.environment for part in the_map("dark_web").parts] == ["dark_web"]
    assert cell(the_map("dark_web"), "investigation", "GB-ENG") == ([], [])
    assert len(the_map().parts) == 3


def test_a_hole_is_what_nobody_can_do_in_a_nation(keepers, cast, the_map):
    """Eleven skills in four nations; the police investigate in one of them, the helpline supports in all."""
    able(cast.harbour, "support", "GB")
    able(cast.lumen, "takedown", "IE")
    (part,) = the_map("surface_web").parts
    assert (part.holes, part.all_cells) == (39, 44)
    page = read(cast.browser(cast.cora).get("/capabilities/map?environment=surface_web"))
    assert "39 of 44 in the four nations are nobody’s" in page


def test_a_place_that_is_no_nation_has_a_column_too(keepers, cast, the_map):
    able(cast.lumen, "takedown", "IE")
    found = the_map("surface_web")
    assert found.headings[-1] == "Ireland"
    assert cell(found, "takedown", "IE") == (["Lumen Social"], [])


def test_the_page_says_in_words_where_nobody_can(keepers, cast):
    page = read(cast.browser(cast.cora).get("/capabilities/map?environment=surface_web"))
    assert "Nobody, anywhere" in page
    assert 'href="/agencies/northshire-police"' in page
    assert "Dark web: skills against places" not in page


@pytest.mark.parametrize("who", ["ben", "bea", "asha", "cleo"])
def test_the_map_is_for_the_centre(cast, who):
    assert cast.browser(getattr(cast, who)).get("/capabilities/map").status_code == 403


def standing_of(the_map, agency, today=None):
    (standing,) = [one for one in the_map(today=today).standings if one.agency == agency]
    return standing


def load_of(the_map, agency):
    return standing_of(the_map, agency).load


def test_load_is_what_is_accepted_and_open_and_what_is_offered_each_by_its_weight(keepers, cast, the_map):
    cast.referral("accepted")
    cast.referral("offered")
    cast.referral("concluded")
    cast.referral("triaged")
    assert load_of(the_map, cast.police) == (1, 1)
    pat = cast.actor(keepers.pat)
    with acting_as(pat):
        actions.set_weight("", "grooming", "", 3, by=pat, at=timezone.now())
    assert load_of(the_map, cast.police) == (3, 3)
    assert load_of(the_map, cast.harbour) == (0, 0)


def test_an_agency_s_weights_weigh_its_own_work_alone(keepers, cast, the_map):
    cast.referral("accepted")
    ida = cast.actor(keepers.ida)
    with acting_as(ida):
        actions.set_weight("", "", "", 10, by=ida, at=timezone.now())
    assert load_of(the_map, cast.police) == (1, 0)


def test_who_has_more_than_the_week_holds_is_said_to_be_over(keepers, cast, the_map):
    pat = cast.actor(keepers.pat)
    with acting_as(pat):
        actions.choose_calendar("", by=pat, at=timezone.now())
        actions.set_weight("", "", "", 10, by=pat, at=timezone.now())
    for _ in range(3):
        cast.referral("accepted")
    standing = standing_of(the_map, cast.police)
    assert (standing.load.points, standing.points, standing.is_over) == (30, 20, True)


TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 12, day) for day in (1, 2, 3, 4))


@pytest.mark.parametrize("today", [TUESDAY, FRIDAY])
def test_this_week_is_less_what_is_away_in_it_be_it_over_or_to_come(keepers, cast, the_map, today):
    """Half of two days of five is a fifth of twenty."""
    pat = cast.actor(keepers.pat)
    with acting_as(pat):
        away = actions.Away(WEDNESDAY, THURSDAY, 50, "Training")
        actions.plan_absence(away, by=pat, at=timezone.now())
    standing = standing_of(the_map, cast.police, today)
    assert (standing.points, standing.full_week, standing.away) == (16, 20, ["planned absence"])
    assert standing_of(the_map, cast.police, date(2026, 12, 8)).away == []


def test_this_week_is_less_its_bank_holidays_by_name(keepers, cast, the_map):
    standing = standing_of(the_map, cast.police, date(2026, 12, 23))
    assert (standing.points, standing.away) == (16, ["Christmas Day"])


def test_the_board_shows_the_same_points_as_the_map(keepers, cast, the_map):
    pat = cast.actor(keepers.pat)
    with acting_as(pat):
        actions.choose_calendar("", by=pat, at=timezone.now())
        actions.set_weight("", "grooming", "", 3, by=pat, at=timezone.now())
    cast.referral("accepted")
    cast.referral("offered")
    for path in ("/board", "/capabilities/map"):
        assert "6 of 20 points" in read(cast.browser(cast.cora).get(path)), path


def test_an_agency_reads_nothing_of_how_much_another_can_take(keepers, cast):
    browser = cast.browser(keepers.ida)
    for path in ("/agencies/northshire-police", "/agencies", "/capabilities"):
        assert "20 points" not in read(browser.get(path))


def test_the_agency_reads_the_same_of_itself(keepers, cast):
    cast.referral("accepted")
    cast.referral("offered")
    page = read(cast.browser(keepers.pat).get("/capabilities"))
    assert "1 accepted and open, 1 offered" in page


def test_the_map_is_led_to_from_where_the_centre_works(keepers, cast):
    cora = cast.browser(cast.cora)
    for path in ("/agencies", "/agencies/northshire-police", "/board"):
        assert re.search(r'href="/capabilities/map"', read(cora.get(path, follow=True))), path
    assert "/capabilities/map" not in read(cast.browser(cast.ben).get("/agencies"))
