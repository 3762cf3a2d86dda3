"""A jurisdiction takes in what lies in it, and nothing else."""

import pytest

from agencies.jurisdictions import reaches


@pytest.mark.parametrize(
    ("jurisdiction", "place", "does"),
    [
        ("GB", "GB", True),
        ("GB", "GB-ENG", True),
        ("GB-ENG", "GB-ENG", True),
        ("GB-ENG", "GB", False),
        ("GB-SCT", "GB-ENG", False),
        ("GB-EN", "GB-ENG", False),
        ("G", "GB", False),
        ("GB", "IE", False),
        pytest.param("GB-ENG", "", True, id="a place that is not known speaks against nothing"),
    ],
)
def test_the_whole_country_reaches_its_nations_and_a_nation_nothing_but_itself(jurisdiction, place, does):
    assert reaches(jurisdiction, place) is does
