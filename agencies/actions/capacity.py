"""What an agency sets at once of its capacity: weights of kinds of work, planned absences, its bank holidays.

Why these are its own to set is `agencies.changing`. Each is for the actor's own agency alone, the Centre's too.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies import wording
from agencies.access import visible_absences, visible_work_weights
from agencies.actions.capabilities import CapabilitiesRefused
from agencies.calendars import CALENDARS
from agencies.models import Absence, Agency, WorkWeight
from agencies.models_capacity import MOST_WEIGHT
from agencies.roles import Permission
from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.words import Band, Environment

MOST_WEIGHTS = 100
MOST_ABSENCES = 200


@dataclass(frozen=True)
class Away:
    """A planned absence, as it is written down."""

    starts_on: date
    ends_on: date
    share: int
    reason: str
    environment: str = ""


def set_weight(
    environment: str, harm_type: str, band: str, weight: int, *, by: Actor, at: datetime
) -> WorkWeight:
    """One referral of this kind counts as so many points; what was said of the kind before is replaced."""
    _must_keep(by)
    known = (
        environment in ("", *Environment.values)
        and harm_type in ("", *wording.all_harms())
        and band in ("", *Band.values)
        and 1 <= weight <= MOST_WEIGHT
    )
    if not known:
        raise CapabilitiesRefused("There is no such kind of work, or no such weight.")
    with writing():
        _held(by)
        own = visible_work_weights(by).filter(agency=by.home_id)
        line = own.filter(environment=environment, harm_type=harm_type, band=band).first()
        if line is None and own.count() >= MOST_WEIGHTS:
            raise CapabilitiesRefused(f"There are {MOST_WEIGHTS} weights already. Remove one first.")
        if line is None:
            line = WorkWeight(
                agency_id=by.home_id, environment=environment, harm_type=harm_type, band=band, weight=weight
            )
            line.save(force_insert=True)
        else:
            line.weight = weight
            line.save(update_fields=["weight"])
        _record("work_weight.set", "work_weight", line.pk, by=by, at=at)
    return line


def remove_weight(weight_id: UUID, *, by: Actor, at: datetime) -> None:
    """A referral of this kind counts as another line says, or as one. Raises WorkWeight.DoesNotExist."""
    _must_keep(by)
    line = visible_work_weights(by).get(pk=weight_id, agency=by.home_id)
    with writing():
        WorkWeight.objects.filter(pk=line.pk).delete()
        _record("work_weight.removed", "work_weight", line.pk, by=by, at=at)


def plan_absence(away: Away, *, by: Actor, at: datetime) -> Absence:
    """From the first day to the last so much of the capacity is away."""
    _must_keep(by)
    if away.ends_on < away.starts_on or not 1 <= away.share <= 100 or not away.reason.strip():
        raise CapabilitiesRefused(
            "An absence has a first and a last day, a share from 1 to 100, and a reason."
        )
    with writing():
        _held(by)
        own = visible_absences(by).filter(agency=by.home_id, ends_on__gte=at.date())
        if own.count() >= MOST_ABSENCES:
            raise CapabilitiesRefused(f"{MOST_ABSENCES} absences are planned already. Take one away first.")
        absence = Absence(
            agency_id=by.home_id,
            environment=away.environment,
            starts_on=away.starts_on,
            ends_on=away.ends_on,
            share=away.share,
            reason=away.reason,
            made_by=by.id,
            made_at=at,
        )
        absence.save(force_insert=True)
        _record("absence.planned", "absence", absence.pk, by=by, at=at)
    return absence


def cancel_absence(absence_id: UUID, *, by: Actor, at: datetime) -> None:
    """It does not take place. Raises Absence.DoesNotExist."""
    _must_keep(by)
    absence = visible_absences(by).get(pk=absence_id, agency=by.home_id)
    with writing():
        Absence.objects.filter(pk=absence.pk).delete()
        _record("absence.cancelled", "absence", absence.pk, by=by, at=at)


def choose_calendar(calendar: str, *, by: Actor, at: datetime) -> bool:
    """Whose bank holidays the agency keeps. True where it is another than before."""
    _must_keep(by)
    if calendar not in CALENDARS:
        raise CapabilitiesRefused("There is no such calendar.")
    with writing():
        agency = _held(by)
        if agency.calendar == calendar:
            return False
        agency.calendar = calendar
        agency.save(update_fields=["calendar"])
        _record("agency.calendar_chosen", "agency", agency.pk, by=by, at=at, calendar=calendar)
    return True


def _must_keep(by: Actor) -> None:
    if not by.may(Permission.KEEP_CAPABILITIES):
        raise PermissionDenied


def _held(by: Actor) -> Agency:
    """The agency's row, so that two who do it at once come one after the other. The caller is writing."""
    return Agency.objects.select_for_update(no_key=True).get(pk=by.home_id)


def _record(action: str, kind: str, subject_id: UUID, *, by: Actor, at: datetime, **details: object) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type=kind,
        subject_ids=[subject_id],
        details=details,
    )
