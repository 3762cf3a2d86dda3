"""Every write to who takes part: `from agencies import actions`, then `actions.add_agency(…)`."""

from agencies.actions.agreements import AgreementRefused, end_agreement, record_agreement
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
from agencies.actions.founding import add_agency, add_agreement, add_capability, add_person

__all__ = [
    "LIFE",
    "LONGEST_LIFE",
    "LONGEST_OVERLAP",
    "OVERLAP",
    "AgreementRefused",
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
    "end_agreement",
    "make_client",
    "name_breach_officer",
    "note_use",
    "record_agreement",
    "revoke_client",
    "rotate_own_secret",
    "rotate_secret",
]
