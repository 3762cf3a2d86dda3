"""The verbs of guessing: count a try before it is made, give it back when it was right, forget what is old.

Counted before, so that a hundred tries at the same moment are not all the first. Nothing here locks anybody: each
count is of one browser, one address, or strangers to one account, for five minutes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection
from django.db.models import F

from agencies.models import Tries
from ohsc.core.acting import as_the_login

WINDOW = timedelta(minutes=5)

_COUNT = """
INSERT INTO sign_in_tries AS kept (key, since, used) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
  used = CASE WHEN kept.since > %(after)s THEN kept.used + 1 ELSE 1 END,
  since = CASE WHEN kept.since > %(after)s THEN kept.since ELSE EXCLUDED.since END
RETURNING used
"""


def count_try(limits: Mapping[str, int], at: datetime) -> list[str] | None:
    """Count one try under each of these names; None where one of them has had its number within five minutes.

    What is returned is for `give_back`.
    """
    counted = []
    for name, limit in limits.items():
        key = sha256(name.encode()).hexdigest()
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"key": key, "at": at, "after": at - WINDOW})
            used = cursor.fetchone()[0]
        counted.append(key)
        if used > limit:
            give_back(counted)
            return None
    return counted


def give_back(counted: list[str]) -> None:
    """The try was right, or was not made: it does not count."""
    Tries.objects.filter(key__in=counted, used__gt=0).update(used=F("used") - 1)


def clear_tries(at: datetime) -> int:
    """Forget what no limit asks any more. Returns how many counts that were."""
    with as_the_login():
        return Tries.objects.filter(since__lte=at - WINDOW).delete()[0]
