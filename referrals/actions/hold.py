"""Who in an agency has a referral on their desk: take it, hand it over, put it down. Not steps: nobody else sees."""

from datetime import datetime
from uuid import UUID

from agencies.access import visible_people
from agencies.roles import ROLES
from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.access import visible_referrals
from referrals.actions.refused import StepRefused
from referrals.models import Holding, Referral
from referrals.transitions import ACT


def take(referral_id: UUID, *, by: Actor, at: datetime) -> Referral:
    """The actor has it now, from whoever in the agency had it before."""
    return _give(referral_id, by.id, by=by, at=at, action="referral.taken")


def hand_over(referral_id: UUID, *, to_person: UUID, by: Actor, at: datetime) -> Referral:
    """A colleague of the same agency who acts for it has it now. Raises User.DoesNotExist for anyone else."""
    acting = [name for name, role in ROLES.items() if ACT in role.permissions]
    colleagues = visible_people(by).filter(agency_id=by.home_id, is_active=True, role__in=acting)
    colleague = colleagues.get(pk=to_person)
    return _give(referral_id, colleague.pk, by=by, at=at, action="referral.handed_over")


def put_down(referral_id: UUID, *, by: Actor, at: datetime) -> Referral:
    """Nobody in the agency has it any more; no reason is asked."""
    referral = _seen(referral_id, by)
    with writing():
        Holding.objects.filter(referral=referral, agency=by.agency_id).delete()
        _record("referral.put_down", referral, by=by, at=at)
    return referral


def put_down_all(person_id: UUID, by: Actor, at: datetime) -> int:
    """Somebody of the actor's agency leaves, or acts for it no more: what they hold is on nobody's desk. How much that
    was. That the actor may is asked by who disables them. The caller is writing."""
    held = Holding.objects.filter(agency=by.home_id, person=person_id)
    ids = sorted(held.values_list("referral_id", flat=True))
    if ids:
        held.delete()
        audit.record(
            audit.Kind.ALTERATION,
            "referral.put_down",
            by=by,
            at=at,
            subject_type="referral",
            subject_ids=ids,
            details={"person": str(person_id)},
        )
    return len(ids)


def _give(referral_id: UUID, person_id: UUID, *, by: Actor, at: datetime, action: str) -> Referral:
    referral = _seen(referral_id, by)
    if not referral.is_open:
        raise StepRefused(
            f"{referral.reference} is {referral.get_status_display().lower()}: there is no work to hold."
        )
    with writing():
        Holding.objects.bulk_create(
            [Holding(referral=referral, agency_id=by.home_id, person_id=person_id, since=at)],
            update_conflicts=True,
            unique_fields=["referral", "agency"],
            update_fields=["person", "since"],
        )
        _record(action, referral, by=by, at=at, person=str(person_id))
    return referral


def _seen(referral_id: UUID, by: Actor) -> Referral:
    referral = visible_referrals(by).get(pk=referral_id)
    if ACT not in by.permissions or by.kind != "person":
        raise StepRefused("Holding a referral is for people who act for their agency.")
    return referral


def _record(action: str, referral: Referral, *, by: Actor, at: datetime, **details: str) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[referral.pk],
        details=details,
    )
