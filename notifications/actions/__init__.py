"""The verbs of telling: write a notice, spread it to people and endpoints, send one delivery, keep endpoints.

A notice is written with the change it tells of. Spreading and sending can be repeated at any time: unique pairs
of notice and recipient, and leases, see to it that an inbox item appears once and a webhook keeps its id.
"""

from notifications.actions.bounces import confirm_address, take_bounce
from notifications.actions.deliver import LEASE, lease_next, may_still_be_told, settle
from notifications.actions.digests import lease_digest, make_digests, news_still_theirs, settle_digest
from notifications.actions.email_choice import choose_email
from notifications.actions.endpoints import ENDPOINTS_PER_AGENCY, EndpointRefused, add_endpoint, stop_endpoint
from notifications.actions.read import mark_read
from notifications.actions.spread import MAX_SPREADS, spread_waiting
from notifications.actions.tell import tell

__all__ = [
    "ENDPOINTS_PER_AGENCY",
    "LEASE",
    "MAX_SPREADS",
    "EndpointRefused",
    "add_endpoint",
    "choose_email",
    "confirm_address",
    "lease_digest",
    "lease_next",
    "make_digests",
    "mark_read",
    "may_still_be_told",
    "news_still_theirs",
    "settle",
    "settle_digest",
    "spread_waiting",
    "stop_endpoint",
    "take_bounce",
    "tell",
]
