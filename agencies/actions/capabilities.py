"""What an agency can do is changed here: less of it at once, everything else as a proposal that the Centre decides.

Which is which is `agencies.changing`. Whoever writes here holds the agency's row first, so that two who do it at once
come one after the other, and the second meets what the first left.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.access import visible_capabilities, visible_capability_proposals
from agencies.beyond import News, beyond
from agencies.changing import Change, are_at_once, changes
from agencies.lines import CapabilityLine, fingerprint, of_row, read
from agencies.models import Agency, Capability, CapabilityProposal, User
from agencies.roles import ROLES, Permission
from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor

SUBJECT = "capability_proposal"
Verdict = CapabilityProposal.Verdict


class CapabilitiesRefused(Exception):
    """It cannot be changed or decided so; the sentence says why. `field`: what is to be written otherwise, if any."""

    def __init__(self, says: str, field: str | None = None) -> None:
        super().__init__(says)
        self.field = field


class ChangedMeanwhile(CapabilitiesRefused):
    """The lines are not those that were looked at: they are looked at again first."""


def change_capabilities(
    written: object, why: str, seen: str, *, by: Actor, at: datetime
) -> tuple[list[Change], CapabilityProposal | None]:
    """The agency's lines as they are to be, all of them. Made at once where the agency may; else proposed.

    `seen` is the fingerprint of the lines that were looked at, so that nobody takes back unseen what a colleague did.
    Returns what is changed, and the proposal where there is one. Raises LinesRefused, CapabilitiesRefused.
    """
    lines = read(written)
    _must_keep(by)
    with writing():
        agency = _held(by.home_id)
        today = lines_of(agency.pk, by)
        found = changes(today, lines)
        if not found:
            return [], None
        if seen != fingerprint(today):
            raise ChangedMeanwhile("What your agency can do was changed since you opened this page.")
        if are_at_once(found):
            _replace(agency.pk, found)
            _note("capability.lowered", "agency", agency.pk, found, by=by, at=at)
            return found, None
        if open_proposal(agency.pk, by) is not None:
            raise CapabilitiesRefused(
                "A proposal waits for the Centre already. Withdraw it before you make another."
            )
        if not why.strip():
            raise CapabilitiesRefused("Say in a sentence why: the Centre decides on it.", "why")
        proposal = CapabilityProposal(
            agency=agency,
            lines=[line.as_json() for line in lines],
            why=why,
            proposed_by=by.id,
            proposed_at=at,
        )
        proposal.save(force_insert=True)
        _note("capability.proposed", SUBJECT, proposal.pk, found, by=by, at=at)
        _tell_the_centre(proposal, f"{agency.name} proposes to change what it can do", by=by, at=at)
    return found, proposal


def withdraw_proposal(proposal_id: UUID, *, by: Actor, at: datetime) -> None:
    """The agency takes it back. Raises CapabilityProposal.DoesNotExist, CapabilitiesRefused."""
    _must_keep(by)
    with writing():
        proposal = (
            visible_capability_proposals(by).select_related("agency").get(pk=proposal_id, agency=by.home_id)
        )
        _close(proposal, Verdict.WITHDRAWN, "", by=by, at=at)
        _note("capability.proposal_withdrawn", SUBJECT, proposal.pk, [], by=by, at=at)
        said = f"{proposal.agency.name} withdrew what it had proposed"
        _tell_the_centre(proposal, said, by=by, at=at)


def approve_proposal(proposal_id: UUID, note: str, seen: str, *, by: Actor, at: datetime) -> list[Change]:
    """The agency's lines become those it proposed; a line that stays keeps its id. `seen` is the fingerprint of the
    lines that the decider looked at: what was changed meanwhile is looked at again first.

    Raises CapabilityProposal.DoesNotExist, CapabilitiesRefused.
    """
    _must_decide(by)
    with writing():
        proposal = _decided_on(proposal_id, by)
        today = lines_of(proposal.agency_id, by)
        if seen != fingerprint(today):
            raise ChangedMeanwhile(
                f"{proposal.agency.name} changed what it can do since you looked. Look at it again."
            )
        found = changes(today, read(proposal.lines))
        _close(proposal, Verdict.APPROVED, note, by=by, at=at)
        _replace(proposal.agency_id, found)
        _note("capability.proposal_approved", SUBJECT, proposal.pk, found, by=by, at=at)
        _tell_both(proposal, "approved", by=by, at=at)
    return found


def refuse_proposal(proposal_id: UUID, note: str, *, by: Actor, at: datetime) -> None:
    """What the agency can do stays as it is, and it reads why. Raises as `approve_proposal`."""
    _must_decide(by)
    if not note.strip():
        raise CapabilitiesRefused("Say in a sentence why: the agency reads it.", "note")
    with writing():
        proposal = _decided_on(proposal_id, by)
        _close(proposal, Verdict.REFUSED, note, by=by, at=at)
        _note("capability.proposal_refused", SUBJECT, proposal.pk, [], by=by, at=at)
        _tell_both(proposal, "refused", by=by, at=at)


def lines_of(agency_id: UUID, actor: Actor) -> list[CapabilityLine]:
    """An agency's lines as they stand now."""
    return [of_row(row) for row in visible_capabilities(actor).filter(agency=agency_id)]


