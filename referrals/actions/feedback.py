"""The source is told how it stands, and whoever owes it word is reminded and chased. No step of the table: the
referral's status, version and history stay as they are."""

from datetime import datetime, timedelta
from uuid import UUID

from agencies.models import Agency
from audit import actions as audit
from notifications import actions as notifications
from ohsc.core import plain_text
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.disclosures import Disclosed
from referrals.access import standing, visible_progress, visible_referrals
from referrals.actions import register
from referrals.actions.refused import GivenRefused, StepRefused
from referrals.actions.telling import officer_of
from referrals.feedback import CHASED_AFTER, LONGEST, due
from referrals.models import Disclosure, FeedbackOwed, Holding, Progress, Referral
from referrals.transitions import ACT, Party, Status, Step

TOLD = "referral.progress"
TWICE = timedelta(minutes=10)  # the same words again within this time are a button pressed twice
_MOVES = ("accept", "return", "conclude", "re-band")  # the steps after which another word is owed, or none


def tell_source(
    referral_id: UUID, *, code: str, text: str = "", by: Actor, at: datetime
) -> tuple[Referral, Progress]:
    """Tell the source how its referral stands; the next word is owed from now on.

    Raises GivenRefused (shape), Referral.DoesNotExist (absent, or not the actor's to see), and StepRefused where it is
    not the custodian who tells, or nothing is being worked on.
    """
    text = text.strip()
    _check(code, text)
    referral = _locked(referral_id, by)
    if problem := why_not(referral, standing(referral, by), by):
        raise StepRefused(problem)
    before = visible_progress(by).filter(referral=referral).order_by("-at", "-id").first()
    if before and before.at > at - TWICE and _says(before) == (code, text, by.home_id):
        return referral, before
    with writing():
        told = Progress(
            referral=referral, agency_id=by.home_id, code=code, text=text, at=at,
            by_kind=by.kind, by_id=by.id, by_name=by.name,
        )  # fmt: skip
        told.save(force_insert=True)
        _end(referral, FeedbackOwed.Ended.TOLD, at)
        _owe(referral, at)
        _record(told, referral, by=by, at=at)
        _tell_of(referral, by=by, at=at)
    return referral, told


def why_not(referral: Referral, stands: frozenset[Party], by: Actor) -> str:
    """Why this actor may not tell the source now, as one sentence; "" when it may."""
    if Party.CUSTODIAN not in stands:
        return "The source is told by the custodian only."
    if ACT not in by.permissions:
        return "Telling the source needs a role that acts for its agency."
    if referral.status != Status.ACCEPTED:
        state = referral.get_status_display().lower()
        return f"Nothing is in between to tell the source: the referral is {state}."
    if referral.source_id == referral.custodian_id:
        return "The source has custody of it itself."
    return ""


def follow(step: Step, referral: Referral, *, at: datetime) -> None:
    """After a step: an acceptance makes a word owed, a conclusion is the last, custody that ends takes the duty along,
    and another band moves the day. `referral` is in its new state; the caller is writing."""
    if step.name not in _MOVES:
        return
    owed = _owed(referral)
    if owed and owed.agency_id == referral.custodian_id and referral.status == Status.ACCEPTED:
        _move_due(owed, referral, at)
        return
    if owed:
        concluded = step.name == "conclude"
        _end(referral, FeedbackOwed.Ended.CONCLUDED if concluded else FeedbackOwed.Ended.LET_GO, at)
    if referral.status == Status.ACCEPTED:
        _owe(referral, at)


