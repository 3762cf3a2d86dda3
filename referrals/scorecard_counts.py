"""How many, of what, by which agency? The figures of all scorecards, in a fixed number of statements.

Each counts for every agency and every period at once. Called under `acting_as(CLOCK)`, who sees all.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from referrals.models.scorecard import PERIODS, Scorecard
from referrals.transitions import STEPS

Key = tuple[UUID, str, int]  # agency, side, days
_SOURCE, _RECEIVER = Scorecard.Side.SOURCE, Scorecard.Side.RECEIVER

# The periods, each with its beginning. All end now.
PERIOD = "(SELECT days, %(at)s - make_interval(days => days) AS since FROM unnest(%(periods)s::int[]) days) p"

SENT = f"""
SELECT r.source_id, p.days, count(*),
  count(*) FILTER (WHERE r.status IN ('received', 'triaged', 'offered')),
  count(*) FILTER (WHERE r.status = 'accepted'),
  count(*) FILTER (WHERE r.status = 'concluded'), count(*) FILTER (WHERE r.status = 'withdrawn'),
  count(*) FILTER (WHERE r.status = 'rejected'),
  count(*) FILTER (WHERE EXISTS (SELECT 1 FROM referrals_offer o WHERE o.referral_id = r.id AND o.state = 'accepted')),
  round(avg(r.actionability)),
  percentile_disc(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY r.actionability)
FROM {PERIOD} JOIN referrals_referral r ON r.received_at > p.since AND r.received_at <= %(at)s
GROUP BY 1, 2"""  # noqa: S608
REJECTED = f"""
SELECT r.source_id, p.days, last.reason_code, count(*)
FROM {PERIOD} JOIN referrals_referral r ON r.received_at > p.since AND r.received_at <= %(at)s
  AND r.status = 'rejected'
CROSS JOIN LATERAL (SELECT reason_code FROM referrals_step_taken s WHERE s.referral_id = r.id AND s.step = 'reject'
  ORDER BY s.version DESC LIMIT 1) last
GROUP BY 1, 2, 3"""  # noqa: S608
MISSING = f"""
SELECT r.source_id, p.days, one, count(*)
FROM {PERIOD} JOIN referrals_referral r ON r.received_at > p.since AND r.received_at <= %(at)s
CROSS JOIN LATERAL unnest(r.missing) one
GROUP BY 1, 2, 3"""  # noqa: S608
CAME_OF_IT = f"""
SELECT r.source_id, p.days, o.code, count(DISTINCT r.id)
FROM {PERIOD} JOIN referrals_referral r ON r.received_at > p.since AND r.received_at <= %(at)s
  AND r.status = 'concluded'
JOIN referrals_outcome o ON o.referral_id = r.id
GROUP BY 1, 2, 3"""  # noqa: S608
OFFERED = f"""
SELECT o.to_agency_id, p.days, count(*),
  count(*) FILTER (WHERE o.state = 'open'), count(*) FILTER (WHERE o.state = 'accepted'),
  count(*) FILTER (WHERE o.state = 'declined'), count(*) FILTER (WHERE o.state = 'expired'),
  count(*) FILTER (WHERE o.state IN ('recalled', 'withdrawn')),
  extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY o.closed_at - o.made_at)
    FILTER (WHERE o.state IN ('accepted', 'declined'))) / 3600
