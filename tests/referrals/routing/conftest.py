"""What agencies can do, for the tests of routing: Northshire and Eastmoor investigate on the surface web."""

import pytest
from django.utils import timezone

from agencies import actions as agencies
from agencies.models import Agency
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK


def able(agency, weekly=5, place="GB-ENG", skill="investigation", environment="surface_web"):
    with acting_as(CLOCK):
        agencies.add_capability(
            by=CLOCK, at=timezone.now(), agency=agency, environment=environment, skill=skill,
            jurisdiction=place, weekly_capacity=weekly,
        )  # fmt: skip


@pytest.fixture
def able_forces(cast):
    """Northshire has the better fit: it says GB-ENG; Eastmoor reaches it from GB. Their desks are open whenever this is
    run, a bank holiday's week like any other."""
    with acting_as(CLOCK), writing():
        Agency.objects.filter(is_centre=False).update(desk_hours="Every day, 24 hours", calendar="")
    able(cast.police)
    able(cast.eastmoor, place="GB")


def known_place(cast, status="triaged", **more):
    return cast.referral(status, jurisdiction="GB-ENG", **more)