def open_proposal(agency_id: UUID, actor: Actor) -> CapabilityProposal | None:
    """The one that waits, if any."""
    return visible_capability_proposals(actor).filter(agency=agency_id, verdict="").first()


# What may be, and what follows. The caller is writing.


def _must_keep(by: Actor) -> None:
    if not by.may(Permission.KEEP_CAPABILITIES):
        raise PermissionDenied


def _must_decide(by: Actor) -> None:
    if not (by.is_centre and by.may(Permission.DECIDE_CAPABILITIES)):
        raise PermissionDenied


def _held(agency_id: UUID) -> Agency:
    return Agency.objects.select_for_update(no_key=True).get(pk=agency_id)


def _decided_on(proposal_id: UUID, by: Actor) -> CapabilityProposal:
    """The proposal, read once its agency's row is held; nobody decides what they proposed themselves."""
    _held(visible_capability_proposals(by).values_list("agency", flat=True).get(pk=proposal_id))
    proposal = visible_capability_proposals(by).select_related("agency").get(pk=proposal_id)
    if proposal.proposed_by == by.id:
        raise CapabilitiesRefused("You proposed this yourself. Somebody else decides it.")
    return proposal


def _close(proposal: CapabilityProposal, verdict: str, note: str, *, by: Actor, at: datetime) -> None:
    """One statement, which changes only what still waits: of two who decide at once the second changes nothing."""
    closed = CapabilityProposal.objects.filter(pk=proposal.pk, verdict="").update(
        verdict=verdict, note=note, decided_by=by.id, decided_at=at
    )
    if not closed:
        raise CapabilitiesRefused("This was decided before. Nothing was changed.")


def _replace(agency_id: UUID, found: Iterable[Change]) -> None:
    for change in found:
        if change.after is None:
            Capability.objects.filter(agency=agency_id, **_key(change.line)).delete()
        elif change.before is None:
            Capability(agency_id=agency_id, **change.after.as_json()).save(force_insert=True)
        else:
            facts = change.after.as_json()
            new = {name: facts[name] for name in change.fields}
            Capability.objects.filter(agency=agency_id, **_key(change.line)).update(**new)


def _key(line: CapabilityLine) -> dict[str, str]:
    return dict(zip(("environment", "skill", "jurisdiction"), line.key, strict=True))


def _note(
    action: str, kind: str, subject_id: UUID, found: Iterable[Change], *, by: Actor, at: datetime
) -> None:
    """How many lines were what; never a figure of capacity."""
    kinds = [change.kind for change in found]
    counted = {kind: kinds.count(kind) for kind in ("added", "removed", "changed") if kind in kinds}
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type=kind,
        subject_ids=[subject_id],
        details=counted,
    )


def _tell_both(proposal: CapabilityProposal, decided: str, *, by: Actor, at: datetime) -> None:
    """The agency's administrators, and the others at the Centre who might have decided it."""
    _tell(
        proposal,
        proposal.agency_id,
        Permission.KEEP_CAPABILITIES,
        f"The Centre {decided} what you proposed to be able to do",
        by=by,
        at=at,
    )
    said = f"What {proposal.agency.name} proposed to be able to do was {decided}"
    _tell_the_centre(proposal, said, by=by, at=at)


def _tell_the_centre(proposal: CapabilityProposal, says: str, *, by: Actor, at: datetime) -> None:
    centre = Agency.objects.only("pk").get(is_centre=True)
    _tell(proposal, centre.pk, Permission.DECIDE_CAPABILITIES, says, by=by, at=at)


def _tell(
    proposal: CapabilityProposal,
    agency_id: UUID,
    permission: Permission,
    says: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    roles = [name for name, role in ROLES.items() if permission in role.permissions]
    people = User.objects.filter(agency=agency_id, is_active=True, role__in=roles).exclude(pk__in=[by.id])
    told = list(people.order_by("pk").values_list("pk", flat=True))
    beyond.tell(News(agency_id, told, SUBJECT, proposal.pk, "capability.proposal", says), at)
