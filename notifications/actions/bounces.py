"""An e-mail came back: nothing more goes to that address until the person says that it is right."""

from datetime import datetime
from uuid import UUID

from agencies.access import visible_people
from agencies.models import AccountLetter, User
from audit import actions as audit
from notifications.bounces import Bounce
from notifications.models import Delivery, Digest
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK, Actor


def address_refused(person_id: UUID, because: str, *, at: datetime) -> None:
    """Note that mail to this person does not arrive; the first reason stays. The caller is writing."""
    working = User.objects.filter(pk__in=[person_id], email_failed_at=None)
    if working.update(email_failed_at=at, email_failed_because=because[:200]):
        _record("person.email_failed", person_id, by=CLOCK, at=at)


def take_bounce(bounce: Bounce, *, at: datetime) -> bool:
    """Note a mail that came back after it was handed over. False where we never sent it, or knew already.

    The row it was sent for changes with it, so that the same message read twice, or after the person said that the
    address is right, counts once.
    """
    with acting_as(CLOCK), writing():
        for model in (Delivery, Digest, AccountLetter):
            sent = model.objects.select_for_update().filter(
                pk=bounce.row_id, state=Delivery.State.SENT, person_id__isnull=False
            )
            row = sent.first()
            if row is not None and row.person_id is not None:
                row.state, row.last_reason = Delivery.State.DEAD, bounce.reason
                row.save(update_fields=["state", "last_reason"])
                address_refused(row.person_id, bounce.reason, at=at)
                return True
    return False


def confirm_address(*, by: Actor, at: datetime) -> None:
    """The actor says that their own address is right: mail goes there again."""
    me = visible_people(by).filter(pk=by.id).exclude(email_failed_at=None)
    if not me.exists():
        return
    with writing():
        User.objects.filter(pk__in=[by.id]).update(email_failed_at=None, email_failed_because="")
        _record("person.email_confirmed", by.id, by=by, at=at)


def _record(action: str, person_id: UUID, *, by: Actor, at: datetime) -> None:
    audit.record(audit.Kind.ALTERATION, action, by=by, at=at, subject_type="person", subject_ids=[person_id])
