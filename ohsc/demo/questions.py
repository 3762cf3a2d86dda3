"""Which questions of the demonstration were chased, and which were escalated, by now?"""

from datetime import datetime

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.demo.telling import unrung
from referrals.access import visible_questions
from referrals.actions import chase_by_the_clock


def chase_questions(now: datetime) -> None:
    """Each open one at its time, and once more where as much time has passed again."""
    with unrung():
        for _ in range(2):
            with acting_as(CLOCK):
                waiting = visible_questions(CLOCK).filter(answered_at=None, lapsed_at=None, next_at__lte=now)
                due = list(waiting.order_by("next_at").values_list("pk", "next_at"))
            for key, at in due:
                with acting_as(CLOCK):
                    chase_by_the_clock(key, by=CLOCK, at=at)
