"""A list stays quick as the platform fills: it walks the agency's own index, never all referrals."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ohsc.core.acting import acting_as
from referrals.reading import list_page
from tests.api.calls import REFERRALS, send


def test_an_agency_in_two_capacities_sees_a_referral_once(cast):
    centre = cast.system(cast.centre_client)
    made = [send(centre).json()["id"] for _ in range(3)]  # the Centre is source and custodian of these
    for query in ("", "role=source", "role=custodian"):
        found = [item["id"] for item in centre.get(f"{REFERRALS}?{query}").json()["items"]]
        assert found == made[::-1], query


def test_a_page_is_taken_from_the_agencys_own_index(cast):
    actor, now = cast.actor(cast.lumen_client), timezone.now()
    with acting_as(actor):
        with CaptureQueriesContext(connection) as asked:
            list_page(actor, {}, None, 50, at=now)
        walk = next(
            one["sql"] for one in asked if '"referrals_party"' in one["sql"] and "LIMIT" in one["sql"]
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {walk}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "party_agency_received" in plan
    assert "Sort" not in plan