def begin_owing(referral_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Word is owed from now on, of what was accepted without anybody noting that."""
    with writing():
        rows = Referral.objects.select_for_update(of=("self",)).filter(status=Status.ACCEPTED)
        referral = rows.filter(pk=referral_id).first()
        if referral is None or _owed(referral) is not None or not _owe(referral, at):
            return False
        _note("clock.feedback_owed", referral, [], by=by, at=at)
    return True


def remind_of_feedback(referral_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Tell the custodian that word to the source is due: whoever has it, else who coordinates. Once for each word."""
    with writing():
        owed = _late(referral_id, at)
        if owed is None or owed.reminded_at is not None:
            return False
        owed.reminded_at = at
        owed.save(update_fields=["reminded_at"])
        holder = Holding.objects.filter(referral=referral_id, agency=owed.agency_id).first()
        _chase(
            "clock.feedback_due",
            "Word to the source is due",
            owed.referral,
            {owed.agency_id: holder.person_id if holder else None},
            by=by,
            at=at,
        )
    return True


def chase_feedback(referral_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Tell the named officers of the custodian and of the Centre that word is a week late. Once for each word."""
    with writing():
        owed = _late(referral_id, at - CHASED_AFTER)
        if owed is None or owed.chased_at is not None:
            return False
        owed.chased_at = at
        owed.reminded_at = owed.reminded_at or at
        owed.save(update_fields=["chased_at", "reminded_at"])
        told = Agency.objects.filter(pk=owed.agency_id) | Agency.objects.filter(is_centre=True)
        officers = {agency.pk: officer_of(agency) for agency in told}
        _chase(
            "clock.feedback_late",
            "The source waits for word, a week late",
            owed.referral,
            officers,
            by=by,
            at=at,
        )
    return True


def _says(told: Progress) -> tuple[str, str, UUID]:
    return told.code, told.text, told.agency_id


def _check(code: str, text: str) -> None:
    errors = {}
    if code not in Progress.Code.values:
        errors["code"] = f"Use one of: {', '.join(Progress.Code.values)}."
    if len(text) > LONGEST:
        errors["text"] = f"Shorten this to {LONGEST} characters."
    elif problem := plain_text.why_not(text, lines=True):
        errors["text"] = problem
    if errors:
        raise GivenRefused(errors)


def _locked(referral_id: UUID, by: Actor) -> Referral:
    """The referral, once the actor is seen to see it, and once more when its row is ours."""
    seen = visible_referrals(by).filter(pk=referral_id)
    seen.only("pk").get()
    with writing():
        list(Referral.objects.filter(pk=referral_id).select_for_update().values_list("pk"))
    return seen.select_related("source", "custodian").get()


def _owed(referral: Referral) -> FeedbackOwed | None:
    return FeedbackOwed.objects.filter(referral=referral, ended_at=None).first()


def _owe(referral: Referral, at: datetime) -> bool:
    """The next word is owed by its custodian, who is not its own source."""
    if referral.custodian_id == referral.source_id:
        return False
    FeedbackOwed(
        referral=referral, agency_id=referral.custodian_id, since=at, due_at=due(referral.band, at)
    ).save(force_insert=True)
    return True


def _end(referral: Referral, ended_by: str, at: datetime) -> None:
    FeedbackOwed.objects.filter(referral=referral, ended_at=None).update(ended_at=at, ended_by=ended_by)


def _move_due(owed: FeedbackOwed, referral: Referral, at: datetime) -> None:
    """Another band, another day, counted from when the duty began; one that is not over yet is watched for anew."""
    owed.due_at = due(referral.band, owed.since)
    if owed.due_at > at:
        owed.reminded_at = owed.chased_at = None
    owed.save(update_fields=["due_at", "reminded_at", "chased_at"])


def _late(referral_id: UUID, at: datetime) -> FeedbackOwed | None:
    """The word owed of it, locked, if it was due by then."""
    rows = FeedbackOwed.objects.select_for_update(of=("self",)).select_related("referral")
    return rows.filter(referral=referral_id, ended_at=None, due_at__lte=at).first()


def _record(told: Progress, referral: Referral, *, by: Actor, at: datetime) -> None:
    """A disclosure: in the audit, and in the register as a conclusion is."""
    audit.record(
        audit.Kind.DISCLOSURE,
        TOLD,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[referral.pk],
        recipient_ids=[referral.source_id],
        details={"code": told.code, "text": bool(told.text)},
    )
    register.keep(
        Disclosed(
            kind=Disclosure.Kind.PROGRESS,
            subject=("referral", referral.pk, referral.reference),
            from_id=by.home_id,
            to_id=referral.source_id,
            parts=(Disclosure.Part.PROGRESS,),
            by=by,
            at=at,
        )
    )


def _tell_of(referral: Referral, *, by: Actor, at: datetime) -> None:
    """The source hears of it; the Centre and the custodian find it in their feeds."""
    subject = ("referral", referral.pk, referral.reference, referral.version)
    centre = Agency.objects.values_list("pk", flat=True).get(is_centre=True)
    source = referral.source_id
    holders = Holding.objects.filter(referral=referral, agency=source).values_list("agency_id", "person_id")
    says = "The custodian tells how it stands"
    notifications.tell([source], topic=TOLD, subject=subject, says=says, at=at, first_to=dict(holders))
    others = sorted({centre, by.home_id} - {source})
    notifications.tell(others, topic=TOLD, subject=subject, says=says, at=at, feed_only=True)


def _chase(
    action: str,
    says: str,
    referral: Referral,
    told: dict[UUID, UUID | None],
    *,
    by: Actor,
    at: datetime,
) -> None:
    _note(action, referral, sorted(told), by=by, at=at)
    notifications.tell(
        sorted(told),
        topic=action.replace("clock.", "referral."),
        subject=("referral", referral.pk, referral.reference, referral.version),
        says=says,
        at=at,
        first_to={agency: person for agency, person in told.items() if person},
    )


def _note(action: str, referral: Referral, recipients: list[UUID], *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="referral",
        subject_ids=[referral.pk],
        recipient_ids=recipients,
        details={"band": referral.band},
    )
