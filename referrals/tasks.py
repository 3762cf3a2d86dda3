"""What does the clock do to referrals? Each entrance calls one action."""

from celery import shared_task
from django.utils import timezone

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.actions import StepRefused, perform
from referrals.models import Offer

AT_ONCE = 200  # offers in one round; the next round takes the rest


@shared_task
def expire_offers() -> int:
    """Take the step `expire` on every offer past its deadline, each in a transaction of its own."""
    now = timezone.now()
    with acting_as(CLOCK):
        late = list(
            Offer.objects.filter(state=Offer.State.OPEN, answer_by__lt=now)
            .order_by("answer_by")
            .values_list("referral_id", flat=True)[:AT_ONCE]
        )
    expired = 0
    for referral_id in late:
        try:
            with acting_as(CLOCK):
                perform("expire", referral_id=referral_id, by=CLOCK, at=timezone.now())
                expired += 1
        except StepRefused:
            continue  # answered in the meantime
    return expired
