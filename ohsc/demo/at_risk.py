"""Who of the demonstration took a child at risk now, and whom does nobody answer for yet?"""

from datetime import datetime, timedelta

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK, Actor
from ohsc.demo.telling import Cast, unrung
from referrals import ladder
from referrals.access import visible_alarms
from referrals.actions import climb, take_alarm
from referrals.models import Alarm

ANSWERED_AFTER = timedelta(minutes=7)


def answer_alarms(cast: Cast, now: datetime) -> None:
    """The newest of the Centre's and the newest of another agency's nobody has taken; each before was, minutes after it
    was raised. Whoever is called is called at the time of the rung."""
    with acting_as(CLOCK):
        live = list(
            visible_alarms(CLOCK).filter(ended_at=None).select_related("agency").order_by("-raised_at")
        )
    left: set[bool] = set()
    with unrung():
        for alarm in live:
            is_left = alarm.agency.is_centre not in left
            left.add(alarm.agency.is_centre)
            until = now if is_left else min(now, alarm.raised_at + ANSWERED_AFTER)
            _climb(alarm, until)
            if not is_left:
                by = _somebody(cast, alarm.agency.slug)
                with acting_as(by):
                    take_alarm(alarm.pk, by=by, at=until)


def _climb(alarm: Alarm, until: datetime) -> None:
    """Each rung of the ladder at its time, and what is due again once more at the end."""
    times = [alarm.raised_at + rung.after for rung in ladder.rungs(centre=alarm.agency.is_centre)]
    for at in (*(one for one in times if one <= until), until):
        with acting_as(CLOCK):
            climb(alarm.pk, by=CLOCK, at=at)


def _somebody(cast: Cast, slug: str) -> Actor:
    roles = ("analyst", "coordinator", "supervisor", "administrator")
    return next(actor for role in roles for actor in cast.by_role.get((slug, role), []))
