"""How much waits, how old is it, and what is late? Counts for an operator, bounded in cost at any size.

Each count stops at `metrics.MOST`, and each statement walks an index: `referral_waiting`, `referral_open_by_band`,
`offer_open_deadline` and `reckoning_at`. Called under `acting_as(CLOCK)`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from prometheus_client.metrics_core import Metric

from ohsc.core.metrics import MOST, gauge
from referrals.models import Reckoning
from referrals.priority import BANDS
from referrals.transitions import OPEN

STATUSES = sorted(OPEN)
SOON = timedelta(hours=1)

# The literal list lets PostgreSQL see that the partial index holds every row that is asked for.
_OPEN = "r.status IN ({})".format(", ".join(f"'{status}'" for status in STATUSES))  # of our own constants

WAITING = f"""
SELECT s.status, b.band, counted.n, extract(epoch FROM %(at)s - oldest.received_at)
FROM unnest(%(statuses)s::text[]) s(status) CROSS JOIN unnest(%(bands)s::text[]) b(band)
CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM referrals_referral r
  WHERE {_OPEN} AND r.status = s.status AND r.band = b.band LIMIT %(most)s) few) counted
LEFT JOIN LATERAL (SELECT r.received_at FROM referrals_referral r
  WHERE {_OPEN} AND r.status = s.status AND r.band = b.band ORDER BY r.received_at LIMIT 1) oldest ON true
"""  # noqa: S608
BREACHED = f"""
SELECT b.band, counted.n FROM unnest(%(bands)s::text[]) b(band)
CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM referrals_referral r
  WHERE {_OPEN} AND r.band = b.band AND r.due_at <= %(at)s AND r.paused_at IS NULL LIMIT %(most)s) few) counted
"""  # noqa: S608
OFFERS = """
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM referrals_offer WHERE state = 'open' AND paused_at IS NULL
    AND answer_by > %(at)s AND answer_by <= %(soon)s LIMIT %(most)s) few),
  (SELECT count(*) FROM (SELECT 1 FROM referrals_offer WHERE state = 'open' AND paused_at IS NULL
    AND answer_by <= %(at)s LIMIT %(most)s) few)
"""


def figures(at: datetime) -> Iterator[Metric]:
    """Five gauges of referrals, one of offers, two of the books."""
    given = {"at": at, "soon": at + SOON, "statuses": STATUSES, "bands": list(BANDS), "most": MOST}
    waiting = _rows(WAITING, given)
    both = ("status", "band")
    yield gauge(
        "ohsc_referrals_open",
        f"Referrals not closed, by status and band; a count stops at {MOST}.",
        [((status, band), count) for status, band, count, _ in waiting],
        both,
    )
    yield gauge(
        "ohsc_referral_oldest_age_seconds",
        "Since the oldest of them was received.",
        [((status, band), float(age)) for status, band, _, age in waiting if age is not None],
        both,
    )
    yield gauge(
        "ohsc_referrals_overdue",
        f"Open referrals whose running clock is past due, by band; a count stops at {MOST}.",
        [((band,), count) for band, count in _rows(BREACHED, given)],
        ["band"],
    )
    [(soon, overdue)] = _rows(OFFERS, given)
    yield gauge("ohsc_offers_expiring", "Open offers to be answered within the hour.", [((), soon)])
    yield gauge("ohsc_offers_overdue", "Open offers past their deadline.", [((), overdue)])
    yield from _books(at)


def _books(at: datetime) -> Iterator[Metric]:
    """Nothing before the first reckoning."""
    last = Reckoning.objects.order_by("-at").first()
    kept = [] if last is None else [last]
    yield gauge(
        "ohsc_books_broken_promises",
        "Promises broken when the books were last balanced; 0: they balance.",
        [((), len(reckoning.broken)) for reckoning in kept],
    )
    yield gauge(
        "ohsc_books_age_seconds",
        "Since the books were last balanced.",
        [((), (at - reckoning.at).total_seconds()) for reckoning in kept],
    )


def _rows(query: str, given: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
