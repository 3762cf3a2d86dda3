"""Small counts cannot be read, nor worked out from what is shown beside them, even by a reader who knows the rule.

The first tables are typed by hand; then two attackers try who know nothing of how it is done: a solver, which is given
all that is shown of a whole table, and a list of every row there can be, by what is shown of it.
"""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from ohsc.core.small_numbers import suppressed, suppressed_row

FEW, OUT = "fewer than 5", "withheld"


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ([0, 0, 0], ["0", "0", "0"], "0"),
        ([5, 0, 12], ["5", "0", "12"], "17"),
        # One small count alone would be what the total leaves: the next smallest goes too.
        ([3, 9, 40], [FEW, OUT, "40"], "52"),
        ([40, 9, 3], ["40", OUT, FEW], "52"),
        # Two small ones might be told from their sum, 2 or 8: a third goes.
        ([1, 1, 20, 40], [FEW, FEW, OUT, "40"], "62"),
        ([4, 4, 20, 40], [FEW, FEW, OUT, "40"], "68"),
        # As the next smallest is 5 or more, 6 in both would leave 1: one more goes.
        ([1, 5, 30, 90], [FEW, OUT, OUT, "90"], "126"),
        # And as it is no more than what is shown, 5 beside a shown 5 would be 5.
        ([3, 5, 5, 60], [FEW, OUT, OUT, OUT], "73"),
        # Nothing is left to withhold: the total says less.
        ([3, 0, 0, 5], [FEW, "0", "0", OUT], "at least 1"),
        ([3, 3, 0, 0], [FEW, FEW, "0", "0"], "at least 2"),
        # 5 of two small ones leaves each of them open.
        ([2, 3, 0, 0], [FEW, FEW, "0", "0"], "5"),
        # Fewer than 5 in all: nothing but that.
        ([1, 1, 1, 1], [OUT, OUT, OUT, OUT], FEW),
        ([0, 4, 0, 0], [OUT, OUT, OUT, OUT], FEW),
    ],
)
def test_rows_typed_by_hand(counts, shown, total):
    assert suppressed_row(counts) == (shown, total)


def test_a_table_typed_by_hand_gives_no_total_of_a_column_with_something_hidden():
    found = suppressed([[30, 9, 2], [12, 20, 0], [0, 3, 0]])
    assert found.rows == [["30", OUT, FEW], ["12", "20", "0"], [OUT, OUT, OUT]]
    assert found.totals == ["41", "32", FEW]
    assert found.columns == ["at least 42", "at least 20", "at least 1"]
    assert found.total == "at least 74"


COUNTS = st.one_of(st.just(0), st.integers(1, 7), st.integers(8, 60))
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=4)
)


def could_be(shown: str, model, name: str):
    """A count as the reader knows it: what is written, or within what it says."""
    if shown == FEW:
        return model.new_int_var(1, 4, name)
    if shown == OUT or shown.startswith("at least"):
        return model.new_int_var(int(shown.removeprefix("at least")) if shown != OUT else 0, 5_000, name)
    return model.new_constant(int(shown))


def extremes(found, row: int, place: int) -> list[int]:
    """The least and the most that a hidden count can be, by all that is shown of the table."""
    ends = []
    for sense in ("minimize", "maximize"):
        model = cp_model.CpModel()
        cells = [
            [could_be(cell, model, f"{y} {x}") for x, cell in enumerate(cells)]
            for y, cells in enumerate(found.rows)
        ]
        totals = [could_be(total, model, f"row {y}") for y, total in enumerate(found.totals)]
        columns = [could_be(total, model, f"column {x}") for x, total in enumerate(found.columns)]
        for y, total in enumerate(totals):
            model.add(sum(cells[y]) == total)
        for x, total in enumerate(columns):
            model.add(sum(line[x] for line in cells) == total)
        model.add(sum(totals) == could_be(found.total, model, "all"))
        getattr(model, sense)(cells[row][place])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        ends.append(round(solver.objective_value))
    return ends


@given(TABLES)
def test_no_hidden_count_can_be_worked_out_from_all_that_is_shown(table):
    found = suppressed(table)
    for y, cells in enumerate(found.rows):
        for x, cell in enumerate(cells):
            if not cell.isdigit():
                least, most = extremes(found, y, x)
                assert least <= table[y][x] <= most
                assert least < most
            if cell == FEW:
                assert (least, most) == (1, 4)


@given(TABLES)
def test_what_is_shown_is_true_and_no_small_count_is_shown(table):
    found = suppressed(table)
    lines = [*zip(table, found.rows, found.totals, strict=True)]
    for counts, cells, total in [*lines, ([*map(sum, zip(*table, strict=True))], found.columns, found.total)]:
        for count, cell in [*zip(counts, cells, strict=True), (sum(counts), total)]:
            assert cell not in {"1", "2", "3", "4"}
            if cell.isdigit():
                assert int(cell) == count
            elif cell.startswith("at least"):
                assert int(cell.removeprefix("at least")) <= count
            elif cell == FEW:
                assert 0 < count < 5


@pytest.mark.parametrize(("width", "up_to"), [(2, 40), (3, 30), (4, 22)])
def test_a_small_count_cannot_be_found_by_running_the_rule_backwards(width, up_to):
    rows = [row for row in product(range(up_to + 1), repeat=width) if sum(row) <= up_to]
    alike = defaultdict(list)
    for row in rows:
        cells, total = suppressed_row(row)
        alike[*cells, total].append(row)
    told = [
        (shown, row)
        for shown, those in alike.items()
        for place in range(width)
        if shown[place] == FEW and len({row[place] for row in those}) == 1
        for row in those
    ]
    assert len(alike) > 300
    assert told == []
