"""Send the letters about accounts: lease one, look again whether it is still to be sent, write how it went.

They go to the person whatever they chose to hear of, for they tell of what was done to their account; also to who was
disabled, for that is what they tell of.
"""

from datetime import datetime
from uuid import uuid4

from django.core.mail import EmailMessage
from django.db.models import Q

from agencies.actions.invitations import is_open
from agencies.models import AccountLetter, Invitation, User
from audit import actions as audit
from notifications import account_letters, sending
from notifications.actions.bounces import address_refused
from notifications.actions.deliver import LEASE
from notifications.schedule import MOST_ATTEMPTS, Outcome
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK

State = AccountLetter.State


def lease_letter(*, at: datetime) -> AccountLetter | None:
    """The next letter that is due, leased to the caller; its attempt is counted before it is made."""
    with acting_as(CLOCK), writing():
        free = AccountLetter.objects.filter(
            Q(leased_until=None) | Q(leased_until__lt=at), state=State.WAITING
        )
        free.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=State.DEAD, done_at=at, last_reason="Every attempt ended without a result."
        )
        due = free.filter(next_at__lte=at).select_for_update(skip_locked=True).order_by("next_at")
        letter = due.first()
        if letter is not None:
            letter.attempts += 1
            letter.lease, letter.leased_until = uuid4(), at + LEASE
            letter.save(update_fields=["attempts", "lease", "leased_until"])
        return letter


def message_of(letter: AccountLetter, *, at: datetime) -> EmailMessage | None:
    """What it says now; None where it is not to be sent any more: the invitation was withdrawn or used, the person
    moved, was disabled before a link reached them, or their mail comes back."""
    with acting_as(CLOCK), writing():
        if letter.invitation_id is not None:
            invitation = Invitation.objects.get(pk=letter.invitation_id)
            return account_letters.to_guest(letter, invitation) if is_open(invitation, at=at) else None
        person = User.objects.get(pk__in=[letter.person_id])
        if person.agency_id != letter.agency_id or person.email_failed_at is not None:
            return None
        if not person.is_active and letter.about != AccountLetter.About.DISABLED:
            return None
        return account_letters.to_person(letter, person, at=at)


def settle_letter(letter: AccountLetter, result: sending.Result, *, at: datetime) -> bool:
    """Write how a leased letter went. False when the lease was lost meanwhile: another's result counts."""
    changes = {
        "state": result.state,
        "next_at": result.next_at or letter.next_at,
        "last_reason": result.reason[:200],
        "lease": None,
        "leased_until": None,
        "done_at": None if result.state == State.WAITING else at,
    }
    with acting_as(CLOCK), writing():
        mine = AccountLetter.objects.filter(pk=letter.pk, lease=letter.lease).update(**changes)
        if mine and result.state == State.SENT:
            audit.record(
                audit.Kind.DISCLOSURE,
                "email.account_sent",
                by=CLOCK,
                at=at,
                subject_type="person" if letter.person_id else "invitation",
                subject_ids=[key for key in (letter.person_id, letter.invitation_id) if key],
                recipient_ids=[letter.agency_id],
                purpose="about the recipient’s own account",
                details={"about": letter.about, "attempts": letter.attempts},
            )
        if mine and letter.person_id and result.outcome == Outcome.DISABLE:
            address_refused(letter.person_id, result.reason, at=at)
    return bool(mine)
