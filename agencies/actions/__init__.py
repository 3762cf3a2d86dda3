"""Every write to who takes part: `from agencies import actions`, then `actions.add_agency(…)`."""

from agencies.actions.clients import (
    LIFE,
    LONGEST_LIFE,
    LONGEST_OVERLAP,
    OVERLAP,
    ClientRefused,
    Terms,
    add_client,
    change_client,
    make_client,
    note_use,
    revoke_client,
    rotate_own_secret,
    rotate_secret,
)
from agencies.actions.directory import agency_kept_by, change_desk, name_breach_officer
from agencies.actions.factors import reset_factors
from agencies.actions.founding import add_agency, add_agreement, add_capability, add_person
from agencies.actions.passwords import password_link
from agencies.actions.sessions import end_sessions

__all__ = [
    "LIFE",
    "LONGEST_LIFE",
    "LONGEST_OVERLAP",
    "OVERLAP",
    "ClientRefused",
    "Terms",
    "add_agency",
    "add_agreement",
    "add_capability",
    "add_client",
    "add_person",
    "agency_kept_by",
    "change_client",
    "change_desk",
    "end_sessions",
    "make_client",
    "name_breach_officer",
    "note_use",
    "password_link",
    "reset_factors",
    "revoke_client",
    "rotate_own_secret",
    "rotate_secret",
]
