"""Was this very form sent already? A second press, or the page loaded again, must not make a second referral.

The form carries a random id, which is hashed with what was typed into the report that is kept. The lock makes a
second press wait for the first to commit; then the report is found, and its referral is the answer. The id is
nobody's key: it is compared only within the sender's own reports.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection

from ohsc.core.actor import Actor
from referrals.access import visible_referrals
from referrals.drafts import Arrival
from referrals.models import Referral, Report
from referrals.transitions import Party

WITHIN = timedelta(days=1)


def arrival_of(typed: Mapping[str, Any]) -> Arrival:
    """What was typed, as the document it is kept as."""
    raw = json.dumps(dict(sorted(typed.items())), ensure_ascii=False, default=str).encode()
    return Arrival(kind=Report.Kind.FORM, content_type="application/json", raw=raw)


def made_before(arrival: Arrival, *, by: Actor, at: datetime) -> Referral | None:
    """The referral this form made, if it did; until the transaction ends nobody else can make it."""
    digest = sha256(arrival.raw).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
    sent = visible_referrals(by, (Party.SOURCE,)).filter(received_at__gt=at - WITHIN)
    return sent.filter(report__kind=Report.Kind.FORM, report__sha256=digest).first()
