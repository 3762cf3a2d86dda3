"""Every write to who takes part: `from agencies import actions`, then `actions.add_agency(…)`."""

from agencies.actions.founding import (
    add_agency,
    add_agreement,
    add_capability,
    add_client,
    add_person,
)

__all__ = ["add_agency", "add_agreement", "add_capability", "add_client", "add_person"]
