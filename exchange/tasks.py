"""What does the clock do to documents? One entrance, one action."""

from celery import shared_task
from django.utils import timezone

from exchange.actions import clear
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK


@shared_task
def clear_staged() -> int:
    """Documents that have waited a day are erased. Returns how many."""
    with acting_as(CLOCK):
        return clear(by=CLOCK, at=timezone.now())
