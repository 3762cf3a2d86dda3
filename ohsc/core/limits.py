"""How many requests may a partner's client make in a minute, and what is said to one that makes more?

Each web process counts for itself and reports to `core_rate` whenever another hundredth of the limit is used; the row
answers with what all processes reported. So a client within a hundredth of its limit costs no statement, no row is
fought over by requests at the same moment, and nothing on the way in depends on Redis. The price is that the limit is
kept to within one hundredth for each process. A count is of a minute of the clock, and is lost with the process.

Limits guard the others from one system that runs wild; they are no quota, and no partner at work should meet one.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection

from ohsc.core.problems import Problem

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60
BULK = "/api/v1/referrals/bulk"
# What is counted apart, in the words of the refusal and of the documentation.
KINDS = {
    "read": "reads",
    "write": "changes",
    "bulk": "bulk requests",
    "token": "tokens",
}

_REPORT = """
INSERT INTO core_rate AS kept (client_id, kind, since, used) VALUES (%s, %s, %s, %s)
ON CONFLICT (client_id, kind) DO UPDATE SET
  used = CASE WHEN kept.since = EXCLUDED.since THEN kept.used + EXCLUDED.used
              WHEN kept.since < EXCLUDED.since THEN EXCLUDED.used ELSE kept.used END,
  since = GREATEST(kept.since, EXCLUDED.since)
RETURNING CASE WHEN since = %s THEN used ELSE 0 END
"""


@dataclass
class _Count:
    """Requests in one minute: `known` were reported, by any process; `own` are this process's since then."""

    minute: datetime
    known: int = 0
    own: int = 0
    refused: bool = False


_counts: dict[tuple[UUID, str], _Count] = {}
_lock = Lock()


def kind_of(method: str, path: str) -> str:
    """Under which limit a request falls."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return "read"
    return "bulk" if path == BULK else "write"


def refusal(client_id: UUID, kind: str, *, at: datetime) -> Problem | None:
    """Count one request of this client; a 429 where it is beyond the limit.

    Called outside any unit of work, as the login. The first refusal in a minute is `noted`, so that the audit tells
    of it once and not as often as a wild system asks.
    """
    limit = settings.LIMITS[kind]
    count, owed = _counted(client_id, kind, limit, minute=at.replace(second=0, microsecond=0))
    if owed:
        everybody = _report(client_id, kind, count.minute, owed)
        with _lock:
            count.known = max(count.known, everybody)
    if count.known + count.own <= limit:
        return None
    first, count.refused = not count.refused, True
    return Problem(
        429,
        "rate-limited",
        f"More than {limit:,} {KINDS[kind]} in a minute. Go on after Retry-After.",
        headers={"Retry-After": str(max(1, WINDOW_SECONDS - at.second))},
        noted={"limit": limit, "kind": kind} if first else {},
    )


def _counted(client_id: UUID, kind: str, limit: int, *, minute: datetime) -> tuple[_Count, int]:
    """This minute's count with the request in it, and how many it is time to report."""
    with _lock:
        count = _counts.get((client_id, kind))
        if count is None or count.minute != minute:
            count = _counts[client_id, kind] = _Count(minute)
        if count.known + count.own > limit:
            return count, 0
        count.own += 1
        if count.own < max(1, limit // 100):
            return count, 0
        owed, count.own = count.own, 0
        count.known += owed
        return count, owed


def _report(client_id: UUID, kind: str, minute: datetime, owed: int) -> int:
    """Add this process's requests to everybody's; what everybody's are then."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_REPORT, [client_id, kind, minute, owed, minute])
            return cursor.fetchone()[0]
    except DatabaseError:
        log.warning("requests of a client could not be counted", exc_info=True)
        return 0  # the request itself will say what is wrong with the database


def forget() -> None:
    """Begin to count anew: for tests, which all run in one minute."""
    with _lock:
        _counts.clear()
