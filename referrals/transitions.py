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
    ASKED = "asked", "The one asked"
    ASKER = "asker", "The one who asked"


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
REOPEN_CODES = {
    "new_information": "New information",
    "outcome_challenged": "The outcome is challenged",
    "closed_in_error": "Closed in error",
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


class Fact(TextChoices):
    """What besides the status a step may depend on; the label says, for a refusal, what is not so."""

    OPEN_OFFER = "open_offer", "no offer of it is open"
    NO_OFFER = "no_offer", "an offer of it is open already"
    NOT_ACKNOWLEDGED = "not_acknowledged", "the offer was acknowledged before"
    QUESTION_TO_US = "question_to_us", "no question to your agency is open"


@dataclass(frozen=True)
class Step:
    """One line of the table.

    moves -- from which status to which; a step may be open in several, and may leave the status as it is.
    by -- the capacities from which it may be taken; coordinator -- the Centre's coordinator only.
    needs -- what must be given: priority, to_agency, outcomes, question, answer, reason_code. takes -- what may be
    given besides. requires -- a fact that must hold. source_sees -- the source's history shows it.
    """

    name: str
    label: str
    done: str
    moves: tuple[tuple[Status, Status], ...]
    by: frozenset[Party]
    tells: frozenset[Party]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ("reason",)
    codes: tuple[tuple[str, str], ...] = ()
    requires: Fact | None = None
    coordinator: bool = False
    source_sees: bool = False

    @property
    def topic(self) -> str:
        return f"referral.{self.name}"

    @property
    def sources(self) -> frozenset[Status]:
        """The statuses in which it may be open."""
        return frozenset(dict(self.moves))

    def target(self, status: str) -> Status:
        """The status after it, taken in this one."""
        return dict(self.moves)[Status(status)]


Moves = dict[Status, Status]


def _step(
    name: str,
    label: str,
    done: str,
    moves: Moves,
    by: Collection[Party],
    tells: Collection[Party],
    **more: Any,
) -> Step:
    if codes := more.pop("codes", None):
        more |= {"codes": tuple(codes.items()), "needs": ("reason_code",)}
    return Step(name, label, done, tuple(moves.items()), frozenset(by), frozenset(tells), **more)


def _stays(*statuses: Status) -> Moves:
    return {status: status for status in statuses}


_R, _T, _O, _A, _C = Status.RECEIVED, Status.TRIAGED, Status.OFFERED, Status.ACCEPTED, Status.CONCLUDED
_REJECTED, _WITHDRAWN = Status.REJECTED, Status.WITHDRAWN
_SOURCE, _OFFERED, _CUSTODIAN, _CENTRE = Party.SOURCE, Party.OFFERED, Party.CUSTODIAN, Party.CENTRE
_ANY_PARTY = {_SOURCE, _OFFERED, _CUSTODIAN, _CENTRE}
# While a custodian passes it on, the referral stays accepted: only an acceptance moves custody.
_OFFER_ENDS = {_O: _T, _A: _A}

STEPS = {
    step.name: step
    for step in (
        _step(
            "triage", "Triage", "Triaged", {_R: _T}, {_CENTRE}, {_SOURCE},
            needs=("priority",), takes=("factors", "environment", "harm_type", "reason"), source_sees=True,
        ),
        _step(
            "re-band", "Change the band", "Band changed", _stays(_R, _T, _O, _A), {_CENTRE, _CUSTODIAN},
            {_CUSTODIAN, _SOURCE}, needs=("priority",), source_sees=True,
        ),
        _step(
            "offer", "Offer to agency", "Offered", {_T: _O}, {_CENTRE, Party.CLOCK}, {_OFFERED},
            needs=("to_agency",), takes=("agreement", "reason", "because"), coordinator=True,
        ),
        _step(
            "recall", "Recall the offer", "Offer recalled", _OFFER_ENDS, {_CENTRE}, {_OFFERED, _CUSTODIAN},
            codes=RECALL_CODES, requires=Fact.OPEN_OFFER, coordinator=True,
        ),
        _step(
            "acknowledge", "Acknowledge the offer", "Offer acknowledged", _stays(_O, _A), {_OFFERED},
            {_CENTRE, _CUSTODIAN}, takes=(), requires=Fact.NOT_ACKNOWLEDGED,
        ),
        _step(
            "accept", "Accept", "Accepted", {_O: _A, _A: _A}, {_OFFERED}, {_CENTRE, _SOURCE},
            requires=Fact.OPEN_OFFER, source_sees=True,
        ),
        _step(
            "decline", "Decline", "Declined", _OFFER_ENDS, {_OFFERED}, {_CENTRE, _CUSTODIAN},
            codes=DECLINE_CODES, requires=Fact.OPEN_OFFER,
        ),
        _step(
            "expire", "Expire", "Offer expired", _OFFER_ENDS, {Party.CLOCK}, {_OFFERED, _CENTRE, _CUSTODIAN},
            takes=(), requires=Fact.OPEN_OFFER,
        ),
        _step(
            "return", "Return to the Centre", "Returned", {_A: _T}, {_CUSTODIAN}, {_CENTRE, _SOURCE, _OFFERED},
            codes=RETURN_CODES, source_sees=True,
        ),
        _step(
            "pass-on", "Pass on", "Passed on", _stays(_A), {_CUSTODIAN, _CENTRE}, {_OFFERED, _CENTRE, _CUSTODIAN},
            needs=("to_agency",), takes=("agreement", "reason"), requires=Fact.NO_OFFER,
        ),
        _step(
            "ask", "Ask a question", "Asked", _stays(_R, _T, _O, _A), _ANY_PARTY, {Party.ASKED},
            needs=("to_agency", "question"), takes=(),
        ),
        _step(
            "answer", "Answer", "Answered", _stays(_R, _T, _O, _A), _ANY_PARTY, {Party.ASKER},
            needs=("answer",), takes=("question_id",), requires=Fact.QUESTION_TO_US,
        ),
        _step(
            "conclude", "Conclude", "Concluded", {_A: _C}, {_CUSTODIAN}, {_SOURCE, _CENTRE, _OFFERED},
            needs=("outcomes",), source_sees=True,
        ),
        _step(
            "reject", "Reject", "Rejected", {_R: _REJECTED, _T: _REJECTED}, {_CENTRE}, {_SOURCE},
            codes=REJECT_CODES, source_sees=True,
        ),
        _step(
            "withdraw", "Withdraw", "Withdrawn", dict.fromkeys(UNCLAIMED, _WITHDRAWN), {_SOURCE},
            {_CENTRE, _OFFERED}, codes=WITHDRAW_CODES, source_sees=True,
        ),
        _step(
            "reopen", "Reopen", "Reopened", dict.fromkeys((_C, _REJECTED, _WITHDRAWN), _T), {_CENTRE, _CUSTODIAN},
            {_SOURCE, _CENTRE, _CUSTODIAN}, codes=REOPEN_CODES, takes=("priority", "reason"), source_sees=True,
        ),
    )
}  # fmt: skip

# Not a step anyone takes on a referral, but the first line of its history: it arrived.
RECEIVE = Step("receive", "Receive", "Received", (), frozenset({_SOURCE}), frozenset({_CENTRE}), takes=(),
               source_sees=True)  # fmt: skip

# What may be a code in history: the database repeats it as a constraint.
REFUSALS = ("recall", "decline", "return", "reject", "withdraw", "reopen")


def facts_of(*, offered: bool, acknowledged: bool, asked: bool) -> frozenset[Fact]:
    """The facts that hold: is an offer open, was it acknowledged, is a question to the actor's agency open?"""
    found = {Fact.OPEN_OFFER if offered else Fact.NO_OFFER}
    if offered and not acknowledged:
        found.add(Fact.NOT_ACKNOWLEDGED)
    if asked:
        found.add(Fact.QUESTION_TO_US)
    return frozenset(found)


def why_not(
    step: Step,
    *,
    status: str,
    standing: Collection[Party],
    permissions: Collection[str],
    facts: Collection[Fact] = (),
) -> str:
    """Why this step is not open to this actor now, as one sentence; "" when it is.

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
    if step.requires is not None and step.requires not in facts:
        return f"{step.label} is not open: {step.requires.label}."
    return ""


def steps_open(
    *, status: str, standing: Collection[Party], permissions: Collection[str], facts: Collection[Fact]
) -> list[Step]:
    """The steps this actor could take now, in the table's order."""
    return [
        step
        for step in STEPS.values()
        if not why_not(step, status=status, standing=standing, permissions=permissions, facts=facts)
    ]


def _either(parties: Collection[Party]) -> str:
    names = [party.label[0].lower() + party.label[1:] for party in Party if party in parties]
    return " or ".join(name if name.startswith("the ") else f"the {name}" for name in names)
