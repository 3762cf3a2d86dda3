"""Do the books balance? Every referral that was received is somewhere, with one accountable organisation.

The history is the other side of the books: it says independently of a referral's row that it was received, and where
it stood last. Reads everything, as the clock; a minute at most.
"""

from django.db import connection

COUNTS = """SELECT status, count(*) FROM referrals_referral GROUP BY status"""
RECEIVED = """SELECT count(*) FROM referrals_step_taken WHERE step = 'receive'"""

# What must never be: a sentence, and how many times it is.
NEVER = {
    "without exactly one custodian": """SELECT count(*) FROM referrals_referral r WHERE 1 <> (
        SELECT count(*) FROM referrals_party p WHERE p.referral_id = r.id AND p.capacity = 'custodian'
        AND p.until IS NULL AND p.agency_id = r.custodian_id)""",
    "with a custodian that is not its own": """SELECT count(*) FROM referrals_party p
        JOIN referrals_referral r ON r.id = p.referral_id
        WHERE p.capacity = 'custodian' AND p.until IS NULL AND p.agency_id <> r.custodian_id""",
    "offered without an open offer": """SELECT count(*) FROM referrals_referral r WHERE r.status = 'offered'
        AND NOT EXISTS (SELECT 1 FROM referrals_offer o WHERE o.referral_id = r.id AND o.state = 'open')""",
    "with an open offer and nobody asked": """SELECT count(*) FROM referrals_offer o WHERE o.state = 'open'
        AND NOT EXISTS (SELECT 1 FROM referrals_party p WHERE p.referral_id = o.referral_id
        AND p.capacity = 'offered' AND p.until IS NULL AND p.agency_id = o.to_agency_id)""",
    "concluded without an outcome": """SELECT count(*) FROM referrals_referral r WHERE r.status = 'concluded'
        AND NOT EXISTS (SELECT 1 FROM referrals_outcome o WHERE o.referral_id = r.id)""",
    "that stand elsewhere than their history says": """SELECT count(*) FROM referrals_referral r WHERE NOT EXISTS (
        SELECT 1 FROM referrals_step_taken s WHERE s.referral_id = r.id AND s.version = r.version
        AND s.to_status = r.status)""",
    "that lists show otherwise than they are": """SELECT count(DISTINCT r.id) FROM referrals_referral r
        JOIN referrals_party p ON p.referral_id = r.id WHERE p.until IS NULL AND (p.received_at, p.status, p.band,
        p.due_at, p.updated_at) IS DISTINCT FROM (r.received_at, r.status, r.band, r.due_at, r.updated_at)""",
}


def reckoned() -> tuple[dict[str, int], list[str]]:
    """How many stand where, and which promises are broken, in sentences. Under `acting_as(CLOCK)`."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        counts = dict(_all(cursor, COUNTS))
        [(received,)] = _all(cursor, RECEIVED)
        found = {words: _all(cursor, query)[0][0] for words, query in NEVER.items()}
    there = sum(counts.values())
    broken = [f"{count} {words}" for words, count in found.items() if count]
    if received != there:
        broken.insert(0, f"{received} were received, and {there} are there")
    return counts | {"received in all": received}, broken


def _all(cursor, query: str) -> list[tuple]:
    cursor.execute(query)
    return cursor.fetchall()
