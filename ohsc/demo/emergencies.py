"""Which glass did people of the demonstration's Centre break, and what did a second person find?"""

from datetime import datetime, timedelta

from ohsc.core.acting import acting_as
from ohsc.core.words import Tlp
from ohsc.demo.agencies import CENTRE
from ohsc.demo.telling import Cast, unrung
from referrals.access import visible_referrals
from referrals.actions import break_glass, review_opening

# How long ago, by whom, which emergency and its words; and whether it was found justified, with a note, or nothing.
BROKEN = (
    (timedelta(days=11), "analyst", "nobody_answers", "No desk answered on three numbers; the school asks today.",
     (True, "The custodian’s desk was closed that night and has a second number now.")),
    (timedelta(days=6), "coordinator", "other", "The words were needed for a figure in a weekly report.",
     (False, "A report is no emergency. The custodian is asked for figures from now on.")),
    (timedelta(hours=27), "analyst", "legal_duty", "A court asks by four o’clock whether an address is named.", None),
    (timedelta(minutes=25), "supervisor", "child_at_risk", "A caller says a meeting is planned for tonight.", None),
)  # fmt: skip


def break_some_glass(cast: Cast, now: datetime) -> None:
    """Over narratives marked TLP:RED that agencies have accepted; each by the real verbs, at its own time."""
    keeper = cast.keeper()
    with acting_as(keeper):
        marked = visible_referrals(keeper).filter(tlp=Tlp.RED, custodian__is_centre=False)
        closed = list(marked.exclude(source__is_centre=True).order_by("updated_at", "id")[: len(BROKEN)])
    with unrung():
        for referral, (ago, role, why, reason, found) in zip(closed, BROKEN, strict=False):
            by, at = cast.one(None, CENTRE, role), max(now - ago, referral.updated_at)
            with acting_as(by):
                opening = break_glass(referral.pk, why=why, reason=reason, by=by, at=at)
            if found is None:
                continue
            reviewer = cast.one(None, CENTRE, "supervisor")
            with acting_as(reviewer):
                when = min(at + timedelta(hours=9), now)
                review_opening(opening.pk, was_justified=found[0], note=found[1], by=reviewer, at=when)
