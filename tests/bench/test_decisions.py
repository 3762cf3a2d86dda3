"""The simulated year: what it promises of itself, and what ours must be beside the others, over four weeks."""

import pytest

from bench.decisions.agencies import agencies
from bench.decisions.arrivals import A_WEEK, SCENARIOS, arrivals
from bench.decisions.clairvoyant import bound_of
from bench.decisions.desks import DAY, HOUR, OFFICE, WEEK, Desk
from bench.decisions.figures import figures_of
from bench.decisions.picture import picture
from bench.decisions.policies import POLICIES
from bench.decisions.report import percent, table
from bench.decisions.setting import Setting
from bench.decisions.world import BEGUN, HELD, OFFERED, World

WEEKS, SEED = 4, 7


@pytest.fixture(scope="module")
def setting():
    return Setting("steady", WEEKS, SEED)


@pytest.fixture(scope="module")
def worlds(setting):
    return {name: World(setting, policy()).run() for name, policy in POLICIES.items()}


@pytest.fixture(scope="module")
def figures(worlds):
    return {name: figures_of(name, world) for name, world in worlds.items()}


def test_the_same_seed_gives_the_same_figures(figures):
    again = figures_of("ours", World(Setting("steady", WEEKS, SEED), POLICIES["ours"]()).run())
    assert again == figures["ours"]


def test_another_seed_is_another_year(setting):
    assert arrivals("steady", 1, SEED) != arrivals("steady", 1, SEED + 1)


def test_ours_is_worth_more_than_turns_and_shares(figures):
    assert figures["ours"].objective > figures["fifo"].objective
    assert figures["ours"].objective > figures["shares"].objective


def test_ours_keeps_every_urgent_clock_of_a_steady_month(figures):
    assert figures["ours"].kept["P1"] >= 0.99
    assert figures["ours"].kept["P2"] >= 0.99


def test_nobody_is_over_capacity_under_ours(figures):
    assert figures["ours"].over == 0


def test_a_policy_that_looks_at_nobodys_load_puts_it_over_capacity_in_a_surge():
    world = World(Setting("surge", WEEKS, SEED), POLICIES["shares"]()).run()
    assert figures_of("shares", world).over > 0


def test_no_offer_passes_a_blocker(setting, worlds):
    for world in worlds.values():
        for at, number, agency in world.made:
            one, asked = setting.referrals[number], setting.agencies[agency]
            assert at >= one.ready
            assert one.harm not in asked.left_out
            assert any(
                line.environment == one.environment
                and (one.place or line.jurisdiction).startswith(line.jurisdiction)
                for line in asked.lines
            )
            assert one.band != "P1" or asked.answers_at_night or setting.said[agency].is_open(at)


def test_nobody_is_asked_again_for_what_it_declined(setting, worlds):
    for world in worlds.values():
        declined = [pair for _, *pair in world.made if setting.declines(*pair)]
        assert len(declined) == len({tuple(pair) for pair in declined})


def test_each_referral_is_in_one_place_at_most(worlds):
    for world in worlds.values():
        for agency, shop in enumerate(world.shops):
            here = [
                number
                for number, where in enumerate(world.where)
                if where == agency and world.state[number] in (OFFERED, HELD, BEGUN)
            ]
            assert shop.load == len(here)


def test_no_policy_is_worth_more_than_hindsight(setting, figures):
    bound = bound_of(setting)
    assert all(one.objective <= bound.objective for one in figures.values())


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_the_bound_holds_in_trouble_too(scenario):
    setting = Setting(scenario, WEEKS, SEED)
    bound = bound_of(setting).objective
    for name in ("fifo", "shares", "greedy"):
        assert figures_of(name, World(setting, POLICIES[name]()).run()).objective <= bound


def test_capacity_is_about_fifteen_per_cent_above_the_mean_volume():
    assert 1.13 < sum(one.points for one in agencies()) / A_WEEK < 1.17


def test_a_surge_is_five_times_as_many_for_two_weeks():
    weeks = [0] * 8
    for one in arrivals("surge", 8, SEED):
        weeks[one.arrives // WEEK] += 1
    assert [round(many / A_WEEK) for many in weeks] == [1, 1, 5, 5, 1, 1, 1, 1]


def test_a_flood_adds_its_copies_and_changes_nothing_else():
    def seen(scenario):
        found = [(one.arrives, one.ready, one.kind, one.wish) for one in arrivals(scenario, WEEKS, SEED)]
        return sorted(found)

    flood, steady = seen("flood"), seen("steady")
    assert len(flood) - len(steady) == 6000
    added = list(flood)
    for one in steady:
        added.remove(one)
    assert {kind for _, _, kind, _ in added} == {("surface_web", "", "csam", "P4")}


def test_a_desk_counts_only_the_time_it_is_open():
    desk = Desk(OFFICE, 2)
    friday = 4 * DAY
    assert not desk.is_open(friday + 8 * HOUR)
    assert desk.next_open(friday + 17 * HOUR) == WEEK + 9 * HOUR
    assert desk.after(friday + 16 * HOUR, 2 * HOUR) == WEEK + 10 * HOUR
    assert desk.passed(WEEK) == 40 * HOUR


def test_a_dark_agency_works_nothing_and_answers_nobody_until_it_is_back():
    desk = Desk(OFFICE, 3, dark=(WEEK, 2 * WEEK))
    assert desk.passed(2 * WEEK) == desk.passed(WEEK)
    assert desk.next_open(WEEK + DAY) == 2 * WEEK + 9 * HOUR
    assert desk.awake(WEEK + HOUR) == 2 * WEEK


def test_a_share_is_never_rounded_up_to_all():
    assert [percent(share) for share in (1.0, 0.9999, 0.5, None)] == [
        "100.0 %",
        "99.9 %",
        "50.0 %",
        "none ran out",
    ]


def test_table_and_picture_name_every_policy(setting, figures):
    bound = bound_of(setting)
    assert table(list(figures.values()), bound).count("\n| ") == 5
    drawn = picture({"steady": list(figures.values())}, {"steady": bound.objective})
    assert drawn.startswith("<svg")
    assert all(f">{name}<" in drawn for name in ("in turn", "weighted shares", "ours"))
