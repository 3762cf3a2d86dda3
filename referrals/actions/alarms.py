"""A child may be at risk now: raise the alarm, call rung after rung, and end it when somebody has it.

Raised in the transaction in which a referral is or becomes P1, or in which another agency is to answer for one. It ends
when a person takes it (by saying so, or by any step on the referral that does not give it back), when it is P1 no
longer, when the referral is closed, or when another agency is to answer, whose ladder then begins. Whom a rung calls,
and when, stands in `referrals.ladder`.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agencies.models import Agency, User
from audit import actions as audit
from notifications import actions as notifications
from notifications.pagers import the_pager
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.together import insert, together
from ohsc.core.words import Band
from referrals import ladder
from referrals.access import visible_alarms
from referrals.actions import hold
from referrals.actions.refused import StepRefused
from referrals.actions.telling import officer_of
from referrals.models import Alarm, AlarmCall, Holding, Offer, Referral
from referrals.transitions import ACT

SUBJECT = "alarm"  # what the notice to each person who is called is about
CALL, TAKEN = "referral.at_risk_now", "referral.at_risk_taken"
SAYS = "A child may be at risk now. Say that you have it"

# The steps after which somebody else is to answer, or somebody anew; by whom a P1 came about, `became` says.
_NEEDS = {
    "reopen": Alarm.Why.REOPENED,
    "offer": Alarm.Why.OFFERED,
    "pass-on": Alarm.Why.OFFERED,
    "decline": Alarm.Why.CAME_BACK,
    "expire": Alarm.Why.CAME_BACK,
    "recall": Alarm.Why.CAME_BACK,
    "return": Alarm.Why.RETURNED,
}
_GIVES_BACK = {"decline", "return"}


def raise_on_arrival(referrals: Iterable[Referral], *, by: Actor, at: datetime) -> None:
    """The Centre's ladder for each that arrives with P1 suggested. The caller is writing."""
    urgent = [referral for referral in referrals if referral.band == Band.P1]
    insert([_alarm(one.pk, one.custodian_id, Alarm.Why.ARRIVED, at) for one in urgent])
    if urgent:
        _record("alarm.raised", [one.pk for one in urgent], by=by, at=at, why=Alarm.Why.ARRIVED)


def after_step(name: str, referral: Referral, *, became: bool, by: Actor, at: datetime) -> None:
    """What a step on a referral that is P1, or was until now, means for who is called. The caller is writing.

    became -- the band changed with this step.
    """
    live = Alarm.objects.select_for_update(of=("self",)).filter(referral=referral, ended_at=None).first()
    if referral.band != Band.P1 or not referral.is_open:
        if live:
            _end(live, Alarm.Ended.LOWERED if referral.is_open else Alarm.Ended.CLOSED, by=by, at=at)
        return
    if live and by.kind == "person" and by.agency_id == live.agency_id and name not in _GIVES_BACK:
        _take(live, by=by, at=at)
        if not Holding.objects.filter(referral=referral, agency=by.agency_id).exists():
            hold.take(referral.pk, by=by, at=at)
        live = None
    why = _NEEDS.get(name) or (Alarm.Why.RAISED if became else None)
    if why is None:
        return
    if live:
        _end(live, Alarm.Ended.MOVED, by=by, at=at)
    _alarm(referral.pk, _who_is_to_answer(referral), why, at).save(force_insert=True)
    _record("alarm.raised", [referral.pk], by=by, at=at, why=why)


def take_alarm(alarm_id: UUID, *, by: Actor, at: datetime) -> Alarm:
    """The actor has it: nobody is called any more, and it is on their desk.

    Raises Alarm.DoesNotExist, and StepRefused where it ended meanwhile or is not the actor's to take.
    """
    referral_id = visible_alarms(by).values_list("referral_id", flat=True).get(pk=alarm_id)
    if by.kind != "person" or ACT not in by.permissions:
        raise StepRefused("Taking it is for people who act for their agency.")
    with writing():
        # The referral first, as every step does: whoever waits here finds out what the one before did.
        list(Referral.objects.filter(pk=referral_id).select_for_update().values_list("pk"))
        rows = Alarm.objects.select_for_update(of=("self",)).select_related("referral", "taken_by__agency")
        alarm = rows.get(pk=alarm_id)
        if alarm.ended_at is not None:
            raise StepRefused(_why_ended(alarm, by))
        _take(alarm, by=by, at=at)
        hold.take(referral_id, by=by, at=at)
    return alarm


def take(referral_id: UUID, *, by: Actor, at: datetime) -> Referral:
    """The actor has it now, from whoever in the agency had it before; of a P1 that the agency is to answer, nobody else
    is called any more."""
    ours = visible_alarms(by).filter(referral=referral_id, agency=by.agency_id, ended_at=None)
    live = ours.values_list("pk", flat=True).first()
    if live is not None:
        try:
            return take_alarm(live, by=by, at=at).referral
        except StepRefused:  # somebody was first: it is on this desk from now on all the same, if it may be
            pass
    return hold.take(referral_id, by=by, at=at)


