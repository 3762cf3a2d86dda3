"""Call the pager, one call at a time: lease the row, hand the call over, write how it went.

At least once, and with the same id each time. What was taken meanwhile is not paged any more.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Q

from audit import actions as audit
from notifications.pagers import Answer
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.models import AlarmCall

LEASE = timedelta(seconds=30)  # longer than a pager may take
AGAIN_AFTER = timedelta(seconds=10)


def lease_page(*, at: datetime) -> AlarmCall | None:
    """The next call that a pager is to carry, leased to the caller; its attempt is counted before it is made."""
    with acting_as(CLOCK), writing():
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        rows = AlarmCall.objects.filter(free, state=AlarmCall.State.WAITING, next_at__lte=at)
        call = (
            rows.select_for_update(skip_locked=True, of=("self",))
            .select_related("alarm__referral", "agency", "person")
            .order_by("next_at")
            .first()
        )
        if call is not None:
            call.attempts += 1
            call.lease, call.leased_until = uuid4(), at + LEASE
            call.save(update_fields=["attempts", "lease", "leased_until"])
        return call


def settle_page(call: AlarmCall, answer: Answer, *, at: datetime) -> bool:
    """Write how a leased call went; one that was not accepted is tried again. False when the lease was lost."""
    changes = {
        "state": AlarmCall.State.CALLED if answer.accepted else AlarmCall.State.WAITING,
        "next_at": at + AGAIN_AFTER,
        "last_reason": answer.reason[:200],
        "lease": None,
        "leased_until": None,
    }
    with acting_as(CLOCK), writing():
        mine = AlarmCall.objects.filter(pk=call.pk, lease=call.lease, state=AlarmCall.State.WAITING)
        settled = mine.update(**changes)
        if settled and answer.accepted:
            audit.record(
                audit.Kind.DISCLOSURE,
                "alarm.paged",
                by=CLOCK,
                at=at,
                subject_type="referral",
                subject_ids=[call.alarm.referral_id],
                recipient_ids=[call.agency_id],
                purpose="a reference and a link, nothing else",
                details={"call": str(call.pk), "attempts": call.attempts},
            )
    return bool(settled)
