"""Write down that the books balance, and raise the alarm where they do not."""

import logging
from datetime import datetime

from agencies.models import Agency
from audit import actions as audit
from notifications import actions as notifications
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from ohsc.core.references import new_reference
from referrals.actions.telling import officer_of
from referrals.models import Reckoning
from referrals.reckoning import reckoned

log = logging.getLogger(__name__)


def reckon(*, by: Actor, at: datetime) -> Reckoning:
    """Balance the books. A broken promise is told to the Centre's named officer at once, and stands in the log."""
    counts, broken = reckoned()
    with writing():
        reckoning = Reckoning(at=at, counts=counts, broken=broken)
        reckoning.save(force_insert=True)
        audit.record(
            audit.Kind.CONSULTATION,
            "books.balanced",
            by=by,
            at=at,
            subject_type="reckoning",
            subject_ids=[reckoning.pk],
            details={"broken": len(broken)},
        )
        if broken:
            log.error("the books do not balance: %s", "; ".join(broken))
            centre = Agency.objects.get(is_centre=True)
            officer = officer_of(centre)
            notifications.tell(
                [centre.pk],
                topic="books.broken",
                subject=("reckoning", reckoning.pk, new_reference("B"), 1),
                says="The books do not balance: look at once",
                at=at,
                first_to={centre.pk: officer} if officer else {},
                urgent=True,
            )
    return reckoning
