"""What does the clock do to signing in? One entrance, one action each."""

from celery import shared_task
from django.utils import timezone

from agencies.actions.sessions import clear_sessions
from agencies.actions.tries import clear_tries


@shared_task
def clear_sign_in() -> int:
    """Sessions that are over and counts that no limit asks any more. Returns how many."""
    at = timezone.now()
    return clear_sessions(at) + clear_tries(at)
