"""How far behind is what is sent? Counts and ages of the outbox for an operator, bounded in cost.

The clock may read the outbox's state and times, and no more of it (migration 0005). Called under `acting_as(CLOCK)`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from prometheus_client.metrics_core import Metric

from notifications.actions.spread import MAX_SPREADS
from ohsc.core.metrics import MOST, gauge

NOTICES = """
SELECT count(*) FILTER (WHERE attempts < %(tries)s), count(*) FILTER (WHERE attempts >= %(tries)s), (
  SELECT extract(epoch FROM %(at)s - min(first.subject_at)) FROM agencies_agency agency, LATERAL (
    SELECT subject_at FROM notifications_notice
    WHERE agency_id = agency.id AND state = 'waiting' AND attempts < %(tries)s ORDER BY subject_at LIMIT 1) first)
FROM (SELECT attempts FROM notifications_notice WHERE state = 'waiting' LIMIT %(most)s) few
"""
DELIVERIES = """
SELECT count(*), (
  SELECT extract(epoch FROM %(at)s - min(next_at)) FROM notifications_delivery WHERE state = 'waiting')
FROM (SELECT 1 FROM notifications_delivery WHERE state = 'waiting' LIMIT %(most)s) few
"""
DEAD = """
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM notifications_delivery WHERE state = 'dead' LIMIT %(most)s) few),
  (SELECT count(*) FROM (SELECT 1 FROM notifications_delivery WHERE state = 'dead' AND done_at > %(yesterday)s
    LIMIT %(most)s) few)
"""


def figures(at: datetime) -> Iterator[Metric]:
    """The outbox, the deliveries that wait, and those that were given up."""
    given = {"at": at, "yesterday": at - timedelta(days=1), "tries": MAX_SPREADS, "most": MOST}
    waiting, stuck, oldest = _row(NOTICES, given)
    yield gauge("ohsc_notices_waiting", "Notices not yet spread to people and systems.", [((), waiting)])
    yield gauge(
        "ohsc_notice_oldest_age_seconds", "Since what the oldest tells of.", [((), float(oldest or 0))]
    )
    yield gauge("ohsc_notices_stuck", "Notices set aside after repeated failures.", [((), stuck)])
    waiting, overdue = _row(DELIVERIES, given)
    yield gauge("ohsc_deliveries_waiting", "Webhooks and e-mails to be sent or tried again.", [((), waiting)])
    yield gauge(
        "ohsc_delivery_overdue_seconds",
        "How long the one that is due longest has been due; 0: none is.",
        [((), max(0.0, float(overdue or 0)))],
    )
    dead, lately = _row(DEAD, given)
    yield gauge("ohsc_deliveries_dead", "Deliveries given up after every attempt.", [((), dead)])
    yield gauge("ohsc_deliveries_dead_last_day", "Those of the last 24 hours.", [((), lately)])


def _row(query: str, given: dict) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchone()
