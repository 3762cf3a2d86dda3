"""Is what is done put under a seal in time? What waits and since when, and how old the last head is.

Called under `acting_as(CLOCK)`, which may see that something waits and the heads, and no event.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from prometheus_client.metrics_core import Metric

from ohsc.core.metrics import MOST, gauge

WAITING = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0)
FROM (SELECT since FROM audit_pending LIMIT %s) few
"""
LAST = "SELECT size, extract(epoch FROM clock_timestamp() - at) FROM audit_head ORDER BY size DESC LIMIT 1"


def figures(at: datetime) -> Iterator[Metric]:
    """The queue of the sealer and its last head."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [MOST])
        waiting, oldest = cursor.fetchone()
        cursor.execute(LAST)
        head = cursor.fetchone()
    yield gauge("ohsc_audit_waiting", "Events that wait for their seal.", [((), waiting)])
    yield gauge(
        "ohsc_audit_oldest_waiting_seconds",
        "Since when the oldest waits; 5 is too long.",
        [((), float(oldest))],
    )
    yield gauge("ohsc_audit_sealed", "Events under the last head.", [((), head[0] if head else 0)])
    if head:
        yield gauge("ohsc_audit_head_age_seconds", "Since the last head was signed.", [((), float(head[1]))])
