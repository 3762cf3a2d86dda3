"""Which addresses are here? They follow `/capabilities`."""

from agencies.roles import Permission
from agencies.views import capabilities, capability_map
from ohsc.core.routes import Need, route

KEEP = Permission.KEEP_CAPABILITIES
CENTRE = Need(Permission.SEE_REFERRALS, centre=True)
DECIDE = Need(Permission.DECIDE_CAPABILITIES, centre=True)
PROPOSAL = "/proposals/<uuid:proposal_id>"

urlpatterns = [
    route("", capabilities.own, name="capabilities", needs=KEEP),
    route("/lines", capabilities.lines, name="capabilities-lines", needs=KEEP),
    route("/weights", capabilities.weight, name="capabilities-weight", needs=KEEP),
    route(
        "/weights/<uuid:weight_id>/remove",
        capabilities.remove_weight,
        name="capabilities-weight-remove",
        needs=KEEP,
    ),
    route("/absences", capabilities.absence, name="capabilities-absence", needs=KEEP),
    route(
        "/absences/<uuid:absence_id>/cancel",
        capabilities.cancel_absence,
        name="capabilities-absence-cancel",
        needs=KEEP,
    ),
    route("/calendar", capabilities.calendar, name="capabilities-calendar", needs=KEEP),
    route("/map", capability_map.map_, name="capability-map", needs=CENTRE),
    route("/proposals", capability_map.proposals, name="capability-proposals", needs=CENTRE),
    route(PROPOSAL, capability_map.proposal, name="capability-proposal", needs=Permission.SEE_REFERRALS),
    route(f"{PROPOSAL}/approve", capability_map.approve, name="capability-approve", needs=DECIDE),
    route(f"{PROPOSAL}/refuse", capability_map.refuse, name="capability-refuse", needs=DECIDE),
    route(f"{PROPOSAL}/withdraw", capabilities.withdraw, name="capability-withdraw", needs=KEEP),
]
