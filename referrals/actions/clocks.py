"""The clocks of a referral: when it is due, when they stand still, and who is told that time runs out.

The clock belongs to whoever is accountable. It starts when the referral is received, or reopened; a question its
custodian puts to another party stops it until that is answered, and the time it stood still is added.
"""

from datetime import datetime, timedelta
from uuid import UUID

from agencies.models import Agency
from audit import actions as audit
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals import priority
from referrals.actions import segments, telling
from referrals.answering import is_to_be_reminded
from referrals.models import ClockSegment, Offer, Question, Referral
from referrals.transitions import OPEN, Status

STILL = timedelta()


def set_due(
    referral: Referral, status: str, *, at: datetime, because: str = ClockSegment.Because.TRIAGED
) -> None:
    """When it is due in this status with the band it has now; eyes first, then action."""
    due = priority.eyes_due if status == Status.RECEIVED else priority.action_due
    _move_due(referral, due(referral.band, referral.clock_from) + referral.paused_for, at)
    segments.go_on_as(referral, status, because, at=at)


def restart(referral: Referral, *, at: datetime) -> None:
    """A reopened referral's clock begins anew."""
    referral.clock_from, referral.paused_at, referral.paused_for = at, None, STILL
    set_due(referral, Status.TRIAGED, at=at, because=ClockSegment.Because.REOPENED)


def pause(referral: Referral, question: Question, *, at: datetime) -> None:
    """The clock stands still for the answer to this question, if it does not already for another's."""
    if referral.paused_at is None:
        referral.paused_at = at
        segments.stand_still(referral, segments.custody_clock(referral.status), question, at=at)


def resume(referral: Referral, *, at: datetime) -> None:
    """The clock goes on, and is due later by as long as it stood still."""
    if referral.paused_at is not None:
        stood = max(at - referral.paused_at, STILL)
        referral.paused_at = None
        referral.paused_for += stood
        _move_due(referral, referral.due_at + stood, at)
        clock = segments.custody_clock(referral.status)
        segments.run(referral, clock, referral.custodian_id, ClockSegment.Because.ANSWERED, at=at)


def _move_due(referral: Referral, due_at: datetime, at: datetime) -> None:
    """A new moment is watched for anew; one that has passed already was told of, if it was."""
    referral.due_at = due_at
    if due_at > at:
        referral.reminded_at = referral.breached_at = None


def remind(referral_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Tell the custodian that its clock runs out soon: whoever has it, else who coordinates. Once for each clock."""
    with writing():
        referral = _running(referral_id)
        if referral is None or referral.reminded_at is not None:
            return False
        if not referral.due_at - before_due(referral) <= at < referral.due_at:
            return False
        Referral.objects.filter(pk=referral.pk).update(reminded_at=at)
        _remind("due_soon", "Due soon", referral, referral.custodian_id, by=by, at=at)
    return True


def before_due(referral: Referral) -> timedelta:
    """How long before it is due its custodian is reminded."""
    return priority.reminder(referral.band, eyes=referral.status == Status.RECEIVED)


def breach(referral_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Tell that a clock was missed: of the custodian and of the Centre, whoever has it, the coordinators and the named
    officer, each once. Once for each clock."""
    with writing():
        referral = _running(referral_id)
        if referral is None or referral.breached_at is not None or referral.due_at > at:
            return False
        Referral.objects.filter(pk=referral.pk).update(breached_at=at, reminded_at=at)
        told = Agency.objects.filter(pk=referral.custodian_id) | Agency.objects.filter(is_centre=True)
        people = {agency.pk: telling.everybody_concerned(referral, agency) for agency in told}
        topic, says = "referral.overdue", "The clock was missed"
        _note("clock.overdue", referral, sorted(people), by=by, at=at)
        telling.tell_systems(topic, says, referral, people, at=at)
        telling.tell_each(people, topic, says, referral, at=at, urgent=True)
    return True


def remind_of_offer(referral_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Tell an offered agency that it is yet to answer, when a quarter of its time is left: whoever has it, else who
    coordinates. Once for each deadline."""
    with writing():
        open_ones = Offer.objects.filter(referral=referral_id, state=Offer.State.OPEN, paused_at=None)
        rows = open_ones.filter(reminded_at=None).select_for_update(of=("self",))
        offer = rows.select_related("referral", "to_agency").first()
        if offer is None or not is_to_be_reminded(offer.referral.band, offer.to_agency, offer.answer_by, at):
            return False
        offer.reminded_at = at
        offer.save(update_fields=["reminded_at"])
        says = "An offer is to be answered soon"
        _remind("answer_soon", says, offer.referral, offer.to_agency_id, by=by, at=at)
    return True


def offer_missed(referral: Referral, offer: Offer, *, at: datetime) -> None:
    """Nobody answered the offer: the agency's coordinators and its named officer hear it too, beside whom the step
    itself tells. The caller is writing, and the agency's standing ends at this very moment."""
    agency = offer.to_agency
    holder = telling.holder_of(referral, agency.pk)
    told_by_the_step = {holder} if holder else telling.desk_of(agency.pk)
    others = telling.everybody_concerned(referral, agency) - told_by_the_step
    telling.tell_each(
        {agency.pk: others}, "referral.expire", "The offer was not answered", referral, at=at, urgent=True
    )


def _running(referral_id: UUID) -> Referral | None:
    """The referral, locked, if its clock runs."""
    rows = Referral.objects.select_for_update().filter(pk=referral_id, paused_at=None, status__in=list(OPEN))
    return rows.first()


def _remind(name: str, says: str, referral: Referral, agency_id: UUID, *, by: Actor, at: datetime) -> None:
    _note(f"clock.{name}", referral, [agency_id], by=by, at=at)
    notifications.tell(
        [agency_id],
        topic=f"referral.{name}",
        subject=("referral", referral.pk, referral.reference, referral.version),
        says=says,
        at=at,
        first_to=telling.first_to(referral, agency_id),
    )


def _note(action: str, referral: Referral, agencies: list[UUID], *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[referral.pk],
        recipient_ids=agencies,
        details={"band": referral.band},
    )
