"""The interface's reference data about agencies: who takes part, and what they can do."""

from agencies.access import visible_capabilities
from agencies.directory import visible_agencies
from agencies.serializers import AgencyAnswer, CapabilityAnswer, agency_shown, capability_shown
from ohsc.core.api import ANY, PartnerView, items
from ohsc.core.openapi import described, list_of


class Agencies(PartnerView):
    scopes = {"GET": ANY}

    @described(
        "The agencies that take part",
        answers=list_of(AgencyAnswer),
        tag="Reference data",
        operation="list_agencies",
    )
    def get(self, request):
        """Each with its desk: whom to ring. An agency is named by its `slug` wherever one is given or taken."""
        return items([agency_shown(agency) for agency in visible_agencies(self.actor)])


class Capabilities(PartnerView):
    scopes = {"GET": ANY}

    @described(
        "What agencies can do",
        answers=list_of(CapabilityAnswer),
        tag="Reference data",
        operation="list_capabilities",
    )
    def get(self, request):
        """Your own agency's capabilities; for the Centre, everybody's."""
        rows = visible_capabilities(self.actor).select_related("agency")
        rows = rows.order_by("agency__slug", "environment", "skill", "jurisdiction")
        return items([capability_shown(row) for row in rows])
