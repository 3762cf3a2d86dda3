"""What were sources of the demonstration told while their referrals were worked on?"""

from datetime import datetime

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.demo.telling import Cast, unrung
from referrals.access import visible_feedback_owed
from referrals.actions import count_scorecards, tell_source
from referrals.models import Progress

_C = Progress.Code
WORDS = (
    (_C.ACKNOWLEDGED, ""),
    (_C.UNDER_ENQUIRY, "Records were asked for; an answer is expected within ten days."),
    (_C.SAFEGUARDING_IN_HAND, "A strategy discussion was held."),
    (_C.AWAITING_OTHERS, "We wait for a provider abroad."),
    (_C.UNDER_ENQUIRY, ""),
)


def tell_some_sources(cast: Cast, now: datetime) -> None:
    """Every other one of what is worked on and not late yet, a while after it was accepted; the rest still waits."""
    with acting_as(CLOCK):
        owed = visible_feedback_owed(CLOCK).filter(ended_at=None, due_at__gt=now)
        waiting = list(owed.select_related("agency").order_by("since", "id")[::2])
    with unrung():
        for number, one in enumerate(waiting):
            by = cast.one(None, one.agency.slug, "analyst", "coordinator")
            code, text = WORDS[number % len(WORDS)]
            at = one.since + (now - one.since) * (0.4 + number % 5 / 10)
            with acting_as(by):
                tell_source(one.referral_id, code=code, text=text, by=by, at=at)


def count(now: datetime) -> None:
    """The figures, so that the pages need not wait for the clock."""
    with acting_as(CLOCK):
        count_scorecards(by=CLOCK, at=now)
