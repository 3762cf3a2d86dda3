"""Every write to who takes part: `from agencies import actions`, then `actions.add_agency(…)`."""

from agencies.actions.agreements import AgreementRefused, end_agreement, record_agreement
from agencies.actions.capabilities import (
    CapabilitiesRefused,
    ChangedMeanwhile,
    approve_proposal,
    change_capabilities,
    refuse_proposal,
    withdraw_proposal,
)
from agencies.actions.capacity import (
    Away,
    cancel_absence,
    choose_calendar,
    plan_absence,
    remove_weight,
    set_weight,
)
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
from agencies.actions.invitations import (
    Guest,
    InvitationRefused,
    accept_invitation,
    invite,
    invite_administrator,
    open_invitation,
    send_invitation_again,
    withdraw_invitation,
)
from agencies.actions.passwords import password_link
from agencies.actions.people import (
    Facts,
    change_person,
    disable_person,
    enable_person,
    end_persons_sessions,
    reset_persons_factors,
    send_password_link,
)
from agencies.actions.refused import PersonRefused
from agencies.actions.second_factors import factors_of
from agencies.actions.sessions import end_sessions

__all__ = [
    "LIFE",
    "LONGEST_LIFE",
    "LONGEST_OVERLAP",
    "OVERLAP",
    "AgreementRefused",
    "Away",
    "CapabilitiesRefused",
    "ChangedMeanwhile",
    "ClientRefused",
    "Facts",
    "Guest",
    "InvitationRefused",
    "PersonRefused",
    "Terms",
    "accept_invitation",
    "add_agency",
    "add_agreement",
    "add_capability",
    "add_client",
    "add_person",
    "agency_kept_by",
    "approve_proposal",
    "cancel_absence",
    "change_capabilities",
    "change_client",
    "change_desk",
    "change_person",
    "choose_calendar",
    "disable_person",
    "enable_person",
    "end_agreement",
    "end_persons_sessions",
    "end_sessions",
    "factors_of",
    "invite",
    "invite_administrator",
    "make_client",
    "name_breach_officer",
    "note_use",
    "open_invitation",
    "password_link",
    "plan_absence",
    "record_agreement",
    "refuse_proposal",
    "remove_weight",
    "reset_factors",
    "reset_persons_factors",
    "revoke_client",
    "rotate_own_secret",
    "rotate_secret",
    "send_invitation_again",
    "send_password_link",
    "set_weight",
    "withdraw_invitation",
    "withdraw_proposal",
]
