"""How a person wants to hear by e-mail: their own choice, and nobody else's."""

from datetime import datetime

from agencies.access import visible_people
from agencies.models import EmailChoice, User
from audit import actions as audit
from notifications.digests import PERIODIC, period_start
from notifications.models import Delivery, Digest
from ohsc.core.acting import writing
from ohsc.core.actor import Actor


def choose_email(choice: EmailChoice, *, by: Actor, at: datetime) -> bool:
    """Take the actor's choice. One an hour or a day begins with the next hour or day. True where it changed."""
    me = visible_people(by).get(pk=by.id)
    if me.email_choice == choice:
        return False
    with writing():
        if choice in PERIODIC:
            start = period_start(choice, me.time_zone, at=at)
            begun = Digest(person_id=me.pk, period_start=start, items=[], next_at=at, done_at=at)
            begun.state, begun.last_reason = Delivery.State.DROPPED, "Chosen when the period had begun."
            Digest.objects.bulk_create([begun], ignore_conflicts=True)
        User.objects.filter(pk__in=[me.pk]).update(email_choice=choice)
        audit.record(
            audit.Kind.ALTERATION,
            "person.email_choice",
            by=by,
            at=at,
            subject_type="person",
            subject_ids=[me.pk],
            details={"choice": str(choice)},
        )
    return True