def climb(alarm_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Call every rung whose time has come, and note when the next one's does. False where it ended, or none has come.

    The row is locked, and the calls and notices are written with the rung: a worker that is killed has called the whole
    rung or nobody, and two at once call it once.
    """
    with writing():
        rows = Alarm.objects.select_for_update(of=("self",)).filter(
            pk=alarm_id, ended_at=None, next_at__lte=at
        )
        alarm = rows.select_related("referral", "agency").first()
        if alarm is None:
            return False
        steps = ladder.rungs(centre=alarm.agency.is_centre)
        while alarm.next_at <= at:
            called = _call(alarm, ladder.rung_of(steps, alarm.rung), by=by, at=at)
            alarm.rung += 1
            wait = ladder.wait_before(steps, alarm.rung)
            if wait is None:
                alarm.next_at = at + steps[-1].again_each * ladder.minute()
            else:
                alarm.next_at = alarm.raised_at + wait if called else at
        alarm.save(update_fields=["rung", "next_at"])
    return True


def _call(alarm: Alarm, rung: ladder.Rung, *, by: Actor, at: datetime) -> int:
    """Call whoever stands on this rung, each by every channel there is; how many people that is."""
    centre = Agency.objects.get(is_centre=True)
    people = list(
        User.objects.filter(agency__in={alarm.agency_id, centre.pk}, is_active=True).order_by("name", "pk")
    )
    on_desk = Holding.objects.filter(referral=alarm.referral_id, agency=alarm.agency_id)
    place = ladder.Place(
        of=alarm.agency_id,
        centre=centre.pk,
        holder=on_desk.values_list("person_id", flat=True).first(),
        officer=officer_of(alarm.agency),
    )
    callees = {one.pk: one for who in rung.calls for one in ladder.people_on(who, people, place)}
    rows = _rows(alarm, list(callees.values()), at)
    with together():
        insert(rows)
        _tell(alarm, list(callees.values()), at)
        _record(
            "alarm.called",
            [alarm.referral_id],
            by=by,
            at=at,
            recipients=sorted({row.agency_id for row in rows}),
            rung=alarm.rung,
            people=len(callees),
        )
    return len(callees)


def _rows(alarm: Alarm, callees: list[User], at: datetime) -> list[AlarmCall]:
    channel = AlarmCall.Channel
    rows = [_row(alarm, channel.INBOX, one.agency_id, one.pk, at) for one in callees]
    rows.append(_row(alarm, channel.WEBHOOK, alarm.agency_id, None, at))
    if the_pager() is not None:
        rows += [_row(alarm, channel.PAGER, one.agency_id, one.pk, at) for one in callees]
        if alarm.rung == 0:
            rows.append(_row(alarm, channel.PAGER, alarm.agency_id, None, at))
    return rows


def _row(alarm: Alarm, channel: str, agency_id: UUID, person_id: UUID | None, at: datetime) -> AlarmCall:
    waits = channel == AlarmCall.Channel.PAGER
    return AlarmCall(
        alarm=alarm,
        rung=alarm.rung,
        agency_id=agency_id,
        person_id=person_id,
        channel=channel,
        called_at=at,
        next_at=at,
        state=AlarmCall.State.WAITING if waits else AlarmCall.State.CALLED,
    )


def _tell(alarm: Alarm, callees: list[User], at: datetime) -> None:
    """One notice to each person, urgent; and one to the systems of the agency that is to answer."""
    referral = alarm.referral
    for one in callees:
        notifications.tell(
            [one.agency_id],
            topic=CALL,
            subject=(SUBJECT, alarm.pk, referral.reference, alarm.rung + 1),
            says=SAYS,
            at=at,
            first_to={one.agency_id: one.pk},
            urgent=True,
        )
    _tell_systems(CALL, SAYS, referral, {alarm.agency_id}, at)


def _tell_systems(topic: str, says: str, referral: Referral, agencies: set[UUID], at: datetime) -> None:
    subject = ("referral", referral.pk, referral.reference, referral.version)
    notifications.tell(sorted(agencies), topic=topic, subject=subject, says=says, at=at, to_people=False)


def _alarm(referral_id: UUID, agency_id: UUID, why: str, at: datetime) -> Alarm:
    return Alarm(referral_id=referral_id, agency_id=agency_id, why=why, raised_at=at, next_at=at)


def _who_is_to_answer(referral: Referral) -> UUID:
    """The agency it is offered to, while it is; else its custodian."""
    offered = Offer.objects.filter(referral=referral, state=Offer.State.OPEN)
    return offered.values_list("to_agency_id", flat=True).first() or referral.custodian_id


def _take(alarm: Alarm, *, by: Actor, at: datetime) -> None:
    alarm.taken_by_id, alarm.taken_agency_id = by.id, by.home_id
    AlarmCall.objects.filter(alarm=alarm, person=by.id).update(answered_at=at)
    _end(alarm, Alarm.Ended.TAKEN, by=by, at=at)
    _tell_systems(TAKEN, "Somebody has it", alarm.referral, {alarm.agency_id}, at)


def _end(alarm: Alarm, because: str, *, by: Actor, at: datetime) -> None:
    alarm.ended_at, alarm.ended_because = max(at, alarm.raised_at), because
    alarm.save(update_fields=["ended_at", "ended_because", "taken_by", "taken_agency"])
    AlarmCall.objects.filter(alarm=alarm, state=AlarmCall.State.WAITING).update(state=AlarmCall.State.DROPPED)
    if because == Alarm.Ended.TAKEN:
        _record("alarm.taken", [alarm.referral_id], by=by, at=at)
    else:
        _record("alarm.ended", [alarm.referral_id], by=by, at=at, because=because)


def _why_ended(alarm: Alarm, by: Actor) -> str:
    """Who was first, for the one who came second; people are named to their own agency and to the Centre."""
    if alarm.taken_by is None:
        return f"{alarm.referral.reference}: {alarm.get_ended_because_display().lower()}."
    person, agency = alarm.taken_by, alarm.taken_by.agency
    known = by.is_centre or agency.pk == by.agency_id
    return f"{alarm.referral.reference} was taken by {person.name if known else agency.name} in the meantime."


def _record(
    action: str,
    referral_ids: list[UUID],
    *,
    by: Actor,
    at: datetime,
    recipients: list[UUID] | None = None,
    **details: str | int,
) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=referral_ids,
        recipient_ids=recipients or [],
        details=details,
    )
