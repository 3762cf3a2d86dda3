"""Tell the endpoints that asked for it of the audit's signed head, at most once an hour each."""

from datetime import datetime, timedelta

from audit.access import published_heads
from audit.models import Head
from notifications import bell
from notifications.actions.to_one import send_to_one
from notifications.models import Delivery, WebhookEndpoint
from notifications.sending import HEAD
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK

APART = timedelta(minutes=59)  # the clock rings each hour, and not to the second


def tell_of_heads(*, at: datetime) -> int:
    """One message to each running endpoint that takes heads, where there is a new one. Returns how many.

    A second clock waits for the endpoint's row and finds it told. A head is no agency's secret and no person's news:
    it goes into no inbox and no feed.
    """
    with acting_as(CLOCK), writing():
        head = published_heads(CLOCK).first()
        if head is None:
            return 0
        takers = WebhookEndpoint.objects.filter(heads_since__isnull=False, stopped_at=None).order_by("pk")
        told = [endpoint for endpoint in takers.select_for_update() if not _was_told(endpoint, head, at)]
        for endpoint in told:
            # The moment of the head says which head it is.
            send_to_one(endpoint, HEAD, says="A head of the audit", subject_at=head.at, at=at)
        if told:
            bell.ring_at_commit()
        return len(told)


def _was_told(endpoint: WebhookEndpoint, head: Head, at: datetime) -> bool:
    """Of this head already, or of any within the hour."""
    before = Delivery.objects.filter(endpoint=endpoint, topic=HEAD).order_by("-notice__subject_at")
    last = before.values_list("notice__subject_at", flat=True).first()
    return last is not None and (last >= head.at or last > at - APART)
