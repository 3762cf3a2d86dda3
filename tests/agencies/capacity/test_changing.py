"""Which changes of what it can do may an agency make itself, which wait, and when is a line well formed?"""

import pytest

from agencies.changing import are_at_once, changes
from agencies.lines import CapabilityLine, LinesRefused, fingerprint, read

NOW = CapabilityLine("dark_web", "investigation", "GB-ENG", ("en",), ("Search warrants",), "", 20)
OTHER = CapabilityLine("surface_web", "takedown", "GB", (), (), "", 5)


def with_(**facts) -> CapabilityLine:
    return CapabilityLine(**{**NOW.__dict__, **facts})


@pytest.mark.parametrize(
    ("after", "said", "at_once"),
    [
        pytest.param([NOW], [], True, id="nothing"),
        pytest.param([with_(weekly_capacity=19)], ["changed"], True, id="less"),
        pytest.param([with_(weekly_capacity=0)], ["changed"], True, id="none for now"),
        pytest.param([with_(hours="Every day, 24 hours")], ["changed"], True, id="other hours"),
        pytest.param([with_(weekly_capacity=21)], ["changed"], False, id="more"),
        pytest.param([with_(languages=("en", "pl"))], ["changed"], False, id="a language"),
        pytest.param([with_(legal_powers=())], ["changed"], False, id="a power less"),
        pytest.param([with_(weekly_capacity=1, languages=())], ["changed"], False, id="less, and a language"),
        pytest.param([with_(jurisdiction="GB")], ["removed", "added"], False, id="another place"),
        pytest.param([NOW, OTHER], ["added"], False, id="a new line"),
        pytest.param([], ["removed"], False, id="a line taken away"),
        pytest.param(
            [with_(weekly_capacity=19), OTHER], ["changed", "added"], False, id="less and a new line"
        ),
    ],
)
def test_less_and_other_hours_hold_at_once_and_everything_else_waits(after, said, at_once):
    found = changes([NOW], after)
    assert sorted(change.kind for change in found) == sorted(said)
    assert are_at_once(found) is at_once


def test_a_line_is_read_as_it_was_written_in_the_order_in_which_lines_are_shown():
    assert read([OTHER.as_json(), NOW.as_json()]) == [NOW, OTHER]
    assert fingerprint([OTHER, NOW]) == fingerprint([NOW, OTHER]) != fingerprint([NOW])


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"environment": "moon"}, {"environment"}),
        ({"skill": "", "jurisdiction": " "}, {"skill", "jurisdiction"}),
        ({"languages": ["en", "en"]}, {"languages"}),
        ({"languages": "en"}, {"languages"}),
        ({"languages": ["Klingon"]}, {"languages"}),
        ({"legal_powers": [""]}, {"legal_powers"}),
        ({"hours": "x" * 121}, {"hours"}),
        ({"weekly_capacity": -1}, {"weekly_capacity"}),
        ({"weekly_capacity": "20"}, {"weekly_capacity"}),
        ({"weekly_capacity": True}, {"weekly_capacity"}),
        ({"how_much": 1}, {"how_much"}),
    ],
)
def test_every_field_that_is_not_well_formed_is_named(facts, named):
    with pytest.raises(LinesRefused) as refused:
        read([NOW.as_json(), OTHER.as_json() | facts])
    assert {(problem.line, problem.field) for problem in refused.value.problems} == {
        (1, name) for name in named
    }


def test_what_is_missing_is_named_and_nothing_is_said_twice():
    without = {name: value for name, value in NOW.as_json().items() if name != "hours"}
    for written, problem in (
        ([without], (0, "hours")),
        ([NOW.as_json()] * 2, (1, "skill")),
        ("x", (None, "lines")),
    ):
        with pytest.raises(LinesRefused) as refused:
            read(written)
        assert [(one.line, one.field) for one in refused.value.problems] == [problem]