FROM {PERIOD} JOIN referrals_offer o ON o.made_at > p.since AND o.made_at <= %(at)s
GROUP BY 1, 2"""  # noqa: S608
DECLINED = f"""
SELECT o.to_agency_id, p.days, s.reason_code, count(*)
FROM {PERIOD} JOIN referrals_offer o ON o.made_at > p.since AND o.made_at <= %(at)s AND o.state = 'declined'
JOIN referrals_step_taken s ON s.referral_id = o.referral_id AND s.step = 'decline' AND s.at = o.closed_at
GROUP BY 1, 2, 3"""  # noqa: S608
CLOCKS = f"""
SELECT c.agency_id, p.days, r.band, count(*), count(*) FILTER (WHERE r.breached_at IS NULL)
FROM {PERIOD} JOIN referrals_party c ON c.capacity = 'custodian' AND c.until IS NULL AND c.since > p.since
JOIN referrals_referral r ON r.id = c.referral_id AND r.status IN ('accepted', 'concluded')
GROUP BY 1, 2, 3"""  # noqa: S608
TOLD = f"""
SELECT w.agency_id, p.days, count(*), count(*) FILTER (WHERE w.ended_by <> 'let_go' AND w.ended_at <= w.due_at)
FROM {PERIOD} JOIN referrals_feedbackowed w ON w.ended_by <> 'let_go' AND w.ended_at > p.since
  OR w.ended_by = 'let_go' AND w.ended_at > p.since AND w.due_at < w.ended_at
  OR w.ended_at IS NULL AND w.due_at <= %(at)s
GROUP BY 1, 2"""  # noqa: S608
RESULTS = f"""
SELECT o.agency_id, p.days, o.code, count(DISTINCT o.referral_id)
FROM {PERIOD} JOIN referrals_outcome o ON o.at > p.since AND o.at <= %(at)s
GROUP BY 1, 2, 3"""  # noqa: S608


def counted(*, at: datetime) -> dict[Key, dict[str, Any]]:
    """The figures of every agency that sent, or was asked or answered anything, for each period."""
    found: dict[Key, dict[str, Any]] = defaultdict(dict)
    for agency, days, *figures in _asked(SENT, at):
        names = ("received", "waiting", "in_work", "concluded", "withdrawn", "rejected", "accepted")
        mean, (low, high) = figures[-2:]
        complete = {"mean": int(mean), "low": low, "high": high}
        found[agency, _SOURCE, days] |= dict(zip(names, figures, strict=False)) | {"complete": complete}
    for agency, days, *figures, hours in _asked(OFFERED, at):
        names = ("offers", "open", "accepted", "declined", "expired", "taken_back")
        median = None if hours is None else round(float(hours), 1)
        found[agency, _RECEIVER, days] |= dict(zip(names, figures, strict=True)) | {"hours": median}
    for agency, days, band, held, kept in _asked(CLOCKS, at):
        found[agency, _RECEIVER, days].setdefault("clocks", {})[band] = [held, kept]
    for agency, days, owed, in_time in _asked(TOLD, at):
        found[agency, _RECEIVER, days]["feedback"] = [owed, in_time]
    for side, name, statement in (
        (_SOURCE, "reasons", REJECTED),
        (_SOURCE, "missing", MISSING),
        (_SOURCE, "outcomes", CAME_OF_IT),
        (_RECEIVER, "reasons", DECLINED),
        (_RECEIVER, "outcomes", RESULTS),
    ):
        for agency, days, code, count in _asked(statement, at):
            found[agency, side, days].setdefault(name, {})[code] = count
    return {key: EMPTY[key[1]] | figures for key, figures in found.items()}


# What a card says where nothing was counted.
EMPTY: dict[str, dict[str, Any]] = {
    _SOURCE: {
        "received": 0, "waiting": 0, "in_work": 0, "concluded": 0, "withdrawn": 0, "rejected": 0, "accepted": 0,
        "complete": None, "reasons": {}, "missing": {}, "outcomes": {},
    },
    _RECEIVER: {
        "offers": 0, "open": 0, "accepted": 0, "declined": 0, "expired": 0, "taken_back": 0, "hours": None,
        "reasons": {}, "clocks": {}, "feedback": [0, 0], "outcomes": {},
    },
}  # fmt: skip


def reasons_of(step: str) -> dict[str, str]:
    """The codes with which this step is taken, and what they are called."""
    return dict(STEPS[step].codes)


def _asked(statement: str, at: datetime) -> Iterator[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": at, "periods": list(PERIODS)})
        yield from cursor.fetchall()
