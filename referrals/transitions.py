"""What may happen to a referral, who may do it, and who is told.

Nothing else in the project changes a referral's status. Pages, the interface for partners and the diagram in
the documentation are drawn from this table; `why_not` is the one judge of a step. This file knows no database.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

COORDINATE = "referrals.coordinate"
ACT = "referrals.act"


class Status(TextChoices):
    RECEIVED = "received", "Received"
    TRIAGED = "triaged", "Triaged"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    CONCLUDED = "concluded", "Concluded"
    REJECTED = "rejected", "Rejected"
    MERGED = "merged", "Merged"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = frozenset({Status.RECEIVED, Status.TRIAGED, Status.OFFERED, Status.ACCEPTED})
UNCLAIMED = (Status.RECEIVED, Status.TRIAGED, Status.OFFERED)


class Party(TextChoices):
    """In which capacity an agency stands to a referral. The first three are rows; the others follow from who acts."""

    SOURCE = "source", "Source"
    OFFERED = "offered", "Offered agency"
    CUSTODIAN = "custodian", "Custodian"
    CENTRE = "centre", "The Centre"
    CLOCK = "clock", "The clock"


STANDING = (Party.SOURCE, Party.OFFERED, Party.CUSTODIAN)

RECALL_CODES = {
    "better_fit": "Another agency fits better",
    "changed_circumstances": "Circumstances changed",
    "entered_in_error": "Entered in error",
}
DECLINE_CODES = {
    "out_of_jurisdiction": "Out of our jurisdiction",
    "no_capacity": "No capacity",
    "no_legal_power": "No legal power",
    "not_our_skill": "Not our skill",
    "conflict_of_interest": "Conflict of interest",
    "insufficient": "Not enough to act on",
    "already_investigating": "Already investigating",
}
RETURN_CODES = DECLINE_CODES | {"new_information": "New information"}
REJECT_CODES = {
    "insufficient": "Not enough to act on",
    "out_of_scope": "Out of scope",
    "not_credible": "Not credible",
    "duplicate_report": "Duplicate report",
    "spam": "Spam",
}
WITHDRAW_CODES = {
    "entered_in_error": "Entered in error",
    "resolved_by_source": "Resolved by the source",
    "legal_restriction": "A legal restriction",
}
# Outcome codes that may conclude (DOMAIN §3: field feedback codes of police, safeguarding and industry).
OUTCOMES = {
    "CHILD_SAFEGUARDED": "Child safeguarded",
    "CHILD_IDENTIFIED": "Child identified",
    "SUSPECT_IDENTIFIED": "Suspect identified",
    "WARRANT": "Warrant",
    "ARREST": "Arrest",
    "CHARGE": "Charge",
    "CONVICTION": "Conviction",
    "VOLUNTARY_ATTENDANCE": "Voluntary attendance",
    "CONTENT_REMOVED": "Content removed",
    "ACCOUNT_ACTIONED": "Account actioned",
    "SIGNPOSTED": "Signposted",
    "NFA_EVIDENTIAL": "No further action: evidence",
    "NFA_NOT_CRIMINAL": "No further action: not criminal",
    "ALREADY_UNDER_INVESTIGATION": "Already under investigation",
    "FALSE_POSITIVE": "False positive",
    "INTELLIGENCE_ONLY": "Intelligence only",
}


@dataclass(frozen=True)
class Step:
    """One line of the table.

    by -- the capacities from which it may be taken; coordinator -- the Centre's coordinator only.
    needs -- what must be given: priority, to_agency, outcomes, reason_code. takes -- what may be given besides.
    source_sees -- the source's history shows it.
    """

    name: str
    label: str
    done: str
    sources: frozenset[Status]
    target: Status
    by: frozenset[Party]
    tells: frozenset[Party]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ("reason",)
    codes: tuple[tuple[str, str], ...] = ()
    coordinator: bool = False
    source_sees: bool = False

    @property
    def topic(self) -> str:
        return f"referral.{self.name}"


def _step(
    name: str,
    label: str,
    done: str,
    sources: Collection[Status],
    target: Status,
    by: Collection[Party],
    tells: Collection[Party],
    **more: Any,
) -> Step:
    if codes := more.pop("codes", None):
        more |= {"codes": tuple(codes.items()), "needs": ("reason_code",)}
    return Step(name, label, done, frozenset(sources), target, frozenset(by), frozenset(tells), **more)


_R, _T, _O, _A, _C = Status.RECEIVED, Status.TRIAGED, Status.OFFERED, Status.ACCEPTED, Status.CONCLUDED
_SOURCE, _OFFERED, _CUSTODIAN, _CENTRE = Party.SOURCE, Party.OFFERED, Party.CUSTODIAN, Party.CENTRE

STEPS = {
    step.name: step
    for step in (
        _step(
            "triage", "Triage", "Triaged", {_R}, _T, {_CENTRE}, {_SOURCE},
            needs=("priority",), takes=("factors", "environment", "harm_type", "reason"), source_sees=True,
        ),
        _step(
            "offer", "Offer to agency", "Offered", {_T}, _O, {_CENTRE}, {_OFFERED},
            needs=("to_agency",), takes=("agreement", "reason"), coordinator=True,
        ),
        _step(
            "recall", "Recall the offer", "Offer recalled", {_O}, _T, {_CENTRE}, {_OFFERED},
            codes=RECALL_CODES, coordinator=True,
        ),
        _step("accept", "Accept", "Accepted", {_O}, _A, {_OFFERED}, {_CENTRE, _SOURCE}, source_sees=True),
        _step("decline", "Decline", "Declined", {_O}, _T, {_OFFERED}, {_CENTRE}, codes=DECLINE_CODES),
        _step("expire", "Expire", "Offer expired", {_O}, _T, {Party.CLOCK}, {_OFFERED, _CENTRE}, takes=()),
        _step(
            "return", "Return to the Centre", "Returned", {_A}, _T, {_CUSTODIAN}, {_CENTRE, _SOURCE},
            codes=RETURN_CODES, source_sees=True,
        ),
        _step(
            "conclude", "Conclude", "Concluded", {_A}, _C, {_CUSTODIAN}, {_SOURCE, _CENTRE},
            needs=("outcomes",), source_sees=True,
        ),
        _step(
            "reject", "Reject", "Rejected", {_R, _T}, Status.REJECTED, {_CENTRE}, {_SOURCE},
            codes=REJECT_CODES, source_sees=True,
        ),
        _step(
            "withdraw", "Withdraw", "Withdrawn", set(UNCLAIMED), Status.WITHDRAWN, {_SOURCE},
            {_CENTRE, _OFFERED}, codes=WITHDRAW_CODES, source_sees=True,
        ),
    )
}  # fmt: skip

# Not a step anyone takes on a referral, but the first line of its history: it arrived.
RECEIVE = Step("receive", "Receive", "Received", frozenset(), _R, frozenset({_SOURCE}), frozenset({_CENTRE}),
               takes=(), source_sees=True)  # fmt: skip

# What may be a code in history: the database repeats it as a constraint.
REFUSALS = ("recall", "decline", "return", "reject", "withdraw")


def why_not(step: Step, *, status: str, standing: Collection[Party], permissions: Collection[str]) -> str:
    """Why this step is not open to this actor now, as one sentence; "" when it is open.

    Whether the actor may see the referral at all is not asked here (`access` answered that with a 404).
    """
    if not step.by & set(standing):
        return f"{step.label} is for {_either(step.by)} only."
    if step.by != {Party.CLOCK} and ACT not in permissions:
        return f"{step.label} needs a role that acts for its agency."
    if step.coordinator and COORDINATE not in permissions:
        return f"{step.label} is for a coordinator of the Centre only."
    if status not in step.sources:
        return f"{step.label} is not open: the referral is {Status(status).label.lower()}."
    return ""


def steps_open(*, status: str, standing: Collection[Party], permissions: Collection[str]) -> list[Step]:
    """The steps this actor could take now, in the table's order."""
    return [
        step
        for step in STEPS.values()
        if not why_not(step, status=status, standing=standing, permissions=permissions)
    ]


def _either(parties: Collection[Party]) -> str:
    names = [party.label[0].lower() + party.label[1:] for party in Party if party in parties]
    return " or ".join(name if name.startswith("the ") else f"the {name}" for name in names)
