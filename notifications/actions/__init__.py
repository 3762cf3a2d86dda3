"""The verbs of telling: write a notice, spread it to people and endpoints, send one delivery, keep endpoints.

A notice is written with the change it tells of. Spreading and sending can be repeated at any time: unique pairs
of notice and recipient, and leases, see to it that an inbox item appears once and a webhook keeps its id.
"""

from notifications.actions.account_letters import lease_letter, message_of, settle_letter
from notifications.actions.bounces import confirm_address, take_bounce
from notifications.actions.deliver import LEASE, lease_next, may_still_be_told, settle, why_withheld
from notifications.actions.digests import lease_digest, make_digests, news_still_theirs, settle_digest
from notifications.actions.email_choice import choose_email
from notifications.actions.endpoints import (
    ENDPOINTS_PER_AGENCY,
    LONGEST_OVERLAP,
    MOST_SECRETS,
    OVERLAP,
    STOPPED,
    AlreadyAdded,
    EndpointRefused,
    NotNow,
    add_endpoint,
    may_keep,
    resume_endpoint,
    rotate_secret,
    stop_endpoint,
)
from notifications.actions.expiring import warn_of_expiring_clients
from notifications.actions.heads import HEAD, tell_of_heads
from notifications.actions.read import mark_read
from notifications.actions.sending_again import MOST_REPLAYED, replay, replay_dead, send_test
from notifications.actions.spread import MAX_SPREADS, spread_waiting
from notifications.actions.tell import tell

__all__ = [
    "ENDPOINTS_PER_AGENCY",
    "HEAD",
    "LEASE",
    "LONGEST_OVERLAP",
    "MAX_SPREADS",
    "MOST_REPLAYED",
    "MOST_SECRETS",
    "OVERLAP",
    "STOPPED",
    "AlreadyAdded",
    "EndpointRefused",
    "NotNow",
    "add_endpoint",
    "choose_email",
    "confirm_address",
    "lease_digest",
    "lease_letter",
    "lease_next",
    "make_digests",
    "mark_read",
    "may_keep",
    "may_still_be_told",
    "message_of",
    "news_still_theirs",
    "replay",
    "replay_dead",
    "resume_endpoint",
    "rotate_secret",
    "send_test",
    "settle",
    "settle_digest",
    "settle_letter",
    "spread_waiting",
    "stop_endpoint",
    "take_bounce",
    "tell",
    "tell_of_heads",
    "warn_of_expiring_clients",
    "why_withheld",
]
