"""How many points of its capacity has each agency taken? What it accepted and has open, and what it was offered.

Two statements however many agencies there are: referrals are counted by kind, and each kind is weighed once.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count, QuerySet

from agencies.beyond import Load
from agencies.capacity import Capacity
from ohsc.core.actor import Actor
from referrals.access import visible_offers, visible_referrals
from referrals.models import Offer
from referrals.transitions import Status


def loads_of(capacities: Mapping[UUID, Capacity], actor: Actor) -> dict[UUID, Load]:
    """The load of each of these agencies in points of its own weights, as far as the actor sees it."""
    accepted = (
        visible_referrals(actor)
        .filter(status=Status.ACCEPTED, custodian__in=list(capacities))
        .order_by()
        .values_list("custodian", "environment", "harm_type__code", "band")
        .annotate(Count("id"))
    )
    offered = (
        visible_offers(actor)
        .filter(state=Offer.State.OPEN, to_agency__in=list(capacities))
        .order_by()
        .values_list("to_agency", "referral__environment", "referral__harm_type__code", "referral__band")
        .annotate(Count("id"))
    )
    weighed = [_weighed(counted, capacities) for counted in (accepted, offered)]
    return {agency: Load(*(points[agency] for points in weighed)) for agency in capacities}


def _weighed(counted: QuerySet, capacities: Mapping[UUID, Capacity]) -> Counter[UUID]:
    points: Counter[UUID] = Counter()
    for agency, environment, harm_type, band, count in counted:
        points[agency] += count * capacities[agency].weight_of(environment, harm_type or "", band)
    return points
