"""The systems of the cast’s agencies; how much there is."""

import pytest

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.access import visible_referrals


@pytest.fixture
def systems(cast):
    return {
        name: cast.system(getattr(cast, f"{name}_client"))
        for name in ("centre", "lumen", "police", "eastmoor", "harbour")
    }


def how_many(cast) -> int:
    with acting_as(CLOCK):
        return visible_referrals(cast.actor(cast.cora)).count()
