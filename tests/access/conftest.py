"""The world of test_two_locks, for those who take its locks away."""

import pytest

from ohsc.core.acting import acting_as
from referrals import access as referrals
from tests.access.world import make_world


@pytest.fixture
def world(committed_cast):
    made = make_world(committed_cast)
    cora = committed_cast.actor(committed_cast.cora)
    with acting_as(cora):
        for referral in referrals.visible_referrals(cora).select_related("report"):
            made.names[referral.report.sha256.hex()] = made.names[referral.pk]
    return made
