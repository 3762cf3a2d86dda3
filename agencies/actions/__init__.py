"""The verbs of who: found an agency with all that makes it take part, and keep its line in the directory."""

from agencies.actions.directory import agency_kept_by, change_desk, name_breach_officer
from agencies.actions.founding import add_agency, add_agreement, add_capability, add_client, add_person

__all__ = [
    "add_agency",
    "add_agreement",
    "add_capability",
    "add_client",
    "add_person",
    "agency_kept_by",
    "change_desk",
    "name_breach_officer",
]
