"""Break the glass over a closed narrative, end that, and say of another's whether it was justified.

No step of the referral: its status, custody and version stay as they are. What is opened is opened to one person, by
a row that both locks on narratives read (`access.visible_narratives`, migration 0008).
"""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from agencies.models import Agency
from agencies.roles import Permission
from audit import actions as audit
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.access import (
    is_closed_to,
    live_openings,
    standing,
    visible_emergency_openings,
    visible_referrals,
)
from referrals.actions.refused import StepRefused
from referrals.models import EmergencyOpening, Referral
from referrals.models.emergency import LASTS, REVIEW_WITHIN

SUBJECT = "emergency_opening"  # what a notice to the Centre's reviewers calls it
BROKEN, REVIEWED = "referral.glass_broken", "referral.glass_reviewed"


def break_glass(referral_id: UUID, *, why: str, reason: str, by: Actor, at: datetime) -> EmergencyOpening:
    """Open the narrative of one referral to the actor alone, for an hour, and tell everyone whom it concerns.

    Raises Referral.DoesNotExist, and StepRefused where it is not the actor's to do or there is nothing to open.
    """
    _may(Permission.BREAK_GLASS, by)
    if not reason.strip() or why not in EmergencyOpening.Why.values:
        raise StepRefused("Say why: which emergency it is, and in words what makes it one.")
    visible_referrals(by).only("pk").get(pk=referral_id)
    with writing():
        list(Referral.objects.filter(pk=referral_id).select_for_update().values_list("pk"))
    referral = visible_referrals(by).get(pk=referral_id)
    if not is_closed_to(standing(referral, by), referral):
        raise StepRefused(f"The narrative of {referral.reference} is not closed to the Centre.")
    if live_openings(by).filter(referral=referral).exists():
        raise StepRefused(
            f"You broke the glass over {referral.reference} already, and it is still open to you."
        )
    with writing():
        before = EmergencyOpening.objects.filter(referral=referral, person=by.id, ended_at=None)
        before.update(ended_at=F("until"))  # its time was over; nobody noted it until now
        opening = EmergencyOpening(
            referral=referral, person_id=by.id, why=why, reason=reason.strip(), at=at, until=at + LASTS
        )
        opening.save(force_insert=True)
        _record("glass.broken", opening, by=by, at=at, why=why, until=opening.until.isoformat())
        _tell_parties(BROKEN, "The Centre broke the glass over its closed narrative", referral, at=at)
        _tell_reviewers(
            "glass.to_review",
            "The glass was broken: say within a day whether it was justified",
            opening,
            at=at,
        )
    return opening


def end_opening(referral_id: UUID, *, by: Actor, at: datetime) -> Referral:
    """Close the narrative to the actor again before its time. Where it is closed already, nothing happens."""
    referral = visible_referrals(by).get(pk=referral_id)
    mine = list(live_openings(by).filter(referral=referral))
    with writing():
        for opening in mine:
            _close(opening, by=by, at=at)
    return referral


def review_opening(
    opening_id: UUID, *, was_justified: bool, note: str, by: Actor, at: datetime
) -> EmergencyOpening:
    """A second person of the Centre says whether it was justified. One that was not ends at once.

    Raises EmergencyOpening.DoesNotExist, and StepRefused for the person themselves, or where it was reviewed before.
    """
    _may(Permission.REVIEW_BREAK_GLASS, by)
    if not note.strip():
        raise StepRefused("Write a note: what the review found.")
    visible_emergency_openings(by).only("pk").get(pk=opening_id)
    with writing():
        opening = EmergencyOpening.objects.select_for_update(of=("self",)).get(pk=opening_id)
        if opening.person_id == by.id:
            raise StepRefused("A second person reviews it: you broke this glass yourself.")
        if opening.reviewed_at is not None:
            raise StepRefused("It was reviewed in the meantime.")
        opening.reviewer_id, opening.reviewed_at = by.id, at
        opening.was_justified, opening.review_note = was_justified, note.strip()
        opening.save(update_fields=["reviewer", "reviewed_at", "was_justified", "review_note"])
        _record("glass.reviewed", opening, by=by, at=at, was_justified=was_justified)
        if not was_justified and opening.ended_at is None and opening.until > at:
            _close(opening, by=by, at=at)
        found = "was justified" if was_justified else "was not justified"
        referral = Referral.objects.get(pk=opening.referral_id)
        _tell_parties(
            REVIEWED, f"A review found that breaking the glass {found}", referral, at=at, opening=opening
        )
        _tell_reviewers("glass.reviewed", f"A review found that breaking the glass {found}", opening, at=at)
    return opening


def alarm_unreviewed(opening_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Tell the Centre's reviewers and its auditor that nobody said anything within the day. Once."""
    with writing():
        waiting = EmergencyOpening.objects.filter(pk=opening_id, reviewed_at=None, alarmed_at=None)
        opening = waiting.select_for_update(of=("self",)).first()
        if opening is None or opening.at + REVIEW_WITHIN > at:
            return False
        opening.alarmed_at = at
        opening.save(update_fields=["alarmed_at"])
        _record("glass.unreviewed", opening, by=by, at=at)
        _tell_reviewers(
            "glass.unreviewed",
            "A broken glass was not reviewed within the day: review it now",
            opening,
            at=at,
        )
    return True


def _may(permission: Permission, by: Actor) -> None:
    if not (by.kind == "person" and by.is_centre and by.may(permission)):
        raise StepRefused("This is for people of the Centre whose role allows it.")


def _close(opening: EmergencyOpening, *, by: Actor, at: datetime) -> None:
    opening.ended_at = max(at, opening.at)
    opening.save(update_fields=["ended_at"])
    _record("glass.ended", opening, by=by, at=at)


def _record(
    action: str, opening: EmergencyOpening, *, by: Actor, at: datetime, **details: str | bool
) -> None:
    """Of the referral, so that who asks what happened to it finds this; the words stand in the row alone."""
    audit.record(
        audit.Kind.ACCESS,
        action,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[opening.referral_id],
        purpose=f"break-glass: {opening.get_why_display().lower()}",
        details={"opening": str(opening.pk), **details},
    )


def _tell_parties(
    topic: str, says: str, referral: Referral, *, at: datetime, opening: EmergencyOpening | None = None
) -> None:
    """The custodian and the source, and the Centre's systems; of a review the person who broke it as well."""
    centre = Agency.objects.get(is_centre=True).pk
    subject = ("referral", referral.pk, referral.reference, referral.version)
    others = {referral.custodian_id, referral.source_id} - {centre}
    notifications.tell(sorted(others), topic=topic, subject=subject, says=says, at=at, urgent=True)
    notifications.tell(
        [centre],
        topic=topic,
        subject=subject,
        says=says,
        at=at,
        to_people=opening is not None,
        first_to={centre: opening.person_id} if opening else {},
    )


def _tell_reviewers(topic: str, says: str, opening: EmergencyOpening, *, at: datetime) -> None:
    """Those of the Centre who may see these openings (`notifications.actions.spread` finds them)."""
    centre = Agency.objects.get(is_centre=True).pk
    reference = Referral.objects.values_list("reference", flat=True).get(pk=opening.referral_id)
    subject = (SUBJECT, opening.pk, reference, 1)
    notifications.tell([centre], topic=topic, subject=subject, says=says, at=at, urgent=True)
