"""The verbs of telling: write a notice, spread it to people and endpoints, send one delivery, keep endpoints.

A notice is written with the change it tells of. Spreading and sending can be repeated at any time: unique pairs
of notice and recipient, and leases, see to it that an inbox item appears once and a webhook keeps its id.
"""

from notifications.actions.deliver import LEASE, lease_next, may_still_be_told, settle
from notifications.actions.endpoints import ENDPOINTS_PER_AGENCY, EndpointRefused, add_endpoint, stop_endpoint
from notifications.actions.expiring import warn_of_expiring_clients
from notifications.actions.read import mark_read
from notifications.actions.spread import MAX_SPREADS, spread_waiting
from notifications.actions.tell import tell

__all__ = [
    "ENDPOINTS_PER_AGENCY",
    "LEASE",
    "MAX_SPREADS",
    "EndpointRefused",
    "add_endpoint",
    "lease_next",
    "mark_read",
    "may_still_be_told",
    "settle",
    "spread_waiting",
    "stop_endpoint",
    "tell",
    "warn_of_expiring_clients",
]
