"""What may a person in each role do? Readable by someone who does not program."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    SEE_REFERRALS = "referrals.see"  # lists and records, without the narrative
    READ_NARRATIVES = "narratives.read"  # open what can hurt to read, one at a time; each opening is logged
    MAKE_REFERRALS = "referrals.make"
    ACT = "referrals.act"  # take the steps that are the agency's to take
    COORDINATE = "referrals.coordinate"  # take the steps that the table reserves to coordinators
    SEE_TEAM_LOAD = "team.see"
    MANAGE_PEOPLE = "people.manage"
    MANAGE_CLIENTS = "clients.manage"
    MANAGE_WEBHOOKS = "webhooks.manage"
    MANAGE_AGREEMENTS = "agreements.manage"  # at the Centre: record what two agencies agreed, and end it
    KEEP_CAPABILITIES = (
        "capabilities.keep"  # say what the agency can do, how much of it, and when it has less
    )
    DECIDE_CAPABILITIES = "capabilities.decide"  # at the Centre: approve or refuse what an agency proposes
    READ_AUDIT = "audit.read"
    EXPORT = "exports.make"  # take a list out as a file, at most 1,000 rows of what the agency sees; each is logged
    BREAK_GLASS = "glass.break"  # at the Centre: open a narrative that is closed to it, in an emergency
    SEE_BREAK_GLASS = "glass.see"  # at the Centre: who broke the glass, and why
    REVIEW_BREAK_GLASS = "glass.review"  # at the Centre: say of another's whether it was justified


@dataclass(frozen=True)
class Role:
    name: str
    label: str
    description: str
    permissions: frozenset[Permission]


_WORK = {
    Permission.SEE_REFERRALS,
    Permission.READ_NARRATIVES,
    Permission.MAKE_REFERRALS,
    Permission.ACT,
    Permission.EXPORT,
}

_LEADS = {Permission.SEE_TEAM_LOAD, Permission.MANAGE_AGREEMENTS, Permission.DECIDE_CAPABILITIES}
_GLASS = {Permission.BREAK_GLASS, Permission.SEE_BREAK_GLASS, Permission.REVIEW_BREAK_GLASS}

ANALYST = Role(
    "analyst",
    "Analyst",
    "Works referrals all day: reads them, sets priority at the Centre, accepts, declines and concludes for the agency.",
    frozenset(_WORK | {Permission.BREAK_GLASS}),
)
COORDINATOR = Role(
    "coordinator",
    "Coordinator",
    "Does what an analyst does and, at the Centre, offers referrals, recalls offers, keeps sharing agreements, and"
    " decides on what agencies say they can do.",
    frozenset(_WORK | _GLASS | _LEADS | {Permission.COORDINATE}),
)
SUPERVISOR = Role(
    "supervisor",
    "Supervisor",
    "Does what an analyst does, and sees how the team's work is spread. Is told when a clock is missed. Keeps sharing"
    " agreements at the Centre, and decides on what agencies say they can do.",
    frozenset(_WORK | _GLASS | _LEADS),
)
ADMINISTRATOR = Role(
    "administrator",
    "Agency administrator",
    "Keeps the agency's people, partner clients, webhooks and what it can do. May act for the agency, but does not open"
    " narratives.",
    frozenset(
        (_WORK - {Permission.READ_NARRATIVES})
        | {
            Permission.MANAGE_PEOPLE,
            Permission.MANAGE_CLIENTS,
            Permission.MANAGE_WEBHOOKS,
            Permission.KEEP_CAPABILITIES,
        }
    ),
)
AUDITOR = Role(
    "auditor",
    "Auditor",
    "Sees what was done and by whom. Changes nothing and opens no narrative.",
    frozenset({Permission.SEE_REFERRALS, Permission.READ_AUDIT, Permission.SEE_BREAK_GLASS}),
)

ROLES = {role.name: role for role in (ANALYST, COORDINATOR, SUPERVISOR, ADMINISTRATOR, AUDITOR)}

# Which roles a person in each role may give to others of their own agency, or take from them: a role that is not in the
# line is above the giver. Nobody changes their own. An administrator gives every role, also those that open narratives,
# for somebody must; whom they gave one is in the audit, and a new administrator is told to the others.
GIVES: dict[str, frozenset[str]] = {ADMINISTRATOR.name: frozenset(ROLES)}


def roles_given_by(role: str) -> list[str]:
    """The roles that a person in this role may give, in the order in which roles are shown."""
    return [name for name in ROLES if name in GIVES.get(role, ())]


# What each OAuth scope of a partner client lets it do. Scopes not yet served stand here so that a client may
# already hold them.
SCOPES: dict[str, tuple[str, frozenset[Permission]]] = {
    "referrals:write": ("Send referrals and import documents", frozenset({Permission.MAKE_REFERRALS})),
    "referrals:read": (
        "Read the referrals this agency may see",
        frozenset({Permission.SEE_REFERRALS, Permission.READ_NARRATIVES}),
    ),
    "referrals:act": ("Take steps on referrals", frozenset({Permission.ACT, Permission.COORDINATE})),
    "webhooks": ("Keep this agency's webhooks", frozenset({Permission.MANAGE_WEBHOOKS})),
    "signals": ("Look up signals", frozenset()),
    "clients": ("Keep this agency's clients", frozenset({Permission.MANAGE_CLIENTS})),
    "exports": ("Export what this agency may see", frozenset({Permission.EXPORT})),
}
# Scopes for systems of the Centre alone, whoever gives them; there is none so far.
CENTRE_SCOPES: frozenset[str] = frozenset()


def scopes_open_to(*, centre: bool) -> list[str]:
    """The scopes that a client of the Centre, or of another agency, may hold at all."""
    return [name for name in SCOPES if centre or name not in CENTRE_SCOPES]


def permissions_of_scopes(scopes) -> frozenset[str]:
    """What a token with these scopes may do; an unknown scope gives nothing."""
    return frozenset().union(*(SCOPES[scope][1] for scope in scopes if scope in SCOPES))
