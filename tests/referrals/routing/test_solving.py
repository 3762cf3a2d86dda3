"""Many placed at once: as well as can be, never over capacity, the same each time."""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.routing.solving import Problem, Room, greedy, solve, worth


def problem(
    chance: random.Random, referrals: int, agencies: int, heaviest: int, risks=(1, 6, 20, 150, 1000)
) -> Problem:
    """Some pairs are forbidden; rooms grow dearer; gains are risk times fit."""
    pairs = [(one, to) for one in range(referrals) for to in range(agencies) if chance.random() < 0.8]
    rooms = [
        Room(tuple((chance.randint(1, 2), price) for price in sorted(chance.sample(range(0, 400, 50), 2))))
        for _ in range(agencies)
    ]
    weight = [[chance.randint(1, heaviest) for _ in range(agencies)] for _ in range(referrals)]
    risk = [chance.choice(risks) for _ in range(referrals)]
    return Problem(
        referrals,
        rooms,
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        np.array([risk[one] * chance.randint(100, 9000) for one, _ in pairs], dtype=np.int64),
        np.array([weight[one][to] for one, to in pairs], dtype=np.int64),
    )


def best_of_all(asked: Problem) -> int:
    """Every way there is, one after the other: slow, and beyond doubt."""
    pairs = {(one, to): number for number, (one, to) in enumerate(asked.pairs.tolist())}
    open_to = [
        [-1, *(to for to in range(len(asked.rooms)) if (one, to) in pairs)] for one in range(asked.referrals)
    ]
    best = 0
    for way in product(*open_to):
        taken, gained = [0] * len(asked.rooms), 0
        for one, to in enumerate(way):
            if to >= 0:
                taken[to] += int(asked.weights[pairs[one, to]])
                gained += int(asked.gains[pairs[one, to]])
        if all(
            points <= sum(size for size, _ in room.steps)
            for points, room in zip(taken, asked.rooms, strict=True)
        ):
            best = max(
                best,
                gained - sum(paid(room, points) for room, points in zip(asked.rooms, taken, strict=True)),
            )
    return best


def paid(room: Room, points: int) -> int:
    prices = [price for size, price in room.steps for _ in range(size)]
    return sum(prices[:points])


@pytest.mark.parametrize("heaviest", [1, 3])
def test_two_hundred_small_problems_are_solved_as_well_as_can_be(heaviest):
    chance = random.Random(f"small {heaviest}")
    worse_by_greed = 0
    for _ in range(200):
        asked = problem(chance, chance.randint(1, 5), chance.randint(1, 4), heaviest)
        found = solve(asked)
        assert found.worth == worth(asked, found.goes) == best_of_all(asked)
        assert found.bound == found.worth
        worse_by_greed += greedy(asked).worth < found.worth
    assert worse_by_greed > 10  # else the problems were too easy to tell


def test_a_great_problem_without_weights_is_solved_exactly():
    asked = problem(random.Random("great"), 2000, 60, 1)
    found = solve(asked)
    assert found.is_best
    assert greedy(asked).worth < found.worth


def test_a_great_problem_with_weights_says_how_far_from_the_best_it_may_be():
    asked = problem(random.Random("weighty"), 1500, 40, 3)
    found = solve(asked)
    assert worth(asked, found.goes) == found.worth <= found.bound
    dearest = np.zeros(asked.referrals, np.int64)
    np.maximum.at(dearest, asked.pairs[:, 0], asked.gains)
    from_the_top = greedy(asked, np.argsort(-dearest, kind="stable").tolist())
    assert from_the_top.worth <= found.worth


@st.composite
def problems(draw):
    chance = random.Random(draw(st.integers(0, 2**32)))
    heaviest = draw(st.sampled_from([1, 1, 4]))
    return problem(chance, draw(st.integers(1, 40)), draw(st.integers(1, 6)), heaviest)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_nobody_is_over_capacity_and_nothing_goes_where_it_may_not(asked):
    found = solve(asked)
    allowed = {
        (one, to): weight
        for (one, to), weight in zip(asked.pairs.tolist(), asked.weights.tolist(), strict=True)
    }
    taken = [0] * len(asked.rooms)
    for one, to in enumerate(found.goes):
        if to >= 0:
            taken[to] += allowed[one, to]
    assert all(points <= room.points for points, room in zip(taken, asked.rooms, strict=True))


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_same_problem_has_the_same_answer(asked):
    assert solve(asked) == solve(asked)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 5))
def test_more_room_is_never_worth_less(asked, which):
    agency = which % len(asked.rooms)
    rooms = list(asked.rooms)
    (size, price), *rest = rooms[agency].steps
    rooms[agency] = Room(((size + 3, price), *rest))
    more = Problem(asked.referrals, rooms, asked.pairs, asked.gains, asked.weights)
    assert solve(more).worth >= solve(asked).worth


def test_nothing_to_place_is_no_trouble():
    nothing = Problem(
        3, [Room(((1, 0),))], np.empty((0, 2), np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    )
    assert solve(nothing).goes == [-1, -1, -1]


def test_an_answer_that_goes_where_it_may_not_is_refused():
    asked = Problem(1, [Room(((1, 0),)), Room(((1, 0),))], np.array([[0, 0]]), np.array([5]), np.array([1]))
    with pytest.raises(ValueError, match="may not go"):
        worth(asked, [1])
