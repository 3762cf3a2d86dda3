"""How does one row of the queue look now, after something was done to it beside the list?"""

from typing import Any
from urllib.parse import parse_qs

from django.http import HttpRequest

from referrals import handling
from referrals.queues import Position, Queue
from referrals.views.queue import filters_of, item_of
from referrals.views.record_page import RecordPage


def row_of(request: HttpRequest, page: RecordPage) -> dict[str, Any]:
    """What `components/queue_item.html` takes. It keeps the place it had: nothing moves under the cursor."""
    given = {name: values[0] for name, values in parse_qs(page.came_from).items()}
    queue = Queue(request.actor, filters_of(request, given))
    referral, holder = page.referral, page.seen.holder
    row = {
        "pk": referral.pk,
        "reference": referral.reference,
        "band": referral.band,
        "environment": referral.environment,
        "summary": referral.summary,
        "status": referral.status,
        "due_at": referral.due_at,
        "received_at": referral.received_at,
        "updated_at": referral.updated_at,
        "source__name": referral.source.name,
        "source_id": referral.source_id,
        "holder_id": holder.pk if holder else None,
        "holder": holder.name if holder else "",
        **{name: getattr(referral, name) for name in handling.COLUMNS},
    }
    item = item_of(row, queue, request)
    if here := Position.read(given.get("at", "")):
        item["url"] = page.url if here else item["url"]
    return item | {"status": referral.status}
